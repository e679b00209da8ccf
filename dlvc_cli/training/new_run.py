"""A new run, from its plan to its first step."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dlvc_cli.config.place import place_of
from dlvc_cli.config.plan import Plan
from dlvc_cli.events import Event, Notice
from dlvc_cli.runs.balance import uneven_notice
from dlvc_cli.runs.directory import RunDir, create_run
from dlvc_cli.training.agreement import refuse_other_images, refuse_other_options
from dlvc_cli.training.assembly import (
    build_step_rate,
    run_started,
    session_of,
    smallest_batches_of,
)
from dlvc_cli.training.averaged import check_room_to_shift
from dlvc_cli.training.chosen_precision import choose_arithmetic, chosen_notice
from dlvc_cli.training.compiling import Compiling
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.data.image_cache import keeps_images
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.dry_run import try_loss, try_monitor, try_network, try_ops
from dlvc_cli.training.features.obstacle import frozen_notices, obstacle_to_cache
from dlvc_cli.training.initialise import initialise_network
from dlvc_cli.training.network.batch_norm import settle_batch_norm
from dlvc_cli.training.network.build import build_network
from dlvc_cli.training.network.freezing import what_learns
from dlvc_cli.training.network.load_weights import load_first_weights
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.network.optimizer import build_optimizer
from dlvc_cli.training.processes import join_processes
from dlvc_cli.training.record import (
    make_record,
    new_identity,
)
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.seeds import Seeds
from dlvc_cli.training.session import Session
from dlvc_cli.training.setup import (
    open_dataset,
    open_forward,
    read_new_data,
    settle_preprocessing,
)

__all__ = ["new_run"]


def new_run(
    plan: Plan, out: Path | None, notices: Sequence[str], held: ExitStack
) -> Generator[Event, None, Session]:
    """Prepare a new run, make its directory, and lock it until ``held`` is closed."""
    ops = build_ops(plan.ops)
    obstacle = obstacle_to_cache(plan.config, ops)
    told = frozen_notices(plan, obstacle)
    for text in told:
        yield Notice(text=text)
    runtime = join_processes(plan.config, held)
    refuse_other_options(plan, runtime)
    dataset = open_dataset(plan)
    classes = tuple(dataset.classes)
    seeds = Seeds(plan.config.seed)
    # The network before the data: a missing file or layer is told before hours of reading.
    objective = Objective(plan.loss, plan.model.spec.aux_weight)
    try_loss(objective, plan.loss, len(classes))
    network = build_network(plan.model, len(classes), plan.config.dropout, seeds.weights())
    network = yield from settle_batch_norm(network, plan.config, runtime)
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
    reading = read_new_data(plan, dataset)
    data: ReadyData = yield from runtime.in_turn(reading, keeps_images(plan.config))
    refuse_other_images(data, runtime)
    uneven = uneven_notice(classes, data.class_counts(len(classes)))
    if uneven is not None:
        yield Notice(text=uneven)
        told = (*told, uneven)
    try_monitor(plan.monitor, data.splits["val"].targets, len(classes))
    batches = smallest_batches_of(plan, data)
    shown_size = try_ops(ops, data.size, len(classes), batches[0])
    preprocessing = settle_preprocessing(plan, ops, data, classes, shown_size)
    check_room_to_shift(plan.config.tta_words, preprocessing.input_size)
    initialise_network(plan, network, ops, preprocessing, data.splits["train"])
    shape = (len(classes), preprocessing.input_size)
    shares = (runtime.least(batches[0]), runtime.least(batches[1]))
    unused = try_network(learning, plan.model, objective, runtime, *shape, shares)
    count = len(data.splits["train"])
    if obstacle is not None:
        runtime = choose_arithmetic(plan, runtime, learning, objective, shape[1], shape[0], count)
    if (chosen := chosen_notice(plan, runtime)) is not None:
        yield Notice(text=chosen)
        told = (*told, chosen)
    compiling = Compiling(plan, runtime, learning, objective, shape[1], shape[0], count)
    forward = open_forward(plan, runtime, ops, obstacle, learning, data, preprocessing, unused)
    yield from compiling.settle()
    yield from forward.open()
    optimizer = build_optimizer(plan, learning)
    rate = yield from build_step_rate(plan, len(forward.data))
    told = (*notices, *told)
    record = new_identity() | make_record(plan, runtime, data, preprocessing, network, seeds, told)
    record["id"] = runtime.text_of_writer(record["id"])
    if start is not None:
        record["weights"] = start
    if (launch := place_of().launch) is not None:
        # By which torchrun's next start of the same processes finds the run.
        record["launch"] = launch
    # Last, so that whatever fails or is interrupted before leaves nothing behind.
    run = _make_directory(plan, runtime, out, record, held)
    session = session_of(run, plan, runtime, forward, objective, optimizer, rate, seeds, record)
    yield run_started(session, preprocessing, record, obstacle)
    return session


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
