"""Puts a run's parts together: for a new run, or for one that goes on.

All that can be found wrong with a request is found here, before the run's directory is made and
before the first step: files are decoded, ops, network and loss are tried.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Protocol

from dlvc_cli.config.plan import Plan
from dlvc_cli.errors import BadOption, DataError, RunError
from dlvc_cli.events import Event, Notice, RunStarted
from dlvc_cli.files import remove_leftovers
from dlvc_cli.runs.directory import RunDir, create_run
from dlvc_cli.training.assemble import assemble, open_forward
from dlvc_cli.training.checkpoint import load_checkpoint
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.dry_run import try_network
from dlvc_cli.training.loop import train
from dlvc_cli.training.network.build import count_parameters
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.start import start_from
from dlvc_cli.training.record import Preprocessing, make_record, preprocessing_of
from dlvc_cli.training.runtime import Runtime, open_runtime
from dlvc_cli.training.seeds import Seeds, recorded_version
from dlvc_cli.training.session import Session
from dlvc_cli.training.setup import (
    build_parts,
    load_run_data,
    load_training_data,
    open_dataset,
    prepare,
)

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
            session = yield from _start_session(plan, out, notices, held)
        else:
            session = yield from _resume_session(plan, resumed, held)
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


def _start_session(
    plan: Plan, out: Path | None, notices: Sequence[str], held: ExitStack
) -> Generator[Event, None, Session]:
    """Prepare a new run, make its directory, and lock it until ``held`` is closed."""
    runtime = open_runtime(plan.config)
    dataset = open_dataset(plan)
    classes = tuple(dataset.classes)
    # The network first: a missing file or a layer that isn't there is told before hours of reading.
    seeds = Seeds(plan.config.seed)
    learning, objective = build_parts(plan, classes, seeds.weights())
    source = plan.source()
    start = None
    if source is not None:
        start = yield from start_from(source, plan.model, learning, classes, seeds.head())
    if learning.head_alone and not plan.config.feature_extract:
        yield Notice(
            text="Nothing but the head is trained: --feature-extract does the same, and computes "
            "the features of an image once."
        )
    data = yield from load_training_data(plan, dataset, source)
    for text in _skipped_notices(data):
        yield Notice(text=text, level="warning")
    preprocessing = prepare(plan, dataset, data, source)
    try_network(learning, plan.model, len(classes), preprocessing.input_size)
    forward = open_forward(plan, runtime, data, preprocessing, learning)
    yield from forward.open()
    assembled = assemble(plan, runtime, forward, objective)
    record = make_record(plan, runtime, data, preprocessing, learning.network, seeds, notices)
    if start is not None:
        record["weights"] = start
    # Last, so that whatever fails or is interrupted before leaves nothing behind.
    run = _new_run(plan, runtime, out, record, held)
    session = assembled(run=run, seeds=seeds)
    yield _started(session, preprocessing)
    return session


def _new_run(
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


def _resume_session(plan: Plan, run: RunDir, held: ExitStack) -> Generator[Event, None, Session]:
    """Lock a run that was cut off until ``held`` is closed; prepare it at its newest checkpoint.

    ``plan`` is the run's own, but for what a resume may change: epochs, data path, device.

    Raises:
        DlvcError: the data is not the same any more, or the run is damaged.
    """
    record = run.record()
    seeds = Seeds(plan.config.seed, recorded_version(record))
    preprocessing = preprocessing_of(record)
    runtime = open_runtime(dataclasses.replace(plan.config, threads=record["threads"]))
    if runtime.writes:
        held.enter_context(run.locked())
        remove_leftovers(run.path)
    checkpoint, problems = load_checkpoint(run)
    for text in problems:
        yield Notice(text=text, level="warning")
    data = yield from load_run_data(plan, preprocessing, ("train", "val"))
    if dict(data.fingerprints) != preprocessing.fingerprints:
        raise DataError(
            f"The images in {plan.config.data} are not those that {run.name} was trained on, so "
            "it cannot go on exactly. Train anew, or give the right copy with --data."
        )
    if {name: list(names) for name, names in data.skipped.items()} != record["data"]["skipped"]:
        raise DataError(
            f"Other files of {plan.config.data} can be read now than when {run.name} was begun, so "
            "it cannot go on exactly. Train anew."
        )
    learning, objective = build_parts(plan, preprocessing.classes, seeds.weights())
    if checkpoint is None:
        yield Notice(text="There is no checkpoint yet: training begins at the first step.")
        yield from _start_again(plan, run, learning, preprocessing, seeds)
    try_network(learning, plan.model, len(preprocessing.classes), preprocessing.input_size)
    forward = open_forward(plan, runtime, data, preprocessing, learning)
    session = assemble(plan, runtime, forward, objective)(run=run, seeds=seeds)
    if checkpoint is not None:
        try:
            session.restore(checkpoint)
            if session.state.step == 0 and session.state.epoch == session.state.best_epoch:
                # It may have been cut off before it wrote the best weights.
                session.save_best()
        except (RuntimeError, KeyError, ValueError) as error:
            raise RunError(f"The checkpoint of {run.name} does not fit it: {error}") from error
    if runtime.writes:
        run.cut_metrics(session.state.epoch)
        network, notices = session.network, record["notices"]
        fresh = make_record(plan, runtime, data, preprocessing, network, seeds, notices)
        run.write_record(record | fresh | {"created": record["created"]})
    # Not before: the checkpoint holds the frozen weights, too.
    yield from forward.open()
    yield _started(session, preprocessing)
    return session


def _start_again(
    plan: Plan, run: RunDir, learning: Learning, preprocessing: Preprocessing, seeds: Seeds
) -> Generator[Event, None, None]:
    """Load the weights that a run without a checkpoint started from.

    Raises:
        RunError: they are gone, or others now.
    """
    try:
        source = plan.source()
    except BadOption as error:
        raise RunError(
            f"{run.name} begins again from its first weights, and they are gone. {error}"
        ) from error
    if source is None:
        return
    start = yield from start_from(source, plan.model, learning, preprocessing.classes, seeds.head())
    if start["digest"] != run.record().get("weights", {}).get("digest"):
        raise RunError(f"{source.text} has changed since {run.name} was begun. Train anew.")


def _skipped_notices(data: ReadyData) -> list[str]:
    return [
        f"{len(names)} of the {split} split cannot be read and are left out: "
        + ", ".join(names[:3])
        + (" ..." if len(names) > 3 else "")
        for split, names in data.skipped.items()
    ]


def _started(session: Session, preprocessing: Preprocessing) -> RunStarted:
    config, runtime, state = session.plan.config, session.runtime, session.state
    parameters, trainable = count_parameters(session.network)
    return RunStarted(
        run=str(session.run.path),
        model=config.model,
        parameters=parameters,
        trainable=trainable,
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
        first_epoch_costs_most=session.plan.obstacle_to_cache() is None,
        start_epoch=state.epoch,
        start_step=state.step,
        history=tuple(session.run.metrics()),
    )
