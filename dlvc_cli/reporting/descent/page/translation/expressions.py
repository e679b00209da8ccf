"""Expressions: as in Python, in the order of Python, every operation in brackets."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from dlvc_cli.contract.suggestions import with_article
from dlvc_cli.reporting.descent.page.translation.known import CALLS, Known
from dlvc_cli.reporting.descent.page.translation.values import (
    NUMBER,
    THING,
    TRUTH,
    Untranslatable,
    Value,
    constant,
    tuple_of,
)

__all__ = ["Expressions", "item_of", "refuse"]

_MISSING = object()
_OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "({} + {})",
    ast.Sub: "({} - {})",
    ast.Mult: "({} * {})",
    ast.Div: "({} / {})",
    ast.FloorDiv: "floorDivide({}, {})",
    ast.Mod: "remainder({}, {})",
    ast.Pow: "power({}, {})",
}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "===",
    ast.NotEq: "!==",
}
_WORDS = {
    "Dict": "dictionary",
    "FunctionDef": "nested function",
    "GeneratorExp": "generator",
    "JoinedStr": "format string",
    "ListComp": "list comprehension",
    "NamedExpr": "walrus",
    "Starred": "starred value",
    "While": "while loop",
}
_Call = Callable[[FunctionType, Sequence[Value], Mapping[str, Value]], Value]


def refuse(node: ast.AST) -> NoReturn:
    """Say that a rule has something that is not translated."""
    kind = type(node).__name__
    words = _WORDS.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    raise Untranslatable(f"has {with_article(words)}")


class Expressions:
    """Translates expressions of one function.

    Args:
        names: the function's variables, as far as they have a value.
        local: all names that are its own.
        call: translates a call of a function that is written in Python.
    """

    def __init__(
        self,
        function: FunctionType,
        names: dict[str, Value],
        local: frozenset[str],
        call: _Call,
    ) -> None:
        self.names = names
        self._globals = function.__globals__
        self._local = local
        self._call_function = call

    def value(self, node: ast.expr) -> Value:
        """What an expression stands for.

        Raises:
            Untranslatable: it cannot be said in JavaScript.
        """
        handle = getattr(self, f"_{type(node).__name__.lower()}", None)
        return refuse(node) if handle is None else handle(node)

    def _constant(self, node: ast.Constant) -> Value:
        return constant(node.value, ast.unparse(node))

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        if name in self._local:
            if name not in self.names:
                raise Untranslatable(f"uses {name} before it has a value")
            return self.names[name]
        found = self._globals.get(name, getattr(builtins, name, _MISSING))
        if found is _MISSING:
            raise Untranslatable(f"uses {name}, which is not defined")
        return constant(found, name)

    def _attribute(self, node: ast.Attribute) -> Value:
        owner, called = self.value(node.value).thing, ast.unparse(node)
        if not isinstance(owner, ModuleType):
            raise Untranslatable(f"uses {called}, which is of no module")
        found = vars(owner).get(node.attr, _MISSING)
        if found is _MISSING:
            raise Untranslatable(f"uses {called}, which {owner.__name__} does not have")
        return constant(found, called)

    def _binop(self, node: ast.BinOp) -> Value:
        code = _OPERATORS.get(type(node.op)) or refuse(node.op)
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Pow) and right.kind == NUMBER and right.thing == 2:
            # NumPy and numba multiply, too.
            return Value(f"square({left.number()})", called="a square")
        return Value(code.format(left.number(), right.number()), called="a result")

    def _unaryop(self, node: ast.UnaryOp) -> Value:
        operand = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return Value(f"(!{operand.truth()})", TRUTH)
        if isinstance(node.op, ast.Invert):
            refuse(node.op)
        sign = "-" if isinstance(node.op, ast.USub) else "+"
        code, thing = f"({sign}{operand.number()})", operand.thing
        if sign == "-" and thing is not None:
            thing = -thing
        return Value(code, thing=thing, called=ast.unparse(node))

    def _compare(self, node: ast.Compare) -> Value:
        signs = [_COMPARISONS.get(type(op)) or refuse(op) for op in node.ops]
        operands = [self.value(each).number() for each in (node.left, *node.comparators)]
        parts = [
            f"({left} {sign} {right})"
            for left, sign, right in zip(operands, signs, operands[1:], strict=False)
        ]
        return Value(parts[0] if len(parts) == 1 else f"({' && '.join(parts)})", TRUTH)

    def _boolop(self, node: ast.BoolOp) -> Value:
        values = [self.value(each) for each in node.values]
        is_and = isinstance(node.op, ast.And)
        if all(value.kind == TRUTH for value in values):
            sign = " && " if is_and else " || "
            return Value(f"({sign.join(value.code for value in values)})", TRUTH)
        # One of the operands is the result.
        code = values[-1].number()
        for value in reversed(values[:-1]):
            this = value.number()
            first, second = (code, this) if is_and else (this, code)
            code = f"({value.truth()} ? {first} : {second})"
        return Value(code, called="a result")

    def _ifexp(self, node: ast.IfExp) -> Value:
        test = self.value(node.test).truth()
        one, other = self.value(node.body), self.value(node.orelse)
        if one.kind != other.kind:
            one, other = one.kept(), other.kept()
        if one.kind != other.kind or one.kind == THING:
            raise Untranslatable(f"chooses between {one.called} and {other.called}")
        return Value(f"({test} ? {one.code} : {other.code})", one.kind, called=one.called)

    def _tuple(self, node: ast.Tuple) -> Value:
        return tuple_of(tuple(self.value(item).kept() for item in node.elts), "a tuple")

    def _subscript(self, node: ast.Subscript) -> Value:
        owner, called = self.value(node.value), ast.unparse(node)
        place = self.value(node.slice).thing
        if not isinstance(owner.kind, tuple) or type(place) is not int:
            raise Untranslatable(f"uses {called}: only a tuple has items, at fixed places")
        if not -len(owner.kind) <= place < len(owner.kind):
            raise Untranslatable(f"uses {called}, and there are {len(owner.kind)}")
        return item_of(owner, place % len(owner.kind), called)

    def _call(self, node: ast.Call) -> Value:
        called = ast.unparse(node.func)
        function = self.value(node.func).thing
        given = [self.value(argument) for argument in node.args]
        if any(keyword.arg is None for keyword in node.keywords):
            raise Untranslatable(f"calls {called} with **")
        by_name = {str(keyword.arg): self.value(keyword.value) for keyword in node.keywords}
        known = CALLS.get(id(function))
        if known is not None:
            return Value(_known(known, given, by_name, called), called=f"{called}()")
        if inspect.isfunction(function):
            return self._call_function(function, given, by_name)
        raise Untranslatable(f"calls {called}, which is not translated")


def item_of(owner: Value, place: int, called: str) -> Value:
    """An item of a tuple."""
    if owner.items is not None:
        return owner.items[place]
    return Value(f"{owner.code}[{place}]", owner.kind[place], called=called)


def _known(known: Known, given: Sequence[Value], by_name: Mapping[str, Value], called: str) -> str:
    numbers = [value.number() for value in given]
    fits = len(numbers) >= 2 if known.folds else len(numbers) == known.arity
    if by_name or not fits:
        raise Untranslatable(f"calls {called} with other arguments than are translated")
    code: Any = known.code.format(*numbers[: known.arity])
    for number in numbers[known.arity :]:
        code = known.code.format(code, number)
    return str(code)
