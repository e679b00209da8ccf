"""From what was asked for to a complete configuration.

Precedence: command line, then file, preset, the model's own defaults, the core's. Nothing here
imports torch or reads an image, so every mistake in a request is reported before any work.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlvc_cli.config.command_line import command_of
from dlvc_cli.config.idle import refuse_idle
from dlvc_cli.config.options import check_keys, flag, options_of
from dlvc_cli.config.train import TRANSFER_OPTIONS, TrainConfig
from dlvc_cli.config.weight_source import WeightSource, find_weight_source
from dlvc_cli.contract.params import path as path_type
from dlvc_cli.contract.specs import ModelSpec, OptimizerSpec
from dlvc_cli.errors import BadOption, DlvcError, UsageError
from dlvc_cli.registry.offers import guarded
from dlvc_cli.registry.registry import Registry

__all__ = ["Resolved", "absolute_data", "resolve_resumed", "resolve_training"]

# An optimiser's own settings: they mean nothing to another optimiser.
_OF_OPTIMIZER = ("lr", "lr_backbone", "momentum", "nesterov")

# Of two options that exclude each other, the one in the upper layer counts.
_DISPLACES = {
    "pretrained": ("weights",),
    "weights": ("pretrained",),
    "feature_extract": ("freeze_until", "lr_backbone"),
    "freeze_until": ("feature_extract",),
    "lr_backbone": ("feature_extract",),
}

# A new head starts from random weights: its learning rate is so many times pretrained layers'.
_HEAD_FACTOR = 5

# These decide what is usual for a kind of training.
_KIND = ("pretrained", "weights", "feature_extract", "freeze_until")
_ALWAYS = ("data", *_KIND)


@dataclass(frozen=True)
class Resolved:
    """A complete configuration, and what has been found out on the way to it.

    Attributes:
        config: the configuration.
        command: the command line that makes the run again.
        source: where the network's first weights come from; None from scratch.
        weights_gone: of a resumed run, why its first weights cannot be had any more; None if they
            can, or if there were none.
        notices: what to tell the user about it, a sentence each.
    """

    config: TrainConfig
    command: str
    source: WeightSource | None = None
    weights_gone: str | None = None
    notices: tuple[str, ...] = ()


def resolve_training(
    registry: Registry,
    given: Mapping[str, Any],
    file: Mapping[str, Any] | None = None,
    preset: str | None = None,
) -> Resolved:
    """Complete the configuration of a new training run.

    Args:
        registry: where names are looked up.
        given: options from the command line or a Python call, by field name.
        file: options from a configuration file.
        preset: a preset's name, laid over the default one.

    Raises:
        UsageError: an unknown name or option, or a wrong value.
    """
    check_keys(TrainConfig, given, "options")
    file = dict(file or {})
    file_preset = file.pop("preset", None)
    preset = preset or file_preset
    check_keys(TrainConfig, file, "configuration file")
    model_name = given.get("model") or file.get("model")
    if not model_name:
        raise UsageError("Which model? Try dlvc train cnn, or see dlvc list models.")
    model = registry.choose("models", model_name)
    asked = [_preset_options(registry, preset), file, dict(given)]
    wanted = _asked_of_weights(model_name, asked)
    source = find_weight_source(wanted, model.spec)
    values = _complete(registry, model.spec, wanted, source, asked, file | dict(given))
    notices = []
    if values.get("data") is None:
        values["data"], reason = _first_dataset(registry)
        notices.append(reason)
    else:
        values["data"] = absolute_data(registry, values["data"])
    config = TrainConfig(**values)
    refuse_idle(config)
    command = _command(registry, model.spec, config, source)
    return Resolved(config, command, source, notices=tuple(notices))


def _preset_options(registry: Registry, preset: str | None) -> dict[str, Any]:
    if preset is None:
        return {}
    options = registry.find("presets", preset).spec.options
    check_keys(TrainConfig, options, f"preset {preset}")
    return dict(options)


def _asked_of_weights(model: str, layers: list[dict[str, Any]]) -> TrainConfig:
    """What is asked about the network's first weights, alone, with contradictions refused."""
    names = ("pretrained", "weights", *TRANSFER_OPTIONS)
    values: dict[str, Any] = {}
    for layer in layers:
        values = _replacing(values, {name: layer[name] for name in names if name in layer})
    return TrainConfig(model=model, **values)


