"""A run's start: a new one, or one that goes on, from its plan to its first step.

All that can be found wrong with a request is found here, before the run's directory is made and
before the first step: files are decoded, ops, network and loss are tried.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import torch

from dlvc_cli.config.plan import Plan
from dlvc_cli.errors import BadOption, DataError, RunError
from dlvc_cli.events import Event, Notice, RunStarted
from dlvc_cli.files import remove_leftovers
from dlvc_cli.runs.balance import uneven_notice
from dlvc_cli.runs.directory import RunDir, create_run
from dlvc_cli.training.checkpoint import load_checkpoint
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.dry_run import try_loss, try_network, try_ops, try_schedule
from dlvc_cli.training.features.obstacle import frozen_notices, obstacle_to_cache
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.loop import train
from dlvc_cli.training.network.build import build_network
from dlvc_cli.training.network.freezing import Learning, what_learns
from dlvc_cli.training.network.load_weights import load_first_weights
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.network.optimizer import build_optimizer
from dlvc_cli.training.record import (
    Preprocessing,
    class_counts,
    make_record,
    preprocessing_of,
)
from dlvc_cli.training.recovery import refuse_to_begin_anew, restore_best, restore_metrics
from dlvc_cli.training.runtime import Runtime, open_runtime
from dlvc_cli.training.seeds import Seeds, recorded_version
from dlvc_cli.training.session import Session
from dlvc_cli.training.setup import (
    open_dataset,
    open_forward,
    open_run_dataset,
    read_new_data,
    read_run_data,
    settle_preprocessing,
)
from dlvc_cli.training.state import TrainState, batch_bounds, smallest_batches
from dlvc_cli.training.step_rate import StepRate, notice_of_change

__all__ = ["StopSignal", "run_training"]


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
    with ExitStack() as held:
        if resumed is None:
            session = yield from _new_run(plan, out, notices, held)
        else:
            session = yield from _resumed_run(plan, resumed, held)
        held.enter_context(stop.installed())
        yield from train(session, stop)


class StopSignal(Protocol):
    """A request to stop: true once it has been made."""

    def __call__(self) -> bool:
        """Whether it has been made."""
        ...

    def installed(self) -> AbstractContextManager[None]:
        """Listen for it inside the block."""
        ...


def _new_run(
    plan: Plan, out: Path | None, notices: Sequence[str], held: ExitStack
) -> Generator[Event, None, Session]:
    """Prepare a new run, make its directory, and lock it until ``held`` is closed."""
    ops = build_ops(plan.ops)
    obstacle = obstacle_to_cache(plan.config, ops)
    told = frozen_notices(plan, obstacle)
    for text in told:
        yield Notice(text=text)
    runtime = open_runtime(plan.config)
    dataset = open_dataset(plan)
    classes = tuple(dataset.classes)
    seeds = Seeds(plan.config.seed)
    # The network before the data: a missing file or layer is told before hours of reading.
    objective = Objective(plan.loss, plan.model.spec.aux_weight)
    try_loss(objective, plan.loss, len(classes))
    network = build_network(plan.model, len(classes), plan.config.dropout, seeds.weights())
    learning = what_learns(plan.config, plan.model, network)
    start = None
    if plan.source is not None:
        start = yield from load_first_weights(
            plan.source, plan.model, learning, classes, seeds.head()
        )
    if learning.head_alone and not plan.config.feature_extract:
        yield Notice(
            text="Nothing but the head is trained: --feature-extract does the same, and computes "
            "the features of an image once."
        )
    data = yield from read_new_data(plan, dataset)
    uneven = uneven_notice(classes, class_counts(data, len(classes)))
    if uneven is not None:
        yield Notice(text=uneven)
        told = (*told, uneven)
    batches = _smallest_batches(plan, data)
    shown_size = try_ops(ops, data.size, len(classes), batches[0])
    preprocessing = settle_preprocessing(plan, ops, data, classes, shown_size)
    shape = (len(classes), preprocessing.input_size)
    try_network(learning, plan.model, objective, runtime, *shape, batches)
    forward = open_forward(plan, runtime, ops, obstacle, learning, data, preprocessing)
    yield from forward.open()
    optimizer = build_optimizer(plan.optimizer, learning, plan.config)
    rate = yield from _step_rate(plan, len(forward.data))
    record = make_record(plan, runtime, data, preprocessing, network, seeds, (*notices, *told))
    if start is not None:
        record["weights"] = start
    session_of = _session_of(plan, runtime, forward, objective, optimizer, rate, seeds, record)
    # Last, so that whatever fails or is interrupted before leaves nothing behind.
    session = session_of(_make_directory(plan, runtime, out, record, held))
    yield _started(session, preprocessing, record, obstacle)
    return session


def _smallest_batches(plan: Plan, data: ReadyData) -> tuple[int, int]:
    """Images of the smallest batch of a training and of a validation."""
    train, val = (len(data.splits[name]) for name in ("train", "val"))
    return smallest_batches(train, val, plan.config.batch_size)


def _make_directory(
    plan: Plan, runtime: Runtime, out: Path | None, record: Mapping[str, Any], held: ExitStack
) -> RunDir:
    """Make a run's directory, with its record; in a process that does not write, hear which."""
    if not runtime.writes:
        return RunDir(Path(runtime.text_of_writer("")))
    run = create_run(plan.config.model, plan.config.data or "", out)
    held.enter_context(run.locked())
    run.write_record(record)
    runtime.text_of_writer(str(run.path))
    return run


