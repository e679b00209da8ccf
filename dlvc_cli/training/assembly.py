"""What new and resumed runs are put together with, and what is told of either."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import torch

from dlvc_cli.config.plan import Plan
from dlvc_cli.events import Event, Notice, RunStarted
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.dry_run import try_schedule
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.record import (
    Preprocessing,
)
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.seeds import Seeds
from dlvc_cli.training.session import Session
from dlvc_cli.training.state import TrainState, batch_bounds, smallest_batches
from dlvc_cli.training.step_rate import StepRate
from dlvc_cli.training.weight_average import average_of

__all__ = ["build_step_rate", "run_started", "session_of", "smallest_batches_of"]


def smallest_batches_of(plan: Plan, data: ReadyData) -> tuple[int, int]:
    """Images of the smallest batch of a training and of a validation."""
    train, val = (len(data.splits[name]) for name in ("train", "val"))
    return smallest_batches(train, val, plan.config.batch_size)


def build_step_rate(plan: Plan, images: int) -> Generator[Event, None, StepRate]:
    """Build the schedule and try it.

    Args:
        images: of the training split.
    """
    steps = len(batch_bounds(images, plan.config.batch_size))
    rate = StepRate(plan.schedule, plan.schedule.build(), plan.config.schedule_length, steps)
    whole = plan.config.epochs * steps
    if (warning := try_schedule(rate, min(plan.config.max_steps or whole, whole))) is not None:
        yield Notice(text=warning, level="warning")
    return rate


def session_of(
    run: RunDir,
    plan: Plan,
    runtime: Runtime,
    forward: Forward,
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    rate: StepRate,
    seeds: Seeds,
    record: Mapping[str, Any],
) -> Session:
    """Put the parts of a run together, at the first step."""
    return Session(
        run=run,
        plan=plan,
        runtime=runtime,
        forward=forward,
        objective=objective,
        optimizer=optimizer,
        scaler=torch.amp.GradScaler(runtime.device.type, enabled=runtime.precision == "fp16"),
        rate=rate,
        state=TrainState.fresh(rate.steps, runtime.device),
        seeds=seeds,
        num_classes=len(record["data"]["classes"]),
        run_id=record.get("id"),
        average=average_of(forward.learning.network, plan.config.ema),
    )


def run_started(
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
        epochs=session.epochs,
        max_steps=config.max_steps,
        monitor=session.plan.monitor.key,
        steps_per_epoch=len(session.bounds),
        first_epoch_costs_most=obstacle is None,
        start_epoch=state.epoch,
        start_step=state.step,
        history=tuple(session.metrics),
        train_counts=tuple(record["data"]["class_counts"]["train"]),
        val_counts=tuple(record["data"]["class_counts"]["val"]),
    )
