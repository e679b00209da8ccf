"""Functions: their statements, and the functions that they call.

Tuples become arrays that nothing changes, so a function has no effect but its result. It is
translated anew for every kind of arguments: a module is no value in JavaScript, and where a tuple
and where a number is meant must be known to get the same result.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from dlvc_cli.reporting.descent.page.translation.expressions import Expressions, item_of, refuse
from dlvc_cli.reporting.descent.page.translation.sources import definition_of
from dlvc_cli.reporting.descent.page.translation.values import (
    THING,
    Kind,
    Untranslatable,
    Value,
    constant,
)

__all__ = ["Functions"]


class Functions:
    """JavaScript functions for Python's.

    Attributes:
        written: their text, each after those that it calls.
    """

    def __init__(self) -> None:
        self.written: list[str] = []
        self._made: dict[tuple[object, ...], tuple[str, Kind]] = {}
        self._open: list[FunctionType] = []

    def call(
        self,
        function: Callable[..., Any],
        given: Sequence[Value],
        by_name: Mapping[str, Value] = {},
    ) -> Value:
        """A call of a function, which is translated where it hasn't been yet.

        Raises:
            Untranslatable: something in it cannot be said in JavaScript.
        """
        function, definition = definition_of(function)
        arguments = _bind(function, given, by_name or {})
        kinds = [
            (value.kind, id(value.thing) if value.kind == THING else None)
            for value in arguments.values()
        ]
        key = (function, *kinds)
        if key not in self._made:
            if function in self._open:
                raise Untranslatable(f"has {function.__name__}, which calls itself")
            self._open.append(function)
            self._made[key] = self._write(function, definition, arguments)
            self._open.pop()
        name, kind = self._made[key]
        codes = [value.code for value in arguments.values() if value.kind != THING]
        return Value(f"{name}({', '.join(codes)})", kind, called=f"{function.__name__}()")

    def _write(
        self, function: FunctionType, definition: ast.FunctionDef, arguments: Mapping[str, Value]
    ) -> tuple[str, Kind]:
        body = _Body(function, definition, arguments, self.call)
        name = f"{_safe(definition.name)}${len(self.written) + 1}"
        parameters = [_variable(key) for key, value in arguments.items() if value.kind != THING]
        self.written.append(
            f"function {name}({', '.join(parameters)}) {{\n" + "\n".join(body.lines) + "\n}"
        )
        return name, body.result


def _bind(
    function: FunctionType, given: Sequence[Value], by_name: Mapping[str, Value]
) -> dict[str, Value]:
    """Arguments by parameter, defaults filled in."""
    signature = inspect.signature(function)
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in signature.parameters.values()):
        raise Untranslatable(f"has {function.__name__}, which takes any number of arguments")
    try:
        bound = signature.bind(*given, **by_name)
    except TypeError as error:
        raise Untranslatable(f"calls {function.__name__} wrongly: {error}") from None
    arguments = {}
    for name, parameter in signature.parameters.items():
        value = bound.arguments.get(name) or constant(parameter.default, name)
        arguments[name] = value if value.kind == THING else value.kept()
    return arguments


def _safe(name: str) -> str:
    """A name in ASCII. No Python name has a $, so none of JavaScript's is ever meant."""
    return re.sub(r"[^A-Za-z0-9_]", lambda letter: f"${ord(letter[0]):x}$", name)


def _variable(name: str) -> str:
    return f"{_safe(name)}$"


