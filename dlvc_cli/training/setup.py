"""The parts of a run: data, network, loss, and the way of the one through the other.

What is built here is built once and handed on; what can be found wrong is found here.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from dlvc_cli.config.plan import Plan
from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.contract.params import size as parse_size
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.errors import DataError, some_of
from dlvc_cli.events import Event, Notice
from dlvc_cli.training.data.applied_op import AppliedOp
from dlvc_cli.training.data.built import build_dataset
from dlvc_cli.training.data.hold_out import splits_of_run
from dlvc_cli.training.data.pipeline import Pipeline, channel_statistics
from dlvc_cli.training.data.renumbered import renumbered
from dlvc_cli.training.data.splits import (
    READING,
    ReadyData,
    Recorded,
    read_again,
    read_splits,
)
from dlvc_cli.training.data.stored_size import InputSize
from dlvc_cli.training.features.cached_forward import CachedForward
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.record import Preprocessing, version_of
from dlvc_cli.training.runtime import Runtime

__all__ = [
    "known_input",
    "open_dataset",
    "open_forward",
    "open_run_dataset",
    "read_new_data",
    "read_run_data",
    "settle_preprocessing",
]


def open_dataset(plan: Plan, least: int = 2) -> Dataset:
    """Build the data set.

    Args:
        least: how many classes it must have.

    Raises:
        DataError, PluginError: it can't be read, or breaks the contract.
    """
    dataset = build_dataset(plan.data)
    if len(dataset.classes) < least:
        raise DataError(f"{plan.config.data} has fewer than two classes: nothing to tell apart.")
    return dataset


def open_run_dataset(plan: Plan, preprocessing: Preprocessing, part: bool = False) -> Dataset:
    """Build the data set of a run that was trained earlier, perhaps elsewhere.

    Args:
        part: some of the run's classes are enough, in any order.

    Raises:
        DataError: it can't be read, or has other classes now.
    """
    try:
        dataset = open_dataset(plan, 1 if part else 2)
    except DataError as error:
        raise DataError(f"{error} If the data has moved, say where it is: --data.") from error
    if part:
        return renumbered(dataset, preprocessing.classes, str(plan.config.data))
    if tuple(dataset.classes) != preprocessing.classes:
        raise DataError(
            f"{plan.config.data} has the classes {', '.join(dataset.classes)}; the run was "
            f"trained on {', '.join(preprocessing.classes)}."
        )
    return dataset


def read_new_data(plan: Plan, dataset: Dataset) -> Generator[Event, None, ReadyData]:
    """Decode the images that a new run works with, and say what is left out."""
    told = [Notice(text=text) for text in getattr(dataset, "notices", ())]
    yield from told
    data = yield from read_splits(
        dataset, splits_of_run(plan.config), plan.config, known_input(plan)
    )
    for split, names in data.skipped.items():
        left = "is" if len(names) == 1 else "are"
        text = f"{len(names)} of the {split} split cannot be read and {left} left out: "
        yield Notice(text=text + some_of(names), level="warning")
    yield from data.notices
    return replace(data, notices=(*told, *data.notices))


def known_input(plan: Plan) -> InputSize:
    """What is known of the network's input before images are read."""
    spec: ModelSpec = plan.model.spec
    if plan.config.image_size is not None:
        return InputSize(parse_size(plan.config.image_size), settled=True)
    if spec.fixed_size:
        return InputSize((spec.input_size, spec.input_size), settled=True)
    if plan.source is not None and plan.source.input_size is not None:
        return InputSize(plan.source.input_size, settled=False)
    return InputSize((spec.input_size, spec.input_size), settled=False)


def read_run_data(
    plan: Plan, dataset: Dataset, preprocessing: Preprocessing, splits: tuple[str, ...]
) -> Generator[Event, None, ReadyData]:
    """Decode splits as a run had them, at its size."""
    for text in getattr(dataset, "notices", ()):
        yield Notice(text=text)
    recorded = Recorded(preprocessing.stored_size, preprocessing.skipped, preprocessing.reading)
    return (yield from read_again(dataset, splits, plan.config, recorded))


def settle_preprocessing(
    plan: Plan,
    ops: Sequence[AppliedOp],
    data: ReadyData,
    classes: tuple[str, ...],
    shown_size: tuple[int, int],
) -> Preprocessing:
    """Settle sizes and normalisation.

    Args:
        shown_size: (height, width) that images have after the ops.
    """
    mean, std = [0.0] * 3, [1.0] * 3
    if plan.config.normalize == "data":
        mean, std = channel_statistics(ops, data.splits["train"])
    elif plan.config.normalize == "weights":
        known = plan.source if plan.source is not None else plan.model.spec.weights[0]
        mean, std = list(known.mean or mean), list(known.std or std)
    return Preprocessing(
        classes=classes,
        stored_size=data.size,
        input_size=_input_size(plan, shown_size),
        mean=tuple(mean),
        std=tuple(std),
        fingerprints=dict(data.fingerprints),
        skipped=data.skipped,
        reading=READING,
    )


def _input_size(plan: Plan, shown: tuple[int, int]) -> tuple[int, int]:
    """The network's input: as asked, as the weights know it, or the images' own size.

    The images' proportions are kept where the model takes any.
    """
    known = known_input(plan)
    if known.settled:
        return known.size
    short = max(min(shown), plan.model.spec.train_size)
    if plan.source is not None and plan.source.input_size is not None:
        short = min(plan.source.input_size)
    factor = short / min(shown)
    return round(shown[0] * factor), round(shown[1] * factor)


def open_forward(
    plan: Plan,
    runtime: Runtime,
    ops: Sequence[AppliedOp],
    obstacle: str | None,
    learning: Learning,
    data: ReadyData,
    preprocessing: Preprocessing,
    unused: bool = False,
) -> Forward:
    """Bring network and data to the device, and choose the way of the one through the other.

    Args:
        obstacle: why features must be computed in every epoch, None if once will do.
        unused: whether some parameters that learn take no part in the loss.
    """
    # In place, so that features and head go along.
    learning.network.to(runtime.device).to(memory_format=runtime.memory_format)
    if runtime.world > 1:
        learning = replace(learning, wrapped=runtime.wrap(learning.trained, unused))
    if plan.config.compile:
        learning.compile(runtime.captures)
    training, *others = (split.to(runtime.device) for split in data.splits.values())
    held = dict(zip(list(data.splits)[1:], others, strict=True))
    pipeline = Pipeline(ops, preprocessing, plan.config.seed, runtime.device)
    if obstacle is not None:
        return Forward(learning, pipeline, runtime, training, held)
    model, config = plan.model, plan.config
    # Hashed into the cache's key: if a key or value changes here, features that are kept are lost.
    identity = {
        "model": f"{model.offer.qualified} {model.offer.plugin.version}",
        "values": {name: repr(value) for name, value in model.values.items()},
        "versions": {name: version_of(name) for name in ("torch", "torchvision", "timm")},
    }
    height, width = preprocessing.input_size
    about = {
        "model": config.model,
        "weights": model.spec.weights[0].name if config.pretrained else config.weights,
        "data": config.data,
        "aug": config.aug,
        "normalize": config.normalize,
        "input": f"{height}x{width}",
    }
    return CachedForward(
        learning, pipeline, runtime, training, held, identity=identity, about=about
    )