def _resumed_run(plan: Plan, run: RunDir, held: ExitStack) -> Generator[Event, None, Session]:
    """Lock a run that was cut off until ``held`` is closed; prepare it at its newest checkpoint.

    ``plan`` is the run's own, but for what a resume may change: epochs, data path, device.

    Raises:
        DlvcError: the data is not the same any more, or the run is damaged.
    """
    record = run.record()
    runtime = open_runtime(dataclasses.replace(plan.config, threads=record["threads"]))
    if runtime.writes:
        held.enter_context(run.locked())
        remove_leftovers(run.path)
    seeds = Seeds(plan.config.seed, recorded_version(record))
    preprocessing = preprocessing_of(record)
    ops = build_ops(plan.ops)
    obstacle = obstacle_to_cache(plan.config, ops)
    checkpoint, problems = load_checkpoint(run)
    if checkpoint is None:
        refuse_to_begin_anew(run, problems)
    for text in problems:
        yield Notice(text=text, level="warning")
    dataset = open_run_dataset(plan, preprocessing)
    data = yield from read_run_data(plan, dataset, preprocessing, ("train", "val"))
    _refuse_other_data(data, plan, run, record)
    classes = preprocessing.classes
    objective = Objective(plan.loss, plan.model.spec.aux_weight)
    try_loss(objective, plan.loss, len(classes))
    network = build_network(plan.model, len(classes), plan.config.dropout, seeds.weights())
    learning = what_learns(plan.config, plan.model, network)
    if checkpoint is None:
        yield Notice(text="There is no checkpoint yet: training begins at the first step.")
        yield from _start_again(plan, run, learning, preprocessing, record, seeds.head())
    batches = _smallest_batches(plan, data)
    try_ops(ops, data.size, len(classes), batches[0])
    shape = (len(classes), preprocessing.input_size)
    try_network(learning, plan.model, objective, runtime, *shape, batches)
    forward = open_forward(plan, runtime, ops, obstacle, learning, data, preprocessing)
    optimizer = build_optimizer(plan.optimizer, learning, plan.config)
    rate = yield from _step_rate(plan, len(forward.data))
    session = _session_of(plan, runtime, forward, objective, optimizer, rate, seeds, record)(run)
    if checkpoint is not None:
        _restore(session, checkpoint)
        yield from restore_metrics(session, checkpoint)
        yield from restore_best(session)
    if (changed := notice_of_change(session, record["config"])) is not None:
        yield changed
    fresh = make_record(plan, runtime, data, preprocessing, network, seeds, record["notices"])
    kept = {key: record[key] for key in ("id", "created") if key in record}
    record = {key: value for key, value in (record | fresh).items() if key != "id"} | kept
    if runtime.writes:
        run.write_metrics(session.metrics)
        run.write_record(record)
    # Only now: features are found by a hash of the frozen weights, which the checkpoint holds, too.
    yield from forward.open()
    yield _started(session, preprocessing, record, obstacle)
    return session


