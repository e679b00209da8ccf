"""What a formula is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "LETTERS",
    "Absolute",
    "Call",
    "Name",
    "Negative",
    "Number",
    "Power",
    "Product",
    "Quotient",
    "Sum",
    "Term",
]

LETTERS = {
    "pi": "π",
    "tau": "τ",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eps": "ε",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "rho": "ρ",
    "sigma": "σ",
    "phi": "φ",
    "psi": "ψ",
    "omega": "ω",
}
"""Names of letters that are written as these."""


@dataclass(frozen=True)
class Number:
    """A number as it is written: ``0.001``, ``1e-5``."""

    text: str


@dataclass(frozen=True)
class Name:
    """A variable, a parameter or a constant: ``x``, ``tilt``, ``pi``."""

    text: str


@dataclass(frozen=True)
class Negative:
    """Minus a term."""

    of: Term


@dataclass(frozen=True)
class Sum:
    """``left + right``, or where ``minus`` is set, ``left - right``."""

    left: Term
    right: Term
    minus: bool = False


@dataclass(frozen=True)
class Product:
    """``left right``."""

    left: Term
    right: Term


@dataclass(frozen=True)
class Quotient:
    """``above / below``."""

    above: Term
    below: Term


@dataclass(frozen=True)
class Power:
    """``base ^ exponent``."""

    base: Term
    exponent: Term


@dataclass(frozen=True)
class Absolute:
    """The size of a term."""

    of: Term


@dataclass(frozen=True)
class Call:
    """A function of terms; ``name`` is without its module: ``sin`` for ``np.sin``."""

    name: str
    arguments: tuple[Term, ...]


Term: TypeAlias = Number | Name | Negative | Sum | Product | Quotient | Power | Absolute | Call
