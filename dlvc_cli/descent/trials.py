"""The ways to descend that a request asks for: optimisers, and the combinations of a sweep."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlvc_cli.config import DescentConfig
from dlvc_cli.errors import BadOption
from dlvc_cli.options import default_of, flag
from dlvc_cli.params import boolean
from dlvc_cli.registry import Choice, Registry
from dlvc_cli.specs import OptimizerSpec

__all__ = ["Trial", "make_trials"]

_MOMENTUM, _NESTEROV = "momentum", "nesterov"
_NESTEROV_BETA = 0.9
# A sweep's names for what is not called so by the optimiser.
_SWEPT = ("lr", "eps", "beta")


@dataclass(frozen=True)
class Trial:
    """One way to descend: an optimiser and its settings.

    Attributes:
        label: how tables and legends call it.
        choice: the optimiser and its parameters.
        lr, eps: learning rate, and step of the numerical gradient.
        varied: what a sweep has set, by option.
    """

    label: str
    choice: Choice
    lr: float
    eps: float
    varied: Mapping[str, Any] = field(default_factory=dict)

    @property
    def optimizer(self) -> str:
        """The optimiser's name."""
        return self.choice.offer.name


def make_trials(registry: Registry, config: DescentConfig) -> list[Trial]:
    """Return a trial for each optimiser and each combination of the sweeps' values.

    Raises:
        UsageError: an unknown optimiser, a wrong value, or options that exclude each other.
    """
    sweeps = [_parse_sweep(text) for text in config.sweep]
    names = [name for name, _ in sweeps]
    for name in names:
        if names.count(name) > 1:
            raise BadOption(f"--sweep {name} is given twice.")
        if name in _SWEPT and getattr(config, name) != default_of(DescentConfig, name):
            raise BadOption(f"--sweep {name} and {flag(name)} exclude each other.")
    if config.exact and (config.eps != default_of(DescentConfig, "eps") or "eps" in names):
        raise BadOption("--exact takes gradients from the formula: there is no --eps to choose.")
    optimizers = [text.strip() for text in config.optimizer.split(",") if text.strip()]
    if not optimizers:
        raise BadOption("--optimizer takes a name, or several: gd,nesterov,adam.")
    choices = _with_momentum(registry, config, optimizers)
    combinations = list(itertools.product(*(values for _, values in sweeps)))
    trials = [
        _trial(config, text, choice, dict(zip(names, values, strict=True)))
        for text, choice in zip(optimizers, choices, strict=True)
        for values in combinations
    ]
    return _relabel(trials)


def _parse_sweep(text: str) -> tuple[str, list[str]]:
    name, equals, values = text.partition("=")
    found = [value.strip() for value in values.split(",") if value.strip()]
    if not equals or not name.isidentifier() or not found:
        raise BadOption(f"--sweep takes lr=1,5,10, beta=0,0.9 or the like, not {text!r}.")
    if len(set(found)) < len(found):
        raise BadOption(f"--sweep {name} has a value twice.")
    return name, found


def _with_momentum(
    registry: Registry, config: DescentConfig, optimizers: Iterable[str]
) -> list[Choice]:
    """Resolve optimisers, and set ``--beta`` and ``--nesterov`` on those that have them."""
    choices = [registry.choose("optimizers", text) for text in optimizers]
    given: dict[str, Any] = {}
    if config.nesterov is not None:
        given[_NESTEROV] = config.nesterov
        _require(choices, _NESTEROV, flag("nesterov"))
    beta = config.beta
    if beta is None and config.nesterov and not any(s.startswith("beta=") for s in config.sweep):
        beta = _NESTEROV_BETA
    if beta is not None:
        given[_MOMENTUM] = beta
    if config.beta is not None:
        _require(choices, _MOMENTUM, flag("beta"))
    return [_set(choice, given) for choice in choices]


def _require(choices: Iterable[Choice], param: str, option: str) -> None:
    """Some optimiser must have a parameter, and none may have it written too."""
    takers = [c for c in choices if any(p.name == param for p in c.spec.params)]
    if not takers:
        names = ", ".join(choice.offer.name for choice in choices)
        raise BadOption(f"optimizer {names} has no {param}: leave out {option}.")
    for choice in takers:
        if param in choice.written:
            raise BadOption(f"{choice.offer.name}:{param} and {option} exclude each other.")


def _set(choice: Choice, given: Mapping[str, Any]) -> Choice:
    own = {param.name for param in choice.spec.params} - choice.written
    values = {name: value for name, value in given.items() if name in own}
    return dataclasses.replace(choice, values=choice.values | values)


def _trial(config: DescentConfig, text: str, choice: Choice, swept: Mapping[str, str]) -> Trial:
    """One combination of a sweep's values for one optimiser."""
    spec: OptimizerSpec = choice.spec
    params = {param.name: param for param in spec.params}
    numbers: dict[str, float] = {}
    varied: dict[str, Any] = {}
    for name, word in swept.items():
        param = params.get(_MOMENTUM if name == "beta" else name)
        if name in ("lr", "eps"):
            varied[name] = numbers[name] = _positive(name, word)
        elif param is None:
            others = ", ".join([*_SWEPT, *(p for p in params if p != _MOMENTUM)])
            raise BadOption(f"--sweep {name}: {choice.offer.name} has none. It has {others}.")
        elif param.name in choice.written:
            raise BadOption(f"{text} and --sweep {name} exclude each other.")
        else:
            varied[name] = param.parse(word, f"--sweep {name}")
            choice = dataclasses.replace(choice, values=choice.values | {param.name: varied[name]})
    lr = numbers.get("lr", config.lr if config.lr is not None else spec.learning_rates.descent)
    return Trial(_label(choice, lr), choice, lr, numbers.get("eps", config.eps), varied)


def _positive(name: str, word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise BadOption(f"--sweep {name} takes numbers above 0, not {word!r}.")
    return value


def _label(choice: Choice, lr: float) -> str:
    """``sgd lr 10 momentum 0.9 nesterov``: the name and what isn't at its default."""
    words = [choice.offer.name, f"lr {lr:g}"]
    for param in choice.spec.params:
        value = choice.values[param.name]
        if value == param.default:
            continue
        if param.type is boolean:
            words += [param.name] if value else []
        else:
            words.append(f"{param.name} {value:g}" if isinstance(value, float) else str(value))
    return " ".join(words)


def _relabel(trials: list[Trial]) -> list[Trial]:
    """Where a sweep tells trials apart, it makes the shorter labels."""
    several = len({trial.choice.offer.qualified for trial in trials}) > 1
    labels = []
    for trial in trials:
        words = [f"{name} {_word(value)}" for name, value in trial.varied.items()]
        labels.append(" ".join(([trial.optimizer] if several or not words else []) + words))
    if len(set(labels)) < len(trials) or not any(trial.varied for trial in trials):
        return trials
    return [
        dataclasses.replace(trial, label=label) for trial, label in zip(trials, labels, strict=True)
    ]


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
