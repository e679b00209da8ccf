"""From a complete configuration to the plugin objects that it names, all checked.

Nothing here imports torch or reads an image, so every mistake in a request is reported before any
work.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from dlvc_cli.config.monitor import Monitor, choose_monitor
from dlvc_cli.config.resolve import Resolved
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.config.weight_source import WeightSource
from dlvc_cli.contract.params import size
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.errors import BadOption
from dlvc_cli.registry.offers import Choice, Offer
from dlvc_cli.registry.registry import Registry

__all__ = ["Plan", "plan_training", "plan_use", "split_ops"]


@dataclass(frozen=True)
class Plan:
    """A complete configuration and the plugin objects that it names.

    Attributes:
        notices: what the user should be told first, a sentence each.
        command: the command line that makes the run again.
        source: where the network's first weights come from; None from scratch.
        weights_gone: of a resumed run, why its first weights cannot be had any more.

    The last three are those of a run that is to be trained; they are left out for one that is only
    tested, or predicts.
    """

    config: TrainConfig
    model: Choice
    data: Choice
    ops: tuple[Choice, ...]
    loss: Choice
    optimizer: Choice
    schedule: Choice
    monitor: Monitor
    trackers: tuple[Choice, ...]
    notices: tuple[str, ...] = ()
    command: str = ""
    source: WeightSource | None = None
    weights_gone: str | None = None


def split_ops(text: str) -> list[str]:
    """Split ``--aug`` into op strings, at commas.

    Raises:
        BadOption: there is nothing between two commas.
    """
    if not text.strip():
        return []
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise BadOption(f"--aug {text}: there is a comma too many. Write it as in flip,crop.")
    return parts


def plan_training(registry: Registry, resolved: Resolved) -> Plan:
    """Plan a run that is to be trained.

    Raises:
        UsageError: an unknown name or a wrong parameter.
    """
    return dataclasses.replace(
        plan_use(registry, resolved.config),
        command=resolved.command,
        source=resolved.source,
        weights_gone=resolved.weights_gone,
    )


def plan_use(registry: Registry, config: TrainConfig) -> Plan:
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
        monitor=choose_monitor(registry, config.monitor),
        trackers=tuple(registry.choose("trackers", text) for text in config.tracker),
    )
    _check_sizes(config, plan.model)
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
