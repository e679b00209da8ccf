"""``formula:EXPRESSION``: a formula that is typed where a surface's name is asked for."""

from __future__ import annotations

import re
from functools import partial

from dlvc_cli import Formula, SurfaceSpec
from dlvc_surfaces.formula_parser import parse

__all__ = ["find", "knows"]

# What stands before a colon in any other name: a prefix, or a name with parameters.
_PREFIX = re.compile(r"[\w.-]+(/[\w.-]+)?:")
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
        lr_by="surface",
    )


def knows(text: str) -> bool:
    """Whether a text is meant as a formula, be it right or wrong: a name has none of its signs."""
    if _PREFIX.match(text):
        return False
    return bool(_VARIABLES.search(text)) or any(sign in text for sign in "*+^()")
