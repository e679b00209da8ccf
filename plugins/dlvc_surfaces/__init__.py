"""Built-in surfaces: three test functions of two variables, as the course drew them.

Each has two forms. ``course``, the default, is the one that the course's pictures were sampled
from; ``textbook`` is the published one.
"""

from __future__ import annotations

from dlvc_cli import Param, SurfaceSpec, hookimpl


def _form(textbook: str) -> tuple[Param, ...]:
    return (
        Param(
            "form",
            str,
            "course",
            f"the course's formula, or the textbook's, {textbook}",
            choices=("course", "textbook"),
        ),
    )


@hookimpl
def dlvc_surfaces() -> list[SurfaceSpec]:
    return [
        SurfaceSpec(
            name="beale",
            summary="A flat, curved valley between steep walls.",
            factory="dlvc_surfaces.formulas:beale",
            params=_form("(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2"),
            formula="(1.5 - x + xy)^2 + (2.25 - x + xy)^2 + (2.625 - x + xy)^2",
            source="E. M. L. Beale, On an iterative method for finding a local minimum of a "
            "function of more than one variable, Princeton, 1958; the course's form drops the "
            "powers of y, so that its minimum is a curve",
            domain=(-4.5, 4.5),
            x_along="rows",
            start=(800.0, 100.0),
            minima="dlvc_surfaces.minima:beale",
        ),
        SurfaceSpec(
            name="madsen",
            summary="A smooth bowl with one minimum.",
            factory="dlvc_surfaces.formulas:madsen",
            params=_form("(x^2 + xy + y^2)^2 + sin(x)^2 + cos(y)^2"),
            formula="x^2 + xy + y^2 + sin(y) + cos(y)",
            source="K. Madsen, An algorithm for minimax solution of overdetermined systems of "
            "nonlinear equations, AERE Harwell TP 559, 1973, as a sum of squares in Dennis, Gay "
            "and Welsch, NL2SOL, TOMS 1981; the course's form adds up terms of y",
            domain=(-1.0, 1.0),
            start=(200.0, 800.0),
            minima="dlvc_surfaces.minima:madsen",
        ),
        SurfaceSpec(
            name="schaffer",
            summary="Ripples within ripples, with countless local minima.",
            aliases=("schaffern4",),
            factory="dlvc_surfaces.formulas:schaffer",
            params=_form(
                "0.5 + (cos(sin|x^2 - y^2|)^2 - 0.5) / (1 + 0.001 (x^2 + y^2))^2 (Schaffer N. 4)"
            ),
            formula="0.5 + (cos(sin|x^2 - y^2|) - 0.5) / (1 + 0.001 (x^2 + y^2))^2",
            source="Schaffer N. 4 in S. K. Mishra, Some new test functions for global "
            "optimization and performance of repulsive particle swarm method, 2006; the course's "
            "form doesn't square the cosine",
            domain=(-50.0, 50.0),
            start=(300.0, 350.0),
            minima="dlvc_surfaces.minima:schaffer",
        ),
    ]
