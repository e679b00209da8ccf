"""From a complete configuration to the plugin objects that it names, all checked.

Nothing here imports torch or reads an image, so every mistake in a request is reported before any
work.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from dlvc_cli.config.command_line import command_of
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.config.weight_source import WeightSource, find_weight_source
from dlvc_cli.contract.params import size
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.errors import BadOption, DlvcError
from dlvc_cli.registry.registry import Choice, Offer, Registry

__all__ = ["Plan", "plan_training", "split_ops"]


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

    def source(self) -> WeightSource | None:
        """Where the network's first weights come from; None from scratch.

        Raises:
            BadOption: they are gone.
        """
        return find_weight_source(self.config, self.model.spec)

    def obstacle_to_cache(self) -> str | None:
        """Why the features of images must be computed in every epoch; None if once will do."""
        config = self.config
        if not config.feature_extract:
            return "more than the head is trained"
        if config.frozen_bn == "train":
            return "batch-norm statistics adapt to the images (--frozen-bn train)"
        if not config.feature_cache:
            return "the feature cache is off (--no-feature-cache)"
        changing = [op.offer.name for op in self.ops if op.spec.random and op.spec.views is None]
        if changing:
            verb = "changes" if len(changing) == 1 else "change"
            return f"{' and '.join(changing)} {verb} the images anew in every epoch"
        whole = [op.offer.name for op in self.ops if op.spec.takes == "batch"]
        if whole:
            return f"what {whole[0]} makes of an image may depend on the others of its batch"
        return None


def split_ops(text: str) -> list[str]:
    """Split ``--aug`` into op strings, at commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


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
        command=_command(registry, config),
    )
    _check_sizes(config, plan.model)
    return dataclasses.replace(plan, notices=tuple(_shadow_notices(registry, plan)))


def _command(registry: Registry, config: TrainConfig) -> str:
    """The command that makes the run again: what differs from the defaults of its kind."""
    bare = {name: getattr(config, name) for name in ("model", "data", *_KIND)}
    try:
        default = resolve_training(registry, bare)[0]
    except DlvcError:
        # The weights that it once started from may have gone; it is still worth its command.
        default = TrainConfig(model=config.model)
    return command_of(config, default, always=("data", *_KIND))


# These decide what the defaults are.
_KIND = ("pretrained", "weights", "feature_extract", "freeze_until")


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
