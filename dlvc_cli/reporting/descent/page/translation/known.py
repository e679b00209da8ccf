"""What of Python's, math's and NumPy's own functions JavaScript has, too."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

__all__ = ["CALLS", "Known"]


class Known(NamedTuple):
    """JavaScript for a call: ``{0}``, ``{1}`` ... stand for its arguments.

    Where ``folds`` is set, it takes two arguments or more, from left to right.
    """

    code: str
    arity: int = 1
    folds: bool = False


# Of one name everywhere: in math, in numpy and in JavaScript's Math.
_ALIKE = (
    "acos acosh asin asinh atan atanh cbrt ceil cos cosh exp expm1 floor log log10 log1p log2 sin "
    "sinh sqrt tan tanh trunc"
).split()
_ALIKE_OF_TWO = ["atan2", "hypot"]

# What is not called the same. Lower-case functions are those of assets/python_operators.js.
_OTHERS = {
    Known("Math.abs({0})"): "builtins.abs math.fabs numpy.abs numpy.fabs",
    Known("({0})"): "builtins.float numpy.float64",
    Known("Math.trunc({0})"): "builtins.int",
    Known("square({0})"): "numpy.square",
    Known("Math.sign({0})"): "numpy.sign",
    Known("Number(Number.isNaN({0}))"): "math.isnan numpy.isnan",
    Known("Number(Number.isFinite({0}))"): "math.isfinite numpy.isfinite",
    Known("Number(Math.abs({0}) === Infinity)"): "math.isinf numpy.isinf",
    Known("copySign({0}, {1})", 2): "math.copysign numpy.copysign",
    Known("power({0}, {1})", 2): "builtins.pow math.pow numpy.power",
    Known("Math.max({0}, {1})", 2): "numpy.maximum",
    Known("Math.min({0}, {1})", 2): "numpy.minimum",
    Known("({0} !== 0 ? {1} : {2})", 3): "numpy.where",
    Known("Math.min(Math.max({0}, {1}), {2})", 3): "numpy.clip",
    Known("greatest({0}, {1})", 2, folds=True): "builtins.max",
    Known("least({0}, {1})", 2, folds=True): "builtins.min",
}
_MODULES = {"builtins": builtins, "math": math, "numpy": np}


def _pairs() -> Iterator[tuple[Any, Known]]:
    alike = [(name, Known(f"Math.{name}({{0}})")) for name in _ALIKE]
    alike += [(name, Known(f"Math.{name}({{0}}, {{1}})", 2)) for name in _ALIKE_OF_TWO]
    for name, known in alike:
        yield getattr(math, name), known
        yield getattr(np, name), known
    for known, places in _OTHERS.items():
        for place in places.split():
            module, _, name = place.partition(".")
            yield getattr(_MODULES[module], name), known


_FOUND = list(_pairs())
CALLS = {id(function): known for function, known in _FOUND}
"""By the ``id`` of a function, for not everything that a rule may call can be hashed."""