def _complete(
    registry: Registry,
    spec: ModelSpec,
    wanted: TrainConfig,
    source: WeightSource | None,
    layers: list[dict[str, Any]],
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    """Fill in all that the layers leave open, but for the data.

    Args:
        wanted: what they say of the network's first weights.
        source: where these are.
        layers: preset, file, and what was given, the lowest first.
        asked: what file and command line say: it is refused where a default would be dropped.
    """
    # A model's own defaults, its learning rate among them, are for training from scratch.
    own = {} if wanted.transfers else dict(spec.defaults)
    values: dict[str, Any] = {}
    for layer in (_default_options(registry, wanted), own, *layers):
        values = _overlay(registry, values, layer)
    values["model"] = wanted.model
    # An average that keeps nothing of itself is the weights as they are.
    values["ema"] = values.get("ema") or None
    _settle_optimizer(registry, values, asked, wanted)
    _settle_weights(values, wanted, source, spec)
    return values


def _overlay(registry: Registry, below: dict[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    """Put a layer over those below; another optimiser leaves the lower one's settings behind."""
    upper, lower = (
        registry.split_name("optimizers", values.get("optimizer", ""))[0]
        for values in (layer, below)
    )
    if upper and lower and upper != lower:
        below = {key: value for key, value in below.items() if key not in _OF_OPTIMIZER}
    return _replacing(below, layer)


def _replacing(below: Mapping[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    """Put a layer over those below; what it asks for displaces what excludes it."""
    displaced = {
        other for name, others in _DISPLACES.items() if layer.get(name) for other in others
    }
    return {key: value for key, value in below.items() if key not in displaced} | dict(layer)


def _default_options(registry: Registry, wanted: TrainConfig) -> dict[str, Any]:
    """The options of the built-in preset that is the default of this kind of training."""
    for offer in registry.offers("presets"):
        spec = offer.spec
        if spec.default and spec.finetunes == wanted.finetunes and offer.plugin.builtin:
            return dict(spec.options)
    return {}


def _settle_optimizer(
    registry: Registry, values: dict[str, Any], asked: Mapping[str, Any], wanted: TrainConfig
) -> None:
    """Fill in the learning rates, and drop defaults that the optimiser has no use for."""
    choice = registry.choose("optimizers", values.get("optimizer", TrainConfig.optimizer))
    spec: OptimizerSpec = choice.spec
    known = {param.name for param in spec.params}
    for key in ("momentum", "nesterov"):
        if values.get(key) is None:
            continue
        if key in asked and key not in known:
            raise BadOption(f"optimizer {choice.offer.name} has no {key}: leave out {flag(key)}.")
        if key not in asked and (key not in known or key in choice.written):
            values[key] = None
    if values.get("momentum") == 0 and values.get("nesterov") and "nesterov" not in asked:
        values["nesterov"] = False
    rates = spec.learning_rates
    if values.get("lr") is None:
        values["lr"] = rates.finetune if wanted.transfers else rates.scratch
        if wanted.finetunes:
            values["lr"] *= _HEAD_FACTOR
    if wanted.finetunes and values.get("lr_backbone") is None:
        values["lr_backbone"] = values["lr"] / _HEAD_FACTOR


def _settle_weights(
    values: dict[str, Any], wanted: TrainConfig, source: WeightSource | None, spec: ModelSpec
) -> None:
    """Fill in what follows from the first weights: their place, normalisation, statistics."""
    if source is not None:
        values["weights"] = None if wanted.pretrained else source.word
        values["frozen_bn"] = wanted.frozen_bn or "eval"
    known = source.mean if source is not None else spec.weights
    if values.get("normalize") is None:
        values["normalize"] = "weights" if source is not None and known else "data"
    if values["normalize"] == "weights" and not known:
        raise BadOption(
            f"--normalize weights: {wanted.model} has no pretrained weights that say how. Use data "
            "or none."
        )


def _first_dataset(registry: Registry) -> tuple[str, str]:
    """The data set for a run that names none, and why: the first that is on this machine."""
    queue = sorted(
        (offer for offer in registry.offers("datasets") if offer.spec.rank is not None),
        key=lambda offer: (not offer.plugin.builtin, offer.spec.rank),
    )
    absent: list[str] = []
    for offer in queue:
        available = offer.spec.available
        if available is None or guarded(offer, available):
            passed = (
                f": there is no copy of {' or '.join(absent)} on this machine" if absent else ""
            )
            return offer.name, f"Data: {offer.name}, since no --data is given{passed}."
        absent.append(offer.name)
    raise UsageError("Which data? Say --data folder:PATH, or see dlvc list datasets.")


def absolute_data(registry: Registry, text: str) -> str:
    """Make a relative path in a data set's option string absolute, so that a run can be moved."""
    prefix, _, rest = text.partition(":")
    family = registry.family_of("datasets", text)
    if family is not None:
        is_path = rest and family.spec.metavar == "PATH"
        return f"{prefix}:{_absolute(rest)}" if is_path else text
    choice = registry.choose("datasets", text)
    paths = [param for param in choice.spec.params if param.type is path_type]
    if not any(choice.values[param.name] for param in paths):
        return text
    words = [prefix]
    for param in choice.spec.params:
        value = choice.values[param.name]
        if value is not None and param not in paths:
            words.append(f"{param.name}={value}")
    for param in paths:
        words.append(f"{param.name}={_absolute(choice.values[param.name])}")
    return ":".join(words)


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().resolve())


def resolve_resumed(
    registry: Registry, recorded: TrainConfig, changes: Mapping[str, Any]
) -> Resolved:
    """Bring a run's recorded configuration up to date.

    Args:
        recorded: what ``run.json`` holds.
        changes: what a resume may change, by field name.

    Raises:
        UsageError: a wrong value.
    """
    changes = dict(changes)
    if "data" in changes:
        changes["data"] = absolute_data(registry, changes["data"])
    config = dataclasses.replace(recorded, **changes)
    spec = registry.choose("models", config.model).spec
    try:
        source = find_weight_source(config, spec)
    except DlvcError as error:
        return Resolved(config, _full_command(registry, spec, config), weights_gone=str(error))
    return Resolved(config, _command(registry, spec, config, source), source)


def _command(
    registry: Registry, spec: ModelSpec, config: TrainConfig, source: WeightSource | None
) -> str:
    """The command that makes the run again: what differs from what is usual for its kind."""
    bare = {name: getattr(config, name) for name in ("model", *_ALWAYS)}
    wanted = _asked_of_weights(config.model, [bare])
    try:
        usual = TrainConfig(**_complete(registry, spec, wanted, source, [bare], bare))
    except DlvcError:
        # As where the model's usual optimiser is not installed.
        return _full_command(registry, spec, config)
    return command_of(config, dataclasses.asdict(usual) | _defaults(_ALWAYS))


def _full_command(registry: Registry, spec: ModelSpec, config: TrainConfig) -> str:
    """The same where what is usual can't be had: all that a model or a preset may have set."""
    may_be_set = {*spec.defaults, *_default_options(registry, config)}
    return command_of(config, _defaults(options_of(TrainConfig).keys() - may_be_set))


def _defaults(names: Iterable[str]) -> dict[str, Any]:
    fields = TrainConfig.__dataclass_fields__
    return {name: fields[name].default for name in names}
