"""Factories: what a spec names, and the core calls when the object is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self, overload

from dlvc_cli.errors import SpecError

__all__ = ["Factory", "FactoryField"]


@dataclass(frozen=True)
class Factory:
    """A callable or, better, its import path as text: ``"my_ops.solarize:build"``.

    With a path only the plugin's entry module need be light: what it names is imported when the
    factory is first called.

    Raises:
        SpecError: it is neither.
    """

    target: Callable[..., Any] | str

    def __post_init__(self) -> None:
        if isinstance(self.target, str):
            sound = all(self.target.partition(":")[::2])
        else:
            sound = callable(self.target)
        if not sound:
            raise SpecError(
                "a factory is a callable, or text of the form 'package.module:attribute'"
            )

    def load(self) -> Callable[..., Any]:
        """Return the callable, imported where it is named by its path."""
        if not isinstance(self.target, str):
            return self.target
        module, _, attribute = self.target.partition(":")
        found: Any = import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.load()(*args, **kwargs)


class FactoryField:
    """A field of a spec that is given a callable or an import path, and holds a :class:`Factory`.

    A descriptor, so that type checkers know both what an author may write and what the core reads.
    """

    def __init__(self, *, optional: bool = False) -> None:
        self._optional = optional

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, spec: None, owner: type) -> Self: ...
    @overload
    def __get__(self, spec: object, owner: type) -> Any: ...
    def __get__(self, spec: object | None, owner: type) -> Any:
        if spec is not None:
            return vars(spec)[self._name]
        # dataclass reads the default from the class; an AttributeError means that there is none.
        if self._optional:
            return None
        raise AttributeError(self._name)

    def __set__(self, spec: object, value: Callable[..., Any] | str | None) -> None:
        if value is None and self._optional:
            vars(spec)[self._name] = None
            return
        try:
            vars(spec)[self._name] = (
                value if isinstance(value, Factory) else Factory("" if value is None else value)
            )
        except SpecError:
            called = getattr(spec, "name", type(spec).__name__)
            raise SpecError(
                f"the {self._name} of {called} must be callable or text of the form "
                "'package.module:attribute'"
            ) from None
