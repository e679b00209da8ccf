"""Terms as MathML, which browsers typeset themselves."""

from __future__ import annotations

import html
from collections.abc import Iterator

from dlvc_cli.reporting.descent.page.typesetting.reading import Unreadable, read
from dlvc_cli.reporting.descent.page.typesetting.terms import (
    LETTERS,
    Absolute,
    Call,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Term,
)

__all__ = ["formula_markup"]

# How tightly parts hold together: what holds less than its place asks for gets parentheses.
_ANY, _SUM, _PRODUCT, _QUOTIENT, _POWER, _WHOLE = range(6)
_RANKS = {
    Negative: _SUM,
    Sum: _SUM,
    Product: _PRODUCT,
    Quotient: _QUOTIENT,
    Power: _POWER,
    Call: _POWER,
}
_FUNCTIONS = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "minimum": "min",
    "maximum": "max",
    "atan2": "arctan",
    "arctan2": "arctan",
}
_BETWEEN = '<mspace width="0.17em"/>'
_APPLY = "<mo>&#x2061;</mo>"


def formula_markup(text: str) -> str:
    """``f(x, y) = ...`` as markup: MathML, or where the text is not read, the text itself."""
    if not text:
        return ""
    try:
        lines = list(_pieces(read(text)))
    except (Unreadable, RecursionError):
        return html.escape(f"f(x, y) = {text}")
    head = "<mi>f</mi><mrow><mo>(</mo><mi>x</mi><mo>,</mo><mi>y</mi><mo>)</mo></mrow><mo>=</mo>"
    first, *rest = lines
    # A formula breaks between pieces, where the window is narrow.
    return "<wbr>".join(
        f'<math displaystyle="true">{piece}</math>' for piece in (head + first, *rest)
    )


def _pieces(term: Term) -> Iterator[str]:
    """The terms of the outermost sum, or the factors of the outermost product."""
    match term:
        case Sum(left, right, minus):
            yield from _pieces(left) if isinstance(left, Sum) else [_markup(left, _SUM)]
            yield _sign(minus) + _markup(right, _PRODUCT)
        case Product(left, right) if isinstance(right, Sum):
            yield from _pieces(left) if isinstance(left, Product) else [_markup(left, _PRODUCT)]
            yield _BETWEEN + _markup(right, _QUOTIENT)
        case _:
            yield _markup(term, _ANY)


def _sign(minus: bool) -> str:
    # Said to stand between two terms, since the first may be in another piece.
    return f'<mo form="infix">{"−" if minus else "+"}</mo>'


def _markup(term: Term, least: int) -> str:
    """A term as markup; ``least`` is how tightly it must hold together."""
    text = _plain(term)
    if _rank(term) < least:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"
    return text


def _rank(term: Term) -> int:
    is_whole = isinstance(term, Call) and term.name in ("sqrt", "floor", "ceil")
    return _WHOLE if is_whole else _RANKS.get(type(term), _WHOLE)


def _plain(term: Term) -> str:
    match term:
        case Number(text):
            return _number(text)
        case Name(text):
            return _name(text)
        case Negative(of):
            return f'<mo form="prefix">−</mo>{_markup(of, _PRODUCT)}'
        case Sum(left, right, minus):
            return _markup(left, _SUM) + _sign(minus) + _markup(right, _PRODUCT)
        case Product(left, right):
            return _product(left, right)
        case Quotient(above, below):
            return f"<mfrac>{_row(above)}{_row(below)}</mfrac>"
        case Power(base, exponent):
            return _power(base, exponent)
        case Absolute(of):
            return f"<mrow><mo>|</mo>{_markup(of, _ANY)}<mo>|</mo></mrow>"
        case Call(name, arguments):
            return _call(name, arguments)


def _row(term: Term) -> str:
    return f"<mrow>{_markup(term, _ANY)}</mrow>"


def _number(text: str) -> str:
    digits, _, power = text.lower().partition("e")
    if not power:
        return f"<mn>{text}</mn>"
    ten = f"<msup><mn>10</mn><mn>{str(int(power)).replace('-', '−')}</mn></msup>"
    return ten if digits == "1" else f"<mrow><mn>{digits}</mn><mo>·</mo>{ten}</mrow>"


def _name(text: str) -> str:
    """A letter stands slanted, a word upright; digits at its end are an index."""
    stem = text.rstrip("0123456789").rstrip("_")
    index = text[len(stem) :].lstrip("_")
    stem = html.escape(LETTERS.get(stem, stem))
    variant = ' mathvariant="normal"' if text in ("e", "pi") else ""
    if not index:
        return f"<mi{variant}>{stem}</mi>"
    return f"<msub><mi>{stem}</mi><mn>{index}</mn></msub>"


def _product(left: Term, right: Term) -> str:
    # Between numbers a space would say nothing.
    between = "<mo>·</mo>" if isinstance(_first(right), Number) else _BETWEEN
    return _markup(left, _PRODUCT) + between + _markup(right, _QUOTIENT)


def _first(term: Term) -> Term:
    """What stands first in a term that gets no parentheses."""
    while isinstance(term, Power | Product):
        term = term.base if isinstance(term, Power) else term.left
    return term


def _power(base: Term, exponent: Term) -> str:
    match base, exponent:
        case Call(name, arguments), Number() if _rank(base) < _WHOLE and name != "exp":
            # cos^2(x), as it is written.
            raised = f"<msup>{_function(name)}{_row(exponent)}</msup>"
            return f"<mrow>{raised}{_APPLY}{_arguments(arguments)}</mrow>"
    return f"<msup>{_markup(base, _WHOLE)}{_row(exponent)}</msup>"


def _call(name: str, arguments: tuple[Term, ...]) -> str:
    match name, arguments:
        case "sqrt", (of,):
            return f"<msqrt>{_markup(of, _ANY)}</msqrt>"
        case "floor", (of,):
            return f"<mrow><mo>⌊</mo>{_markup(of, _ANY)}<mo>⌋</mo></mrow>"
        case "ceil", (of,):
            return f"<mrow><mo>⌈</mo>{_markup(of, _ANY)}<mo>⌉</mo></mrow>"
        # A fraction would be too small in an exponent.
        case "exp", (of,) if not _has_quotient(of):
            return f'<msup><mi mathvariant="normal">e</mi>{_row(of)}</msup>'
    return f"<mrow>{_function(name)}{_APPLY}{_arguments(arguments)}</mrow>"


def _function(name: str) -> str:
    if name in ("log2", "log10"):
        return f"<msub><mi>log</mi><mn>{name.removeprefix('log')}</mn></msub>"
    return f"<mi>{_FUNCTIONS.get(name, name)}</mi>"


def _arguments(arguments: tuple[Term, ...]) -> str:
    if len(arguments) == 1 and isinstance(arguments[0], Absolute):
        return _plain(arguments[0])
    inside = "<mo>,</mo>".join(_markup(each, _ANY) for each in arguments)
    return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>"


def _has_quotient(term: Term) -> bool:
    match term:
        case Quotient():
            return True
        case Sum(left, right) | Product(left, right) | Power(left, right):
            return _has_quotient(left) or _has_quotient(right)
        case Negative(of) | Absolute(of):
            return _has_quotient(of)
        case Call(_, arguments):
            return any(map(_has_quotient, arguments))
    return False
