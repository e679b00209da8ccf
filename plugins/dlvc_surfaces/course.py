"""The course's three surfaces, each in the course's form and in the textbook's.

``form=course``, the default, is the one that the course's images were sampled from;
``form=textbook`` is the published one.
"""

from __future__ import annotations

from typing import Any

from dlvc_cli import Formula, Param, SurfaceSpec
from dlvc_surfaces import course_minima

__all__ = ["SURFACES", "beale", "madsen", "schaffer"]


def beale(form: str = "course") -> Formula:
    """Beale's function; the course's has no powers of y."""
    second, third = (2, 3) if form == "textbook" else (1, 1)

    def function(x: Any, y: Any, xp: Any) -> Any:
        return (
            (1.5 - x + x * y) ** 2
            + (2.25 - x + x * y**second) ** 2
            + (2.625 - x + x * y**third) ** 2
        )

    text = {
        "course": "(1.5 - x + xy)^2 + (2.25 - x + xy)^2 + (2.625 - x + xy)^2",
        "textbook": "(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    }
    return Formula(function=function, text=text[form], minima=course_minima.beale(form))


def madsen(form: str = "course") -> Formula:
    """Madsen's three functions as a sum of squares, or the course's sum of terms."""

    def textbook(x: Any, y: Any, xp: Any) -> Any:
        return (x**2 + x * y + y**2) ** 2 + xp.sin(x) ** 2 + xp.cos(y) ** 2

    def course(x: Any, y: Any, xp: Any) -> Any:
        return x**2 + x * y + y**2 + xp.sin(y) + xp.cos(y)

    minima = course_minima.madsen(form)
    if form == "textbook":
        text = "(x^2 + xy + y^2)^2 + sin(x)^2 + cos(y)^2"
        return Formula(function=textbook, text=text, minima=minima)
    return Formula(function=course, text="x^2 + xy + y^2 + sin(y) + cos(y)", minima=minima)


def schaffer(form: str = "course") -> Formula:
    """Schaffer's function N. 4; the course's doesn't square the cosine."""
    power = 2 if form == "textbook" else 1

    def function(x: Any, y: Any, xp: Any) -> Any:
        wave = xp.cos(xp.sin(xp.abs(x**2 - y**2))) ** power
        return 0.5 + (wave - 0.5) / (1 + 0.001 * (x**2 + y**2)) ** 2

    square = "^2" if form == "textbook" else ""
    return Formula(
        function=function,
        text=f"0.5 + (cos(sin|x^2 - y^2|){square} - 0.5) / (1 + 0.001 (x^2 + y^2))^2",
        minima=course_minima.schaffer(form),
    )


_FORM = Param(
    "form",
    str,
    "course",
    "the course's formula, or the textbook's",
    choices=("course", "textbook"),
)

SURFACES = (
    SurfaceSpec(
        name="beale",
        summary="A flat, curved valley between steep walls.",
        factory=beale,
        params=(_FORM,),
        source="E. M. L. Beale, On an iterative method for finding a local minimum of a "
        "function of more than one variable, Princeton, 1958; the course's form drops the "
        "powers of y, so that its minimum is a curve",
        domain=(-4.5, 4.5),
        x_along="rows",
        start=(800.0, 100.0),
    ),
    SurfaceSpec(
        name="madsen",
        summary="A smooth bowl with one minimum.",
        factory=madsen,
        params=(_FORM,),
        source="K. Madsen, An algorithm for minimax solution of overdetermined systems of "
        "nonlinear equations, AERE Harwell TP 559, 1973, as a sum of squares in Dennis, Gay "
        "and Welsch, NL2SOL, TOMS 1981; the course's form adds up terms of y",
        domain=(-1.0, 1.0),
        start=(200.0, 800.0),
    ),
    SurfaceSpec(
        name="schaffer",
        summary="Ripples within ripples, with countless local minima.",
        aliases=("schaffern4",),
        factory=schaffer,
        params=(_FORM,),
        source="Schaffer N. 4 in S. K. Mishra, Some new test functions for global "
        "optimization and performance of repulsive particle swarm method, 2006; the course's "
        "form doesn't square the cosine",
        domain=(-50.0, 50.0),
        start=(300.0, 350.0),
    ),
)