def _refuse_other_data(data: ReadyData, plan: Plan, run: RunDir, record: Mapping[str, Any]) -> None:
    """Raise ``DataError`` unless these are the images that the run was trained on."""
    if dict(data.fingerprints) != record["data"]["fingerprints"]:
        raise DataError(
            f"The images in {plan.config.data} are not those that {run.name} was trained on, so "
            "it cannot go on exactly. Train anew, or give the right copy with --data."
        )
    if {name: list(names) for name, names in data.skipped.items()} != record["data"]["skipped"]:
        raise DataError(
            f"Other files of {plan.config.data} can be read now than when {run.name} was begun, so "
            "it cannot go on exactly. Train anew."
        )


def _start_again(
    plan: Plan,
    run: RunDir,
    learning: Learning,
    preprocessing: Preprocessing,
    record: Mapping[str, Any],
    seed: int,
) -> Generator[Event, None, None]:
    """Load the weights that a run without a checkpoint started from.

    Raises:
        RunError: they are gone, or others now.
    """
    if plan.weights_gone is not None:
        raise RunError(
            f"{run.name} begins again from its first weights, and they are gone. "
            f"{plan.weights_gone}"
        )
    if plan.source is None:
        return
    start = yield from load_first_weights(
        plan.source, plan.model, learning, preprocessing.classes, seed
    )
    if start["digest"] != record.get("weights", {}).get("digest"):
        raise RunError(f"{plan.source.text} has changed since {run.name} was begun. Train anew.")


def _step_rate(plan: Plan, images: int) -> Generator[Event, None, StepRate]:
    """Build the schedule and try it.

    Args:
        images: of the training split.
    """
    steps = len(batch_bounds(images, plan.config.batch_size))
    rate = StepRate(plan.schedule, plan.schedule.build(), plan.config.schedule_length, steps)
    if (warning := try_schedule(rate)) is not None:
        yield Notice(text=warning, level="warning")
    return rate


def _session_of(
    plan: Plan,
    runtime: Runtime,
    forward: Forward,
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    rate: StepRate,
    seeds: Seeds,
    record: Mapping[str, Any],
) -> Callable[[RunDir], Session]:
    """Put the parts together, at the first step: all but the directory of the run."""
    return partial(
        Session,
        plan=plan,
        runtime=runtime,
        forward=forward,
        objective=objective,
        optimizer=optimizer,
        scaler=torch.amp.GradScaler(runtime.device.type, enabled=runtime.precision == "fp16"),
        rate=rate,
        state=TrainState(losses=torch.zeros(rate.steps, device=runtime.device)),
        seeds=seeds,
        run_id=record.get("id"),
    )


def _restore(session: Session, checkpoint: dict[str, Any]) -> None:
    """Go back to a checkpoint.

    Raises:
        RunError: it is of another network or optimiser, or of a state that cannot be.
        BadOption: it has done more epochs than are asked for.
    """
    run, epochs = session.run, session.plan.config.epochs
    steps = len(session.bounds)
    try:
        session.restore(checkpoint)
        if len(session.state.losses) != steps:
            raise ValueError(
                f"it has {len(session.state.losses)} steps an epoch instead of {steps}"
            )
    # Of values that no dlvc wrote, torch raises whatever they lead to.
    except Exception as error:
        raise RunError(f"The checkpoint of {run.name} does not fit it: {error}") from error
    if session.state.epoch > epochs:
        raise BadOption(f"--epochs {epochs}: {run.name} has done {session.state.epoch} already.")


def _started(
    session: Session, preprocessing: Preprocessing, record: Mapping[str, Any], obstacle: str | None
) -> RunStarted:
    config, runtime, state = session.plan.config, session.runtime, session.state
    return RunStarted(
        run=str(session.run.path),
        model=config.model,
        parameters=record["model"]["parameters"],
        trainable=record["model"]["trainable"],
        data=config.data or "",
        classes=preprocessing.classes,
        train_images=len(session.forward.data),
        val_images=len(session.forward.validation),
        stored_size=preprocessing.stored_size,
        input_size=preprocessing.input_size,
        device=runtime.device_name,
        device_memory=runtime.device_memory,
        precision=runtime.precision,
        threads=runtime.threads,
        seed=config.seed,
        epochs=config.epochs,
        steps_per_epoch=len(session.bounds),
        first_epoch_costs_most=obstacle is None,
        start_epoch=state.epoch,
        start_step=state.step,
        history=tuple(session.run.metrics()),
        train_counts=tuple(record["data"]["class_counts"]["train"]),
        val_counts=tuple(record["data"]["class_counts"]["val"]),
    )
