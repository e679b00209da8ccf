"""Surfaces with several minima: what decides where a walk ends.

Coordinates of minima that have no closed form are roots of the derivatives, to double precision.
"""

from __future__ import annotations

import math
from typing import Any

from dlvc_cli import Formula, SurfaceSpec

__all__ = [
    "SURFACES",
    "ackley",
    "camel",
    "goldstein_price",
    "griewank",
    "himmelblau",
    "rastrigin",
    "styblinski_tang",
    "three_hump_camel",
]


def himmelblau() -> Formula:
    """Himmelblau's function: the squared errors of two equations with four solutions."""
    return Formula(
        function=lambda x, y, xp: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        text="(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.2831859912861696),
            (3.5844283403304917, -1.8481265269644036),
        ),
    )


def camel() -> Formula:
    """The six-hump camel back."""
    return Formula(
        function=lambda x, y, xp: (
            (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2
        ),
        text="(4 - 2.1 x^2 + x^4/3) x^2 + x y + (4 y^2 - 4) y^2",
        minima=(
            (0.08984201310031806, -0.7126564030207396),
            (-0.08984201310031806, 0.7126564030207396),
        ),
    )


def three_hump_camel() -> Formula:
    """The three-hump camel back."""
    return Formula(
        function=lambda x, y, xp: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
        text="2 x^2 - 1.05 x^4 + x^6/6 + x y + y^2",
        minima=((0.0, 0.0),),
    )


def styblinski_tang() -> Formula:
    """Styblinski and Tang's function: the same tilted double well along x and y."""
    return Formula(
        function=lambda x, y, xp: (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2,
        text="(x^4 - 16 x^2 + 5 x + y^4 - 16 y^2 + 5 y)/2",
        minima=((-2.903534027771177, -2.903534027771177),),
    )


def goldstein_price() -> Formula:
    """Goldstein and Price's function: a product whose factors touch their least values once."""

    def function(x: Any, y: Any, xp: Any) -> Any:
        first = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
        second = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
        return (1 + (x + y + 1) ** 2 * first) * (30 + (2 * x - 3 * y) ** 2 * second)

    return Formula(
        function=function,
        text="(1 + (x + y + 1)^2 (19 - 14 x + 3 x^2 - 14 y + 6 x y + 3 y^2)) "
        "(30 + (2 x - 3 y)^2 (18 - 32 x + 12 x^2 + 48 y - 36 x y + 27 y^2))",
        minima=((0.0, -1.0),),
    )


def rastrigin() -> Formula:
    """Rastrigin's function: a bowl with a cosine along x and along y."""
    tau = 2 * math.pi
    return Formula(
        function=lambda x, y, xp: 20 + x**2 - 10 * xp.cos(tau * x) + y**2 - 10 * xp.cos(tau * y),
        text="20 + x^2 - 10 cos(2 pi x) + y^2 - 10 cos(2 pi y)",
        minima=((0.0, 0.0),),
    )


def ackley() -> Formula:
    """Ackley's function: a cone with ripples, around a peaked minimum."""
    # At the origin the root's derivative is infinite, and autograd's 0 times that NaN. This much
    # more makes it finite there, and is lost to rounding wherever the root is above 1e-10.
    tiny = 1e-36

    def function(x: Any, y: Any, xp: Any) -> Any:
        cone = xp.exp(-0.2 * xp.sqrt((x**2 + y**2) / 2 + tiny))
        ripples = xp.exp((xp.cos(2 * math.pi * x) + xp.cos(2 * math.pi * y)) / 2)
        return 20 - 20 * cone + math.e - ripples

    return Formula(
        function=function,
        text="20 - 20 exp(-0.2 sqrt((x^2 + y^2)/2)) + e - exp((cos(2 pi x) + cos(2 pi y))/2)",
        minima=((0.0, 0.0),),
    )


def griewank() -> Formula:
    """Griewank's function: a wide bowl with a product of cosines."""
    return Formula(
        function=lambda x, y, xp: 1 + (x**2 + y**2) / 4000 - xp.cos(x) * xp.cos(y / math.sqrt(2)),
        text="1 + (x^2 + y^2)/4000 - cos(x) cos(y/sqrt(2))",
        minima=((0.0, 0.0),),
    )


SURFACES = (
    SurfaceSpec(
        name="himmelblau",
        summary="Four minima, all equally low: a nudge at the start decides which is reached.",
        factory=himmelblau,
        source="D. M. Himmelblau, Applied nonlinear programming, McGraw-Hill, 1972",
        domain=(-5.0, 5.0),
        start=(480.0, 410.0),
    ),
    SurfaceSpec(
        name="camel",
        summary="Six minima, of which two are lowest: the start's basin is where a walk stays.",
        aliases=("six-hump-camel",),
        factory=camel,
        source="L. C. W. Dixon and G. P. Szegö, Towards global optimisation 2, North-Holland, 1978",
        domain=(-2.0, 2.0),
        start=(800.0, 505.0),
    ),
    SurfaceSpec(
        name="three-hump-camel",
        summary="The lowest minimum between two traps, with basins large enough to draw by hand.",
        factory=three_hump_camel,
        source="M. Jamil and X.-S. Yang, A literature survey of benchmark functions for global "
        "optimization problems, 2013, over -5..5",
        domain=(-2.0, 2.0),
        start=(220.0, 900.0),
    ),
    SurfaceSpec(
        name="styblinski-tang",
        summary="Four minima of unequal depth: a good one is easily taken for the best.",
        factory=styblinski_tang,
        source="M. A. Styblinski and T.-S. Tang, Experiments in nonconvex optimization: stochastic "
        "approximation with function smoothing and simulated annealing, Neural Networks 3, 1990",
        domain=(-5.0, 5.0),
        start=(900.0, 400.0),
    ),
    SurfaceSpec(
        name="goldstein-price",
        summary="Heights from 3 to a million: no one learning rate suits both walls and floor.",
        factory=goldstein_price,
        source="A. A. Goldstein and J. F. Price, On descent from local minima, Mathematics of "
        "Computation 25, 1971",
        domain=(-2.0, 2.0),
        start=(900.0, 200.0),
    ),
    SurfaceSpec(
        name="rastrigin",
        summary="A bowl full of pits: a walk ends in the first, wherever the lowest may be.",
        factory=rastrigin,
        source="L. A. Rastrigin, Systems of extremal control, Nauka, Moscow, 1974 (in Russian)",
        domain=(-5.12, 5.12),
        start=(150.0, 250.0),
    ),
    SurfaceSpec(
        name="ackley",
        summary="Ripples around a peaked pit: only a walk with speed gets past the first of them.",
        factory=ackley,
        source="D. H. Ackley, A connectionist machine for genetic hillclimbing, Kluwer, 1987; "
        "often over -32.768..32.768",
        domain=(-5.0, 5.0),
        start=(150.0, 250.0),
    ),
    SurfaceSpec(
        name="griewank",
        summary="Ripples on a wide bowl: a large --eps looks past them and goes further down.",
        factory=griewank,
        source="A. O. Griewank, Generalized descent for global optimization, Journal of "
        "Optimization Theory and Applications 34, 1981, there with 200 in place of "
        "4000; often over -600..600",
        domain=(-50.0, 50.0),
        start=(150.0, 250.0),
    ),
)
