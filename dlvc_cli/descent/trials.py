"""The ways to descend that a request asks for: optimisers, and the combinations of a sweep."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.config.options import default_of, flag
from dlvc_cli.contract.params import Param, boolean
from dlvc_cli.contract.specs import OptimizerSpec
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import Registry

__all__ = ["Trial", "make_trials", "relabelled", "setting_words", "written_name"]

_MOMENTUM, _NESTEROV = "momentum", "nesterov"
_NESTEROV_BETA = 0.9
_EPS = default_of(DescentConfig, "eps")


@dataclass(frozen=True)
class Trial:
    """One way to descend: an optimiser and its settings.

    Attributes:
        label: how tables and legends call it.
        text: the optimiser as it was written.
        choice: the optimiser and its parameters.
        lr, eps: learning rate, and reach of the numerical gradient to either side.
        varied: what a sweep has set, by option.
    """

    label: str
    text: str
    choice: Choice = field(repr=False)
    lr: float
    eps: float
    varied: Mapping[str, Any] = field(default_factory=dict)

    @property
    def optimizer(self) -> str:
        """The optimiser's name; of a family's member, with what was written after it."""
        return self.text if self.choice.offer.prefix else self.choice.offer.name


def make_trials(registry: Registry, config: DescentConfig) -> list[Trial]:
    """Return a trial for each optimiser and each combination of the sweeps' values.

    Raises:
        UsageError: an unknown optimiser, a wrong value, or options that exclude each other.
    """
    sweeps = [_parse_sweep(text) for text in config.sweep]
    names = [name for name, _ in sweeps]
    given = {_MOMENTUM: config.beta, _NESTEROV: config.nesterov}
    given |= {"lr": config.lr, "eps": None if config.eps == _EPS else config.eps}
    for name in names:
        if names.count(name) > 1:
            raise BadOption(f"--sweep {written_name(name)} is given twice.")
        if given.get(name) is not None:
            raise BadOption(
                f"--sweep {written_name(name)} and {flag(written_name(name))} exclude each other."
            )
    if config.exact and (config.eps != _EPS or "eps" in names):
        raise BadOption("--exact takes gradients from the formula: there is no --eps to choose.")
    optimizers = [text.strip() for text in config.optimizer.split(",") if text.strip()]
    if not optimizers:
        raise BadOption("--optimizer takes a name, or several: gd,nesterov,adam.")
    choices = _with_momentum(registry, config, optimizers, names)
    combinations = list(itertools.product(*(values for _, values in sweeps)))
    trials = [
        _trial(config, text, choice, dict(zip(names, values, strict=True)))
        for text, choice in zip(optimizers, choices, strict=True)
        for values in combinations
    ]
    for first, second in itertools.combinations(trials, 2):
        if first.text == second.text and first.varied == second.varied:
            raise BadOption("--sweep or --optimizer has a value twice: leave one out.")
    return relabelled(trials)


def _parse_sweep(text: str) -> tuple[str, list[str]]:
    name, equals, values = text.partition("=")
    found = [value.strip() for value in values.split(",") if value.strip()]
    if not equals or not name.isidentifier() or not found:
        raise BadOption(f"--sweep takes lr=1,5,10, beta=0,0.9 or the like, not {text!r}.")
    return _MOMENTUM if name == "beta" else name, found


def written_name(name: str) -> str:
    """What users call a setting: ``beta`` is the optimiser's ``momentum``."""
    return "beta" if name == _MOMENTUM else name


def _with_momentum(
    registry: Registry, config: DescentConfig, optimizers: Iterable[str], swept: Sequence[str]
) -> list[Choice]:
    """Resolve optimisers, and set ``--beta`` and ``--nesterov`` on those that have them."""
    choices = [registry.choose("optimizers", text) for text in optimizers]
    given: dict[str, Any] = {}
    if config.nesterov is not None:
        given[_NESTEROV] = config.nesterov
        _require(choices, _NESTEROV, flag("nesterov"))
    beta = config.beta
    if beta is None and (config.nesterov or _NESTEROV in swept) and _MOMENTUM not in swept:
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
    varied: dict[str, Any] = {}
    for name, word in swept.items():
        called = written_name(name)
        if name in ("lr", "eps"):
            varied[called] = _positive(name, word)
            continue
        param = params.get(name)
        if param is None:
            others = ["lr", "eps", *map(written_name, params)]
            hint = did_you_mean(near(called, others, 1))
            raise BadOption(
                f"--sweep {called}: {choice.offer.name} has none.{hint} It has {', '.join(others)}."
            )
        if name in choice.written:
            raise BadOption(f"{text} and --sweep {called} exclude each other.")
        varied[called] = param.parse(word, f"--sweep {called}")
        choice = dataclasses.replace(choice, values=choice.values | {name: varied[called]})
    lr = varied.get("lr", config.lr if config.lr is not None else spec.learning_rates.descent)
    eps = varied.get("eps", config.eps)
    return Trial("", text, choice, lr, eps, varied)


def _positive(name: str, word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise BadOption(f"--sweep {name} takes numbers above 0, not {word!r}.")
    return value


def _label(text: str, choice: Choice, lr: float) -> str:
    """``sgd lr 10 momentum 0.9 nesterov``: the name and what isn't at its default."""
    if choice.offer.prefix:
        return f"{text} lr {lr:g}"
    words = [choice.offer.name, f"lr {lr:g}"]
    for param in choice.spec.params:
        value = choice.values[param.name]
        if value != param.default:
            words.append(setting_words(param, value))
    return " ".join(words)


def setting_words(param: Param, value: Any) -> str:
    """A parameter and its value as labels and titles show them: ``momentum 0.9``, ``nesterov``."""
    if param.type is boolean:
        return param.name if value else f"no {param.name}"
    return f"{param.name} {_word(value)}"


def relabelled(trials: Sequence[Trial]) -> list[Trial]:
    """Give trials the labels that say their settings; what a sweep varies is the shorter one."""
    trials = [
        dataclasses.replace(trial, label=_label(trial.text, trial.choice, trial.lr))
        for trial in trials
    ]
    several = len({trial.text for trial in trials}) > 1
    labels = []
    for trial in trials:
        words = [f"{name} {_word(value)}" for name, value in trial.varied.items()]
        labels.append(" ".join(([trial.text] if several or not words else []) + words))
    if len(set(labels)) < len(trials) or not any(trial.varied for trial in trials):
        return trials
    return [
        dataclasses.replace(trial, label=label) for trial, label in zip(trials, labels, strict=True)
    ]


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
