"""Puts a run's parts together: for a new run, or for one that goes on.

All that can be found wrong with a request is found here, before the run's directory is made and
before the first step: files are decoded, ops, network and loss are tried on two blank pictures.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import torch
from torch import nn

from dlvc_cli.errors import DataError, PluginError, RunError
from dlvc_cli.events import Event, Notice, RunStarted
from dlvc_cli.files import remove_leftovers
from dlvc_cli.params import size as parse_size
from dlvc_cli.resolve import Plan
from dlvc_cli.rundir import RunDir, create_run
from dlvc_cli.specs import Dataset, ModelSpec
from dlvc_cli.training.checkpoint import load_checkpoint
from dlvc_cli.training.data import ReadyData, load_parts, parts_of
from dlvc_cli.training.loop import Session, train
from dlvc_cli.training.network import build_network, count_parameters, try_network
from dlvc_cli.training.objective import Objective, build_optimizer
from dlvc_cli.training.pipeline import Pipeline, build_steps, channel_statistics, try_steps
from dlvc_cli.training.record import Prepared, make_record, prepared_of
from dlvc_cli.training.runtime import Runtime, open_runtime
from dlvc_cli.training.state import TrainState, batch_bounds

__all__ = ["load_run_data", "make_pipeline", "run_training"]


def run_training(
    plan: Plan,
    resumed: RunDir | None,
    out: Path | None,
    notices: Sequence[str],
    stop: StopSignal,
) -> Iterator[Event]:
    """Train a new run, or go on with one, holding the run's lock.

    Args:
        plan: what to train and how.
        resumed: the run to go on with, None for a new one.
        out: a new run's directory; None for the next free one in ``runs/``.
        notices: what the user has been told so far, for the record.
        stop: asked after every step whether to save and stop; its ``installed()`` is entered once
            there is something to save.

    Raises:
        DlvcError: something in the request, the data or a plugin is wrong, or training fails.
    """
    if resumed is not None:
        with resumed.locked():
            session = yield from _resume_session(plan, resumed)
            with stop.installed():
                yield from train(session, stop)
        return
    session = yield from _start_session(plan, out, notices)
    with session.run.locked(), stop.installed():
        yield from train(session, stop)


class StopSignal(Protocol):
    """A request to stop: true once it has been made."""

    def __call__(self) -> bool:
        """Whether it has been made."""
        ...

    def installed(self) -> AbstractContextManager[None]:
        """Listen for it inside the block."""
        ...


def _start_session(
    plan: Plan, out: Path | None, notices: Sequence[str]
) -> Generator[Event, None, Session]:
    """Prepare a new run and make its directory."""
    config = plan.config
    runtime = open_runtime(config)
    dataset = open_dataset(plan)
    parts = parts_of(dataset, config.val_share, ("train", "val"))
    data = yield from load_parts(
        parts, None, _size_if_mixed(plan), config.fit, config.skip_bad_files
    )
    for text in _skipped_notices(data):
        yield Notice(text=text, level="warning")
    prepared = _prepare(plan, dataset, data)
    network, objective = _build(plan, prepared)
    run = create_run(config.model, config.data or "", out)
    session = _assemble(plan, runtime, run, data, prepared, network, objective)
    run.write_record(make_record(plan, runtime, data, prepared, network, notices))
    yield _started(session, prepared)
    return session


def _resume_session(plan: Plan, run: RunDir) -> Generator[Event, None, Session]:
    """Prepare a run that was cut off, at its newest sound checkpoint.

    ``plan`` is the run's own, but for what a resume may change: epochs, data path, device.

    Raises:
        DlvcError: the data is not the same any more, or the run is damaged.
    """
    record = run.record()
    prepared = prepared_of(record)
    remove_leftovers(run.path)
    checkpoint, problems = load_checkpoint(run)
    for text in problems:
        yield Notice(text=text, level="warning")
    runtime = open_runtime(dataclasses.replace(plan.config, threads=record["threads"]))
    data = yield from load_run_data(plan, prepared, ("train", "val"))
    if dict(data.fingerprints) != prepared.fingerprints:
        raise DataError(
            f"The pictures in {plan.config.data} are not those that {run.name} was trained on, so "
            "it cannot go on exactly. Train anew, or give the right copy with --data."
        )
    network, objective = _build(plan, prepared)
    session = _assemble(plan, runtime, run, data, prepared, network, objective)
    if checkpoint is None:
        yield Notice(text="There is no checkpoint yet: training begins at the first step.")
    else:
        try:
            session.restore(checkpoint)
        except (RuntimeError, KeyError, ValueError) as error:
            raise RunError(f"The checkpoint of {run.name} does not fit it: {error}") from error
    run.cut_metrics(session.state.epoch)
    record["config"] = plan.config.to_dict()
    run.write_record(record)
    yield _started(session, prepared)
    return session


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


def load_run_data(
    plan: Plan, prepared: Prepared, splits: tuple[str, ...]
) -> Generator[Event, None, ReadyData]:
    """Decode splits as a run had them: at its size, with its class names.

    Raises:
        DataError: the data has other classes now.
    """
    config = plan.config
    try:
        dataset = open_dataset(plan)
    except DataError as error:
        raise DataError(f"{error} If the data has moved, say where it is: --data.") from error
    if tuple(dataset.classes) != prepared.classes:
        raise DataError(
            f"{config.data} has the classes {', '.join(dataset.classes)}; the run was trained on "
            f"{', '.join(prepared.classes)}."
        )
    parts = parts_of(dataset, config.val_share, splits)
    return (
        yield from load_parts(
            parts, prepared.stored_size, prepared.stored_size, config.fit, config.skip_bad_files
        )
    )


def _size_if_mixed(plan: Plan) -> tuple[int, int]:
    if plan.config.image_size is not None:
        return parse_size(plan.config.image_size)
    spec: ModelSpec = plan.model.spec
    return spec.input_size, spec.input_size


def _skipped_notices(data: ReadyData) -> list[str]:
    return [
        f"{len(names)} of the {split} split cannot be read and are left out: "
        + ", ".join(names[:3])
        + (" ..." if len(names) > 3 else "")
        for split, names in data.skipped.items()
    ]


def _prepare(plan: Plan, dataset: Dataset, data: ReadyData) -> Prepared:
    """Settle sizes and normalisation, trying the ops on the way."""
    steps = build_steps(plan.ops)
    classes = tuple(dataset.classes)
    shown_size = try_steps(steps, data.size, len(classes))
    mean, std = [0.0] * 3, [1.0] * 3
    if plan.config.normalize == "data":
        mean, std = channel_statistics(steps, data.splits["train"].images)
    elif plan.config.normalize == "weights":
        weights = plan.model.spec.weights[0]
        mean, std = list(weights.mean), list(weights.std)
    return Prepared(
        classes=classes,
        stored_size=data.size,
        input_size=_input_size(plan, shown_size),
        mean=tuple(mean),
        std=tuple(std),
        fingerprints=dict(data.fingerprints),
    )


def _input_size(plan: Plan, shown: tuple[int, int]) -> tuple[int, int]:
    """The network's input: as asked, or the pictures' own size raised to the model's least."""
    if plan.config.image_size is not None:
        return parse_size(plan.config.image_size)
    spec: ModelSpec = plan.model.spec
    if spec.fixed_size:
        return spec.input_size, spec.input_size
    height, width = shown
    if min(shown) >= spec.train_size:
        return shown
    factor = spec.train_size / min(shown)
    return round(height * factor), round(width * factor)


