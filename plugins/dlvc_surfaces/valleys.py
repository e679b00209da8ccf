"""Valleys, saddles and a plain: surfaces with one way down or none, which make a walk slow."""

from __future__ import annotations

import math

from dlvc_cli import Formula, Param, SurfaceSpec

__all__ = ["SURFACES", "easom", "monkey_saddle", "quadratic", "rosenbrock", "saddle"]


def quadratic(condition: float = 50.0, tilt: float = 0.0) -> Formula:
    """A bowl ``condition`` times as curved across as along; ``tilt`` turns it, in degrees."""
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    return Formula(
        function=lambda x, y, xp: (cos * x + sin * y) ** 2 + condition * (cos * y - sin * x) ** 2,
        text="(x cos(tilt) + y sin(tilt))^2 + condition (y cos(tilt) - x sin(tilt))^2",
        minima=((0.0, 0.0),),
    )


def rosenbrock(a: float = 1.0, b: float = 100.0) -> Formula:
    """Rosenbrock's banana: a valley along the parabola y = x^2.

    Its minimum lies outside the surface's own domain where a^2 is above 2.
    """
    return Formula(
        function=lambda x, y, xp: (a - x) ** 2 + b * (y - x**2) ** 2,
        text="(a - x)^2 + b (y - x^2)^2",
        minima=((a, a**2),),
    )


def saddle() -> Formula:
    """The hyperbolic paraboloid."""
    return Formula(function=lambda x, y, xp: x**2 - y**2, text="x^2 - y^2")


def monkey_saddle() -> Formula:
    """The real part of (x + iy)^3, whose Hessian at the saddle is zero."""
    return Formula(function=lambda x, y, xp: x**3 - 3 * x * y**2, text="x^3 - 3 x y^2")


def easom() -> Formula:
    """Easom's function: a hole in a plain."""
    return Formula(
        function=lambda x, y, xp: (
            -xp.cos(x) * xp.cos(y) * xp.exp(-((x - math.pi) ** 2) - (y - math.pi) ** 2)
        ),
        text="-cos(x) cos(y) exp(-(x - pi)^2 - (y - pi)^2)",
        minima=((math.pi, math.pi),),
    )


SURFACES = (
    SurfaceSpec(
        name="quadratic",
        summary="An ill-conditioned valley: why momentum helps and, tilted, where Adam gains less.",
        aliases=("bowl",),
        factory=quadratic,
        params=(
            Param(
                "condition", float, 50.0, "curvature across the valley over that along it", low=1
            ),
            Param("tilt", float, 0.0, "angle between the valley and the x axis, in degrees"),
        ),
        source="a quadratic form; on momentum there, B. T. Polyak, Some methods of speeding up the "
        "convergence of iteration methods, USSR Computational Mathematics and Mathematical "
        "Physics 4, 1964",
        domain=(-1.0, 1.0),
        start=(100.0, 900.0),
    ),
    SurfaceSpec(
        name="rosenbrock",
        summary="A curved valley that is quickly found, and whose floor hardly slopes.",
        aliases=("banana",),
        factory=rosenbrock,
        params=(
            Param("a", float, 1.0, "the minimum is at (a, a^2)"),
            Param("b", float, 100.0, "steepness of the valley's walls", low=0.001),
        ),
        source="H. H. Rosenbrock, An automatic method for finding the greatest or least value of a "
        "function, The Computer Journal 3, 1960, which starts at (-1.2, 1)",
        domain=(-2.0, 2.0),
        start=(199.8, 749.25),
    ),
    SurfaceSpec(
        name="saddle",
        summary="No minimum inside: a start just off the ridge lingers at the saddle, then leaves.",
        factory=saddle,
        source="the hyperbolic paraboloid; on saddles in training, Y. N. Dauphin et al., "
        "Identifying and attacking the saddle point problem in high-dimensional non-convex "
        "optimization, NIPS 2014",
        domain=(-1.0, 1.0),
        start=(100.0, 501.0),
    ),
    SurfaceSpec(
        name="monkey-saddle",
        summary="No minimum inside: three ways down from a saddle with no curvature at all.",
        factory=monkey_saddle,
        source="D. Hilbert and S. Cohn-Vossen, Anschauliche Geometrie, Springer, 1932",
        domain=(-1.0, 1.0),
        start=(900.0, 505.0),
    ),
    SurfaceSpec(
        name="easom",
        summary="A hole in a plain: without a slope there is nothing to follow.",
        factory=easom,
        source="E. E. Easom, A survey of global optimization techniques, University of Louisville, "
        "1990, as given by M. Jamil and X.-S. Yang, A literature survey of benchmark functions for "
        "global optimization problems, 2013, over -100..100",
        domain=(-10.0, 10.0),
        start=(575.0, 590.0),
    ),
)
