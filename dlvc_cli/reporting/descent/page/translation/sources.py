"""A function's own source, where it is what runs."""

from __future__ import annotations

import ast
import inspect
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from dlvc_cli.reporting.descent.page.translation.values import Untranslatable

__all__ = ["definition_of"]


def definition_of(function: Any) -> tuple[FunctionType, ast.FunctionDef]:
    """A function of a module, and its definition.

    Raises:
        Untranslatable: it is something else, or its source isn't there or isn't what runs.
    """
    name = getattr(function, "__name__", type(function).__name__)
    if not inspect.isfunction(function) or name == "<lambda>":
        raise Untranslatable(f"has {name}, which is no function that a module defines with def")
    # What functools.wraps leaves: the source would be that of another function.
    if {"__wrapped__", "__signature__"} & vars(function).keys():
        raise Untranslatable(f"has {name}, which is decorated")
    if function.__code__.co_freevars:
        raise Untranslatable(f"has {name}, which uses variables of a function around it")
    code = function.__code__
    try:
        definitions, codes = _read("".join(inspect.findsource(function)[0]), code.co_filename)
    except (OSError, TypeError, SyntaxError, ValueError):
        raise Untranslatable(f"has {name}, whose source is not there") from None
    node = definitions.get(code.co_firstlineno)
    if node is None or _meaning(code) not in codes:
        raise Untranslatable(f"has {name}, whose file has changed since it was read")
    if node.decorator_list:
        raise Untranslatable(f"has {name}, which is decorated")
    return function, node


@lru_cache(maxsize=8)
def _read(
    source: str, filename: str
) -> tuple[dict[int, ast.FunctionDef], list[tuple[object, ...]]]:
    """A module's definitions by their first lines, and what its functions do. Nothing is run."""
    parsed = ast.parse(source)
    definitions = {
        min([node.lineno, *(each.lineno for each in node.decorator_list)]): node
        for node in ast.walk(parsed)
        if isinstance(node, ast.FunctionDef)
    }
    codes, waiting = [], [compile(parsed, filename, "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        codes.append(_meaning(code))
        waiting += [each for each in code.co_consts if isinstance(each, CodeType)]
    return definitions, codes


def _meaning(code: CodeType) -> tuple[object, ...]:
    constants = [each for each in code.co_consts if not isinstance(each, CodeType)]
    return code.co_firstlineno, code.co_code, constants, code.co_names, code.co_varnames