def _build(plan: Plan, prepared: Prepared) -> tuple[nn.Module, Objective]:
    config = plan.config
    num_classes = len(prepared.classes)
    objective = Objective(plan.loss, plan.model.spec.aux_weight)
    objective.try_on(num_classes)
    network = build_network(plan.model, num_classes, config.dropout, config.seed)
    try_network(network, plan.model, num_classes, prepared.input_size)
    return network, objective


def _assemble(
    plan: Plan,
    runtime: Runtime,
    run: RunDir,
    data: ReadyData,
    prepared: Prepared,
    network: nn.Module,
    objective: Objective,
) -> Session:
    config = plan.config
    network = network.to(runtime.device)
    network = network.to(memory_format=runtime.memory_format)
    if config.compile:
        network.compile()
    assert config.lr is not None, "a resolved configuration has a learning rate"
    optimizer = build_optimizer(plan.optimizer, network, config.lr, config.wd)
    for group in optimizer.param_groups:
        group.setdefault("initial_lr", group["lr"])
    training = data.splits["train"].to(runtime.device)
    steps = len(batch_bounds(len(training), config.batch_size))
    return Session(
        run=run,
        plan=plan,
        runtime=runtime,
        network=network,
        objective=objective,
        optimizer=optimizer,
        scaler=torch.amp.GradScaler(runtime.device.type, enabled=runtime.precision == "fp16"),
        schedule=plan.schedule.build(),
        pipeline=make_pipeline(plan, prepared, runtime),
        training=training,
        validation=data.splits["val"].to(runtime.device),
        state=TrainState(losses=torch.zeros(steps, device=runtime.device)),
    )


def make_pipeline(plan: Plan, prepared: Prepared, runtime: Runtime) -> Pipeline:
    """Build the way of a run's pictures to its network."""
    return Pipeline(
        build_steps(plan.ops),
        prepared.input_size,
        prepared.mean,
        prepared.std,
        plan.config.seed,
        len(prepared.classes),
    ).to(runtime.device)


def _started(session: Session, prepared: Prepared) -> RunStarted:
    config, runtime, state = session.plan.config, session.runtime, session.state
    parameters, trainable = count_parameters(session.network)
    return RunStarted(
        run=str(session.run.path),
        model=config.model,
        parameters=parameters,
        trainable=trainable,
        data=config.data or "",
        classes=prepared.classes,
        train_images=len(session.training),
        val_images=len(session.validation),
        stored_size=prepared.stored_size,
        input_size=prepared.input_size,
        device=runtime.device_name,
        device_memory=runtime.device_memory,
        precision=runtime.precision,
        threads=runtime.threads,
        seed=config.seed,
        epochs=config.epochs,
        steps_per_epoch=len(session.bounds),
        start_epoch=state.epoch,
        start_step=state.step,
        history=tuple(session.run.metrics()),
    )
