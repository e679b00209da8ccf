"""Built-in surfaces: functions of two variables to descend on.

    course      the course's three, each with its textbook form
    valleys     one way down or none: what makes a walk slow
    pits        several minima: what decides where a walk ends

    formula_family   a formula that is typed; ``formula_parser`` reads it into an ``expression``

In each module a formula stands above the table that describes it. A new surface is a function
that returns its ``Formula``, and a row of the table.
"""

from __future__ import annotations

from dlvc_cli import FamilySpec, SurfaceSpec, hookimpl
from dlvc_surfaces import course, pits, valleys


@hookimpl
def dlvc_surfaces() -> list[SurfaceSpec]:
    return [*course.SURFACES, *valleys.SURFACES, *pits.SURFACES]


@hookimpl
def dlvc_families() -> list[FamilySpec]:
    return [
        FamilySpec(
            name="formula",
            summary="A formula of x and y, as in 'x**2 + 3*y**2'; it may stand without the prefix.",
            of="surfaces",
            find="dlvc_surfaces.formula_family:find",
            knows="dlvc_surfaces.formula_family:knows",
            metavar="EXPRESSION",
        )
    ]