class _Body:
    """The statements of a function.

    Attributes:
        lines: JavaScript.
        result: the kind of what it returns.
    """

    def __init__(
        self,
        function: FunctionType,
        definition: ast.FunctionDef,
        arguments: Mapping[str, Value],
        call: Callable[[FunctionType, Sequence[Value], Mapping[str, Value]], Value],
    ) -> None:
        stored = {
            node.id
            for node in ast.walk(definition)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        self._names = {
            name: value if value.kind == THING else _held(name, value.kind)
            for name, value in arguments.items()
        }
        local = frozenset(stored | arguments.keys())
        self._expressions = Expressions(function, self._names, local, call)
        self._temporaries = 0
        self._indent = "  "
        self.result: Kind = None
        self.lines: list[str] = []
        if not self._block(definition.body):
            raise Untranslatable(f"has {function.__name__}, which may end without a return")
        given = {name for name, value in arguments.items() if value.kind != THING}
        own = sorted(_variable(name) for name in stored - given)
        own += [f"${k + 1}" for k in range(self._temporaries)]
        if own:
            self.lines.insert(0, f"  let {', '.join(own)};")

    def _put(self, line: str) -> None:
        self.lines.append(self._indent + line)

    def _block(self, statements: Sequence[ast.stmt]) -> bool:
        """Translate statements; says whether they always return."""
        for statement in statements:
            handle = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if handle is None:
                refuse(statement)
            # What follows a return is never run.
            if handle(statement):
                return True
        return False

    def _within(self, statements: Sequence[ast.stmt]) -> tuple[bool, dict[str, Value]]:
        """Translate a block within another; the names that are known after it go with it."""
        before = dict(self._names)
        self._indent += "  "
        returns = self._block(statements)
        self._indent = self._indent[2:]
        after = dict(self._names)
        self._names.clear()
        self._names.update(before)
        return returns, after

    def _meet(self, names: Mapping[str, Value]) -> None:
        """Take in what another way through the function knows."""
        for name, value in names.items():
            known = self._names.setdefault(name, value)
            if (known.kind, known.thing) != (value.kind, value.thing):
                raise Untranslatable(f"has {name}, which is not always of one kind")

    def _return(self, node: ast.Return) -> bool:
        if node.value is None:
            raise Untranslatable("has a return without a value")
        value = self._expressions.value(node.value).kept()
        if self.result not in (None, value.kind):
            raise Untranslatable("has a function that returns tuples of several sizes, or numbers")
        self.result = value.kind
        self._put(f"return {value.code};")
        return True

    def _expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            refuse(node.value)

    def _pass(self, node: ast.Pass) -> None:
        pass

    def _assign(self, node: ast.Assign) -> None:
        value = self._expressions.value(node.value)
        if len(node.targets) > 1:
            value = self._aside(value)
        for target in node.targets:
            self._bind(target, value)

    def _annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, self._expressions.value(node.value))

    def _augassign(self, node: ast.AugAssign) -> None:
        if not isinstance(node.target, ast.Name):
            refuse(node.target)
        read = ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
        result = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
        self._bind(node.target, self._expressions.value(result))

    def _aside(self, value: Value) -> Value:
        """A value in variables of its own, which no assignment changes."""
        value = value.kept()
        if value.items is not None:
            items = tuple(self._aside(item) for item in value.items)
            return Value(value.code, value.kind, items=items, called=value.called)
        self._temporaries += 1
        name = f"${self._temporaries}"
        self._put(f"{name} = {value.code};")
        return Value(name, value.kind, called=value.called)

    def _bind(self, target: ast.expr, value: Value) -> None:
        """Assign a value to a name, or its items to names."""
        if isinstance(target, ast.Name):
            value = value.kept()
            self._names[target.id] = _held(target.id, value.kind)
            self._put(f"{_variable(target.id)} = {value.code};")
            return
        if not isinstance(target, ast.Tuple | ast.List):
            refuse(target)
        if not isinstance(value.kind, tuple) or len(value.kind) != len(target.elts):
            raise Untranslatable(f"takes {value.called} for {len(target.elts)} values")
        # a, b = b, a: all is read before anything is assigned.
        value = self._aside(value)
        for place, part in enumerate(target.elts):
            self._bind(part, item_of(value, place, value.called))

    def _if(self, node: ast.If) -> bool:
        test = self._expressions.value(node.test).truth()
        self._put(f"if ({test}) {{")
        returns, names = self._within(node.body)
        self._put("} else {")
        else_returns, else_names = self._within(node.orelse)
        self._put("}")
        ways = [known for gone, known in ((returns, names), (else_returns, else_names)) if not gone]
        self._names.clear()
        for known in ways:
            self._meet(known)
        return not ways

    def _for(self, node: ast.For) -> None:
        call = node.iter
        is_range = (
            isinstance(call, ast.Call)
            and self._expressions.value(call.func).thing is builtins.range
            and len(call.args) in (1, 2)
            and not call.keywords
        )
        if not is_range or node.orelse or not isinstance(node.target, ast.Name):
            raise Untranslatable("has a loop over something else than range(n)")
        assert isinstance(call, ast.Call)
        ends = [self._expressions.value(end) for end in call.args]
        first = ends[0].number() if len(ends) == 2 else "0"
        stop = self._aside(ends[-1]).code
        self._temporaries += 1
        count = f"${self._temporaries}"
        self._put(f"for ({count} = {first}; {count} < {stop}; {count}++) {{")
        self._indent += "  "
        self._bind(node.target, Value(count))
        self._indent = self._indent[2:]
        _, names = self._within(node.body)
        self._put("}")
        self._meet(names)


def _held(name: str, kind: Kind) -> Value:
    """What a variable holds."""
    return Value(_variable(name), kind, called=name)
