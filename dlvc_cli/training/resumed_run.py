"""A run that goes on, from its checkpoint to its next step."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from typing import Any

from dlvc_cli.config.place import place_of
from dlvc_cli.config.plan import Plan
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DataError, RunError
from dlvc_cli.events import Event, Notice
from dlvc_cli.files import remove_leftovers
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training.agreement import refuse_other_images, refuse_other_options
from dlvc_cli.training.assembly import (
    build_step_rate,
    run_started,
    session_of,
    smallest_batches_of,
)
from dlvc_cli.training.checkpoint import load_checkpoint
from dlvc_cli.training.compiling import Compiling
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.data.hold_out import splits_of_run
from dlvc_cli.training.data.image_cache import keeps_images
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.dry_run import try_loss, try_monitor, try_network, try_ops
from dlvc_cli.training.features.obstacle import obstacle_to_cache
from dlvc_cli.training.initialise import initialise_network
from dlvc_cli.training.network.batch_norm import settle_batch_norm
from dlvc_cli.training.network.build import build_network
from dlvc_cli.training.network.freezing import Learning, what_learns
from dlvc_cli.training.network.load_weights import load_first_weights
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.network.optimizer import build_optimizer
from dlvc_cli.training.processes import join_processes
from dlvc_cli.training.record import (
    Preprocessing,
    make_record,
    preprocessing_of,
)
from dlvc_cli.training.recovery import refuse_to_begin_anew, restore_best, restore_metrics
from dlvc_cli.training.seeds import Seeds, recorded_version
from dlvc_cli.training.session import Session
from dlvc_cli.training.setup import (
    open_forward,
    open_run_dataset,
    read_run_data,
)
from dlvc_cli.training.step_rate import notice_of_change

__all__ = ["resumed_run"]


def resumed_run(plan: Plan, run: RunDir, held: ExitStack) -> Generator[Event, None, Session]:
    """Lock a run that was cut off until ``held`` is closed; prepare it at its newest checkpoint.

    ``plan`` is the run's own, but for what a resume may change: epochs, data path, device.

    Raises:
        DlvcError: the data is not the same any more, or the run is damaged.
    """
    record = run.record()
    runtime = join_processes(_as_begun(plan.config, record), held)
    refuse_other_options(plan, runtime)
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
    reading = read_run_data(plan, dataset, preprocessing, splits_of_run(plan.config))
    data: ReadyData = yield from runtime.in_turn(reading, keeps_images(plan.config))
    _refuse_other_data(data, plan, run, record)
    refuse_other_images(data, runtime)
    classes = preprocessing.classes
    objective = Objective(plan.loss, plan.model.spec.aux_weight)
    try_loss(objective, plan.loss, len(classes))
    network = build_network(plan.model, len(classes), plan.config.dropout, seeds.weights())
    network = yield from settle_batch_norm(network, plan.config, runtime)
    learning = what_learns(plan.config, plan.model, network)
    if checkpoint is None:
        yield Notice(text="There is no checkpoint yet: training begins at the first step.")
        yield from _start_again(plan, run, learning, preprocessing, record, seeds.head())
        initialise_network(plan, network, ops, preprocessing, data.splits["train"])
    try_monitor(plan.monitor, data.splits["val"].targets, len(classes))
    batches = smallest_batches_of(plan, data)
    try_ops(ops, data.size, len(classes), batches[0])
    shape = (len(classes), preprocessing.input_size)
    shares = (runtime.least(batches[0]), runtime.least(batches[1]))
    unused = try_network(learning, plan.model, objective, runtime, *shape, shares)
    count = len(data.splits["train"])
    compiling = Compiling(plan, runtime, learning, objective, shape[1], shape[0], count)
    forward = open_forward(plan, runtime, ops, obstacle, learning, data, preprocessing, unused)
    yield from compiling.settle()
    optimizer = build_optimizer(plan, learning)
    rate = yield from build_step_rate(plan, len(forward.data))
    session = session_of(run, plan, runtime, forward, objective, optimizer, rate, seeds, record)
    if checkpoint is not None:
        _restore(session, checkpoint)
        yield from restore_metrics(session, checkpoint)
    # Only now: features are found by a hash of the frozen weights, which the checkpoint holds, too.
    yield from forward.open()
    if checkpoint is not None:
        yield from restore_best(session)
    told = list(record["notices"])
    if (changed := notice_of_change(session, record["config"])) is not None:
        yield changed
        # What the command that makes it again doesn't show.
        told.append(changed.text)
    record = record | make_record(plan, runtime, data, preprocessing, network, seeds, told)
    if runtime.writes:
        run.write_metrics(session.metrics)
        run.write_record(record)
    yield run_started(session, preprocessing, record, obstacle)
    return session


def _as_begun(config: TrainConfig, record: Mapping[str, Any]) -> TrainConfig:
    """Settle what a configuration leaves open about the machine as the run has it.

    Threads are those that it had, in as many processes; of another number, each has its share.
    """
    same = record.get("processes", 1) == place_of().world
    threads = record["threads"] if same else config.threads
    precision = config.precision
    if precision == "auto" and record.get("precision") == "bf16":
        precision = "fast"
    return dataclasses.replace(config, threads=threads, precision=precision)


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
