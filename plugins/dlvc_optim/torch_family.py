"""``torch:NAME``: any optimiser of ``torch.optim`` that takes dense gradients and no closure."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from dlvc_cli import (
    BadOption,
    LearningRates,
    OptimizerSpec,
    Param,
    boolean,
    floats,
    matches_pattern,
    parse_arguments,
)
from dlvc_optim.rates import RATES

__all__ = ["build", "find", "search"]

OptimizerClass = type[torch.optim.Optimizer]

_PREFIX = "torch:"

# Not for a user to choose: what the core passes, how torch computes, and ascent.
_RESERVED = frozenset(
    {
        "params",
        "lr",
        "weight_decay",
        "foreach",
        "fused",
        "capturable",
        "differentiable",
        "maximize",
    }
)

_REFUSED = {
    "SparseAdam": "it takes sparse gradients only, and these are dense; use adam",
    "Muon": "it takes matrices only; use muon",
}


def find(rest: str) -> OptimizerSpec | None:
    """Return the optimiser that ``NAME`` or ``NAME:key=value`` describes, None if there is none.

    Raises:
        BadOption: it can't be used here (the message says why), or an argument is wrong.
    """
    name, _, arguments = rest.partition(":")
    found = {known.lower(): cls for known, cls in _classes()}.get(name.lower())
    if found is None:
        return None
    reason = _refusal(found)
    if reason:
        raise BadOption(f"optimizer {_PREFIX}{found.__name__} cannot be used: {reason}.")
    return _spec(found, arguments)


def search(pattern: str) -> Iterable[OptimizerSpec]:
    """Return the usable optimisers whose name contains ``pattern``, or fits its ``*``."""
    for name, cls in _classes():
        matches = matches_pattern(name, pattern) or matches_pattern(_PREFIX + name, pattern)
        if matches and not _refusal(cls):
            yield _spec(cls)


def build(
    cls: OptimizerClass,
    bound: dict[str, Any],
    parameters: Iterable[Any],
    *,
    lr: float,
    weight_decay: float = 0.0,
    **params: Any,
) -> torch.optim.Optimizer:
    """Build an optimiser of class ``cls``.

    Raises:
        BadOption: it has no weight decay and one is wanted, or torch refuses a value.
    """
    owner = f"optimizer {_PREFIX}{cls.__name__}"
    values = bound | params
    if "weight_decay" in inspect.signature(cls).parameters:
        values["weight_decay"] = weight_decay
    elif weight_decay:
        raise BadOption(f"{owner} has no weight decay. Leave it at 0.")
    try:
        return cls(parameters, lr=lr, **values)  # type: ignore[call-arg]
    except ValueError as error:
        raise BadOption(f"{owner}: {str(error).rstrip('.')}.") from error


def _classes() -> Iterator[tuple[str, OptimizerClass]]:
    for name, value in sorted(vars(torch.optim).items()):
        if (
            inspect.isclass(value)
            and issubclass(value, torch.optim.Optimizer)
            and value is not torch.optim.Optimizer
        ):
            yield name, value


def _refusal(cls: OptimizerClass) -> str | None:
    """Why an optimiser can't be used, None where it can."""
    closure = inspect.signature(cls.step).parameters.get("closure")
    if closure is not None and closure.default is inspect.Parameter.empty:
        return "its step calls for the loss again and again, and dlvc computes it once a step"
    return _REFUSED.get(cls.__name__)


def _spec(cls: OptimizerClass, arguments: str = "") -> OptimizerSpec:
    name = cls.__name__
    params = tuple(_params(cls))
    # Of all values, only those that were written are bound; the others stay parameters.
    unset = [replace(param, default=None) for param in params]
    values = parse_arguments(arguments, unset, f"optimizer {_PREFIX}{name}")
    bound = {key: value for key, value in values.items() if value is not None}
    default = float(inspect.signature(cls).parameters["lr"].default)
    return OptimizerSpec(
        name=name,
        summary=(inspect.getdoc(cls) or f"torch.optim.{name}").splitlines()[0],
        factory=partial(build, cls, bound),
        params=tuple(param for param in params if param.name not in bound),
        learning_rates=RATES.get(name.lower(), LearningRates(default, default / 10, 1.0)),
    )


def _params(cls: OptimizerClass) -> Iterator[Param]:
    for name, parameter in inspect.signature(cls).parameters.items():
        kind = _type_of(parameter.default)
        if name not in _RESERVED and kind is not None:
            yield Param(name, kind, parameter.default, f"see torch.optim.{cls.__name__}")


def _type_of(default: Any) -> Callable[[str], Any] | None:
    """The type of a parameter by its default; None for one that an option string can't set."""
    if isinstance(default, bool):
        return boolean
    if isinstance(default, int | float):
        return float
    return _numbers(len(default)) if isinstance(default, tuple) else None


def _numbers(count: int) -> Callable[[str], tuple[float, ...]]:
    def parse(text: str) -> tuple[float, ...]:
        values = floats(text)
        if len(values) != count:
            raise ValueError(text)
        return values

    parse.__name__ = f"{count} numbers separated by /"
    return parse
