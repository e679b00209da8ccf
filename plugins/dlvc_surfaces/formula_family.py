"""``formula:EXPRESSION``: a formula that is typed where a surface's name is asked for."""

from __future__ import annotations

import re
from functools import partial

from dlvc_cli import Formula, SurfaceSpec
from dlvc_surfaces.formula_parser import parse

__all__ = ["find", "knows"]

# A variable, or several that somebody takes for a product.
_VARIABLES = re.compile(r"\b([xy]+|[xy][12])\b", re.IGNORECASE)


def find(text: str) -> SurfaceSpec:
    """Describe the surface of a formula.

    Raises:
        BadOption: it is none; says what is wrong, and where.
    """
    expression = parse(text)
    return SurfaceSpec(
        name="expression",
        summary=expression.text,
        factory=partial(Formula, function=expression.evaluate, text=expression.text),
        source="a formula as it was typed",
        domain=(-5.0, 5.0),
    )


def knows(text: str) -> bool:
    """Whether a text is meant as a formula, be it right or wrong: a name has none of its signs."""
    return bool(_VARIABLES.search(text)) or any(sign in text for sign in "*+^()")
