"""Built-in surfaces: functions of two variables to descend on.

    course      the course's three, each with its textbook form
    valleys     one way down or none: what makes a walk slow
    pits        several minima: what decides where a walk ends

In each module a formula stands above the table that describes it. A new surface is a function
that returns its ``Formula``, and a row of the table.
"""

from __future__ import annotations

from dlvc_cli import SurfaceSpec, hookimpl
from dlvc_surfaces import course, pits, valleys


@hookimpl
def dlvc_surfaces() -> list[SurfaceSpec]:
    return [*course.SURFACES, *valleys.SURFACES, *pits.SURFACES]
