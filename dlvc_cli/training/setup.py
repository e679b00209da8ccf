"""Data and network made ready for a run: sizes settled, ops, network and loss tried."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from dlvc_cli.config.plan import Plan
from dlvc_cli.config.weight_source import WeightSource
from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.contract.params import size as parse_size
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.errors import DataError, PluginError
from dlvc_cli.events import Event
from dlvc_cli.training.data.pipeline import Pipeline, build_ops, channel_statistics
from dlvc_cli.training.data.splits import ReadyData, load_subsets, subsets_of
from dlvc_cli.training.dry_run import try_ops
from dlvc_cli.training.network.build import build_network
from dlvc_cli.training.network.freezing import Learning, what_learns
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.record import Preprocessing
from dlvc_cli.training.runtime import Runtime

__all__ = [
    "build_parts",
    "load_run_data",
    "load_training_data",
    "make_pipeline",
    "open_dataset",
    "open_run_dataset",
    "prepare",
]


def open_dataset(plan: Plan) -> Dataset:
    """Build the data set.

    Raises:
        DataError, PluginError: it can't be read, or breaks the contract.
    """
    dataset = plan.data.build()
    if not isinstance(dataset, Dataset) or not dataset.splits:
        raise PluginError(f"{plan.data.offer.name} must build a data set with classes and splits.")
    if len(dataset.classes) < 2:
        raise DataError(f"{plan.config.data} has fewer than two classes: nothing to tell apart.")
    return dataset


def open_run_dataset(plan: Plan) -> Dataset:
    """Build the data set of a run that was trained earlier, perhaps elsewhere."""
    try:
        return open_dataset(plan)
    except DataError as error:
        raise DataError(f"{error} If the data has moved, say where it is: --data.") from error


def load_training_data(
    plan: Plan, dataset: Dataset, source: WeightSource | None
) -> Generator[Event, None, ReadyData]:
    """Decode the training and validation images of a new run."""
    config = plan.config
    subsets = subsets_of(dataset, config.val_share, ("train", "val"))
    mixed = _size_if_mixed(plan, source)
    return (yield from load_subsets(subsets, None, mixed, config.fit, config.skip_bad_files))


def load_run_data(
    plan: Plan, preprocessing: Preprocessing, splits: tuple[str, ...]
) -> Generator[Event, None, ReadyData]:
    """Decode splits as a run had them: at its size, with its class names.

    Raises:
        DataError: the data has other classes now.
    """
    config = plan.config
    dataset = open_run_dataset(plan)
    if tuple(dataset.classes) != preprocessing.classes:
        raise DataError(
            f"{config.data} has the classes {', '.join(dataset.classes)}; the run was trained on "
            f"{', '.join(preprocessing.classes)}."
        )
    subsets = subsets_of(dataset, config.val_share, splits)
    return (
        yield from load_subsets(
            subsets,
            preprocessing.stored_size,
            preprocessing.stored_size,
            config.fit,
            config.skip_bad_files,
        )
    )


def _size_if_mixed(plan: Plan, source: WeightSource | None) -> tuple[int, int]:
    if plan.config.image_size is not None:
        return parse_size(plan.config.image_size)
    if source is not None and source.input_size is not None:
        return source.input_size
    spec: ModelSpec = plan.model.spec
    return spec.input_size, spec.input_size


def prepare(
    plan: Plan, dataset: Dataset, data: ReadyData, source: WeightSource | None
) -> Preprocessing:
    """Settle sizes and normalisation, trying the ops on the way.

    Args:
        source: where the first weights come from; images are preprocessing as they know them.
    """
    steps = build_ops(plan.ops)
    classes = tuple(dataset.classes)
    shown_size = try_ops(steps, data.size, len(classes))
    mean, std = [0.0] * 3, [1.0] * 3
    if plan.config.normalize == "data":
        mean, std = channel_statistics(steps, data.splits["train"].images)
    elif plan.config.normalize == "weights":
        known = source if source is not None else plan.model.spec.weights[0]
        mean, std = list(known.mean or mean), list(known.std or std)
    return Preprocessing(
        classes=classes,
        stored_size=data.size,
        input_size=_input_size(plan, shown_size, source),
        mean=tuple(mean),
        std=tuple(std),
        fingerprints=dict(data.fingerprints),
    )


def _input_size(plan: Plan, shown: tuple[int, int], source: WeightSource | None) -> tuple[int, int]:
    """The network's input: as asked, as the weights know it, or the images' own size.

    The images' proportions are kept where the model takes any.
    """
    if plan.config.image_size is not None:
        return parse_size(plan.config.image_size)
    spec: ModelSpec = plan.model.spec
    if spec.fixed_size:
        return spec.input_size, spec.input_size
    short = max(min(shown), spec.train_size)
    if source is not None and source.input_size is not None:
        short = min(source.input_size)
    factor = short / min(shown)
    return round(shown[0] * factor), round(shown[1] * factor)


def build_parts(plan: Plan, classes: Sequence[str], seed: int) -> tuple[Learning, Objective]:
    """Build the network and its objective, freeze what is asked for, and try the loss.

    Args:
        seed: of the network's weights, for torch's generator.
    """
    config = plan.config
    objective = Objective(plan.loss, plan.model.spec.aux_weight)
    objective.try_on(len(classes))
    network = build_network(plan.model, len(classes), config.dropout, seed)
    return what_learns(config, plan.model, network), objective


def make_pipeline(plan: Plan, preprocessing: Preprocessing, runtime: Runtime) -> Pipeline:
    """Build the way of a run's images to its network."""
    return Pipeline(
        build_ops(plan.ops),
        preprocessing.input_size,
        preprocessing.mean,
        preprocessing.std,
        plan.config.seed,
        len(preprocessing.classes),
    ).to(runtime.device)
