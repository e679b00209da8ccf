"""From what was asked for to a complete configuration, and from that to plugin objects.

Precedence: command line, then file, preset, the model's own defaults, the core's. Nothing here
imports torch or reads a picture, so every mistake in a request is reported before any work.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlvc_cli.command import command_of
from dlvc_cli.config import TrainConfig
from dlvc_cli.errors import BadOption, UsageError
from dlvc_cli.options import check_keys, flag
from dlvc_cli.params import path as path_type
from dlvc_cli.params import size
from dlvc_cli.registry import Choice, Offer, Registry, guarded
from dlvc_cli.specs import ModelSpec, OptimizerSpec, load_factory

__all__ = ["Plan", "absolute_data", "plan_training", "resolve_training", "split_ops"]

# An optimiser's own settings: they mean nothing to another optimiser.
_OF_OPTIMIZER = ("lr", "momentum", "nesterov")


@dataclass(frozen=True)
class Plan:
    """A complete configuration and the plugin objects that it names.

    Attributes:
        command: the command line that makes the run again.
        notices: what the user should be told first, a sentence each.
    """

    config: TrainConfig
    model: Choice
    data: Choice
    ops: tuple[Choice, ...]
    loss: Choice
    optimizer: Choice
    schedule: Choice
    trackers: tuple[Choice, ...]
    command: str
    notices: tuple[str, ...] = ()


def split_ops(text: str) -> list[str]:
    """Split ``--aug`` into op strings, at commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


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
        preset: a preset's name; None for the default one.

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
    preset_options = _preset_options(registry, preset)
    layers = [dict(model.spec.defaults), preset_options, file, dict(given)]
    values: dict[str, Any] = {}
    for layer in layers:
        values = _overlay(registry, values, layer)
    values["model"] = model_name
    asked = file | dict(given)
    _settle_optimizer(registry, values, asked)
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
    return below | dict(layer)


def _preset_options(registry: Registry, preset: str | None) -> dict[str, Any]:
    if preset is not None:
        options = registry.find("presets", preset).spec.options
        check_keys(TrainConfig, options, f"preset {preset}")
        return dict(options)
    for offer in registry.offers("presets"):
        if offer.spec.default and offer.plugin.builtin:
            return dict(offer.spec.options)
    return {}


def _settle_optimizer(registry: Registry, values: dict[str, Any], asked: Mapping[str, Any]) -> None:
    """Fill in the learning rate, and drop defaults that the optimiser has no use for."""
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
    if values.get("lr") is None:
        values["lr"] = spec.learning_rates.scratch


def _first_dataset(registry: Registry) -> tuple[str, str]:
    """The data set for a run that names none, and why: the first that is on this machine."""
    queue = sorted(
        (offer for offer in registry.offers("datasets") if offer.spec.rank is not None),
        key=lambda offer: (not offer.plugin.builtin, offer.spec.rank),
    )
    absent: list[str] = []
    for offer in queue:
        available = offer.spec.available
        if available is None or guarded(offer, load_factory(available)):
            passed = (
                f": there is no copy of {' or '.join(absent)} on this machine" if absent else ""
            )
            return offer.name, f"Data: {offer.name}, since no --data is given{passed}."
        absent.append(offer.name)
    raise UsageError("Which data? Say --data folder:PATH, or see dlvc list datasets.")


def plan_training(registry: Registry, config: TrainConfig) -> Plan:
    """Look up everything that a complete configuration names, and check all parameters.

    Raises:
        UsageError: an unknown name or a wrong parameter.
    """
    optimizer_settings = {
        key: value
        for key in ("momentum", "nesterov")
        if (value := getattr(config, key)) is not None
    }
    assert config.data is not None, "a resolved configuration names its data"
    plan = Plan(
        config=config,
        model=registry.choose("models", config.model),
        data=registry.choose("datasets", config.data),
        ops=tuple(registry.choose("ops", text) for text in split_ops(config.aug)),
        loss=registry.choose("losses", config.loss),
        optimizer=registry.choose("optimizers", config.optimizer, optimizer_settings),
        schedule=registry.choose("schedules", config.schedule),
        trackers=tuple(registry.choose("trackers", text) for text in config.tracker),
        command=command_of(
            config,
            resolve_training(registry, {"model": config.model, "data": config.data})[0],
        ),
    )
    _check_sizes(config, plan.model)
    if config.normalize == "weights" and not plan.model.spec.weights:
        raise BadOption(
            f"--normalize weights: {config.model} has no pretrained weights. Use data or none."
        )
    return dataclasses.replace(plan, notices=tuple(_shadow_notices(registry, plan)))


def _check_sizes(config: TrainConfig, model: Choice) -> None:
    if config.image_size is None:
        return
    spec: ModelSpec = model.spec
    height, width = size(config.image_size)
    if min(height, width) < spec.train_size:
        raise BadOption(
            f"--image-size {config.image_size}: {config.model} needs at least "
            f"{spec.train_size} pixels to train."
        )
    if spec.fixed_size and (height, width) != (spec.input_size, spec.input_size):
        raise BadOption(f"--image-size: {config.model} takes {spec.input_size} pixels only.")


def _shadow_notices(registry: Registry, plan: Plan) -> list[str]:
    """Say where a bare name means the built-in though a third party offers it too."""
    config = plan.config
    named: list[tuple[str, Offer]] = [
        (config.model, plan.model.offer),
        (config.data or "", plan.data.offer),
        (config.loss, plan.loss.offer),
        (config.optimizer, plan.optimizer.offer),
        (config.schedule, plan.schedule.offer),
    ]
    named += list(zip(split_ops(config.aug), (op.offer for op in plan.ops), strict=True))
    return [
        notice
        for text, offer in named
        for notice in registry.shadow_notices(offer, text.partition(":")[0])
    ]
