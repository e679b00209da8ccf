"""From what was asked for to a complete configuration.

Precedence: command line, then file, preset, the model's own defaults, the core's. Nothing here
imports torch or reads an image, so every mistake in a request is reported before any work.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlvc_cli.config.options import check_keys, flag
from dlvc_cli.config.train import TRANSFER_OPTIONS, TrainConfig
from dlvc_cli.config.weight_source import WeightSource, find_weight_source
from dlvc_cli.contract.params import path as path_type
from dlvc_cli.contract.specs import ModelSpec, OptimizerSpec
from dlvc_cli.errors import BadOption, UsageError
from dlvc_cli.registry.registry import Registry, guarded

__all__ = ["absolute_data", "resolve_training"]

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

# A new head starts from nothing beside layers that have learned; so it takes longer steps.
_HEAD_FACTOR = 5


def resolve_training(
    registry: Registry,
    given: Mapping[str, Any],
    file: Mapping[str, Any] | None = None,
    preset: str | None = None,
) -> tuple[TrainConfig, list[str]]:
    """Return the complete configuration of a training run, and what to tell the user about it.

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
    start = _start(model_name, asked)
    source = find_weight_source(start, model.spec)
    # A model's own defaults, its learning rate among them, are for training from scratch.
    own = {} if start.transfers else dict(model.spec.defaults)
    values: dict[str, Any] = {}
    for layer in (_default_options(registry, start), own, *asked):
        values = _overlay(registry, values, layer)
    values["model"] = model_name
    _settle_optimizer(registry, values, file | dict(given), start)
    _settle_start(values, start, source, model.spec)
    notices = []
    if values.get("data") is None:
        values["data"], reason = _first_dataset(registry)
        notices.append(reason)
    else:
        values["data"] = absolute_data(registry, values["data"])
    return TrainConfig(**values), notices


def absolute_data(registry: Registry, text: str) -> str:
    """Make a relative path in a data set's option string absolute, so that a run can be moved."""
    prefix, _, rest = text.partition(":")
    family = registry.family_of("datasets", text)
    if family is not None:
        return f"{prefix}:{_absolute(rest)}" if family.spec.metavar == "PATH" else text
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


def _preset_options(registry: Registry, preset: str | None) -> dict[str, Any]:
    if preset is None:
        return {}
    options = registry.find("presets", preset).spec.options
    check_keys(TrainConfig, options, f"preset {preset}")
    return dict(options)


def _default_options(registry: Registry, start: TrainConfig) -> dict[str, Any]:
    """The options of the built-in preset that is the default of this kind of training."""
    for offer in registry.offers("presets"):
        spec = offer.spec
        if spec.default and spec.finetunes == start.finetunes and offer.plugin.builtin:
            return dict(spec.options)
    return {}


def _start(model: str, layers: list[dict[str, Any]]) -> TrainConfig:
    """What is asked about the network's first weights, alone, with contradictions refused."""
    names = ("pretrained", "weights", *TRANSFER_OPTIONS)
    values: dict[str, Any] = {}
    for layer in layers:
        values = _replacing(values, {name: layer[name] for name in names if name in layer})
    return TrainConfig(model=model, **values)


def _settle_start(
    values: dict[str, Any], start: TrainConfig, source: WeightSource | None, spec: ModelSpec
) -> None:
    """Fill in what follows from the first weights: their place, normalisation, statistics."""
    if source is not None:
        values["weights"] = None if start.pretrained else source.word
        values["frozen_bn"] = start.frozen_bn or "eval"
    known = source.mean if source is not None else spec.weights
    if values.get("normalize") is None:
        values["normalize"] = "weights" if source is not None and known else "data"
    if values["normalize"] == "weights" and not known:
        raise BadOption(
            f"--normalize weights: {start.model} has no pretrained weights that say how. Use data "
            "or none."
        )


def _settle_optimizer(
    registry: Registry, values: dict[str, Any], asked: Mapping[str, Any], start: TrainConfig
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
        values["lr"] = rates.finetune if start.transfers else rates.scratch
        if start.finetunes:
            values["lr"] *= _HEAD_FACTOR
    if start.finetunes and values.get("lr_backbone") is None:
        values["lr_backbone"] = values["lr"] / _HEAD_FACTOR


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
