"""A session put together: on its device, with its optimiser, and its way through the network."""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch

from dlvc_cli.plan import Plan
from dlvc_cli.registry import guarded
from dlvc_cli.training.cached import CachedForward
from dlvc_cli.training.data import ReadyData
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.freezing import Learning
from dlvc_cli.training.objective import Objective, build_optimizer
from dlvc_cli.training.pipeline import Pipeline
from dlvc_cli.training.prepare import make_pipeline
from dlvc_cli.training.record import Prepared
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.session import Session
from dlvc_cli.training.state import TrainState, batch_bounds
from dlvc_cli.training.stored import Stored

__all__ = ["assemble"]


def assemble(
    plan: Plan,
    runtime: Runtime,
    data: ReadyData,
    prepared: Prepared,
    learning: Learning,
    objective: Objective,
) -> Callable[..., Session]:
    """Put the parts together; all that is missing is ``run``."""
    config = plan.config
    # In place, so that features and head go along.
    learning.network.to(runtime.device).to(memory_format=runtime.memory_format)
    if config.compile:
        learning.compile()
    training = data.splits["train"].to(runtime.device)
    validation = data.splits["val"].to(runtime.device)
    pipeline = make_pipeline(plan, prepared, runtime)
    steps = len(batch_bounds(len(training), config.batch_size))
    return functools.partial(
        Session,
        plan=plan,
        runtime=runtime,
        forward=_forward(plan, prepared, learning, pipeline, runtime, training, validation),
        objective=objective,
        optimizer=build_optimizer(plan.optimizer, learning, config),
        scaler=torch.amp.GradScaler(runtime.device.type, enabled=runtime.precision == "fp16"),
        schedule=functools.partial(guarded, plan.schedule.offer, plan.schedule.build()),
        state=TrainState(losses=torch.zeros(steps, device=runtime.device)),
    )


def _forward(
    plan: Plan,
    prepared: Prepared,
    learning: Learning,
    pipeline: Pipeline,
    runtime: Runtime,
    training: Stored,
    validation: Stored,
) -> Forward:
    """The way through the network: by features that are computed once, where they may be."""
    if plan.why_in_full() is not None:
        return Forward(learning, pipeline, runtime, training, validation)
    model, config = plan.model, plan.config
    values = {name: repr(value) for name, value in model.values.items()}
    identity = {"model": f"{model.offer.qualified} {model.offer.plugin.version}", "values": values}
    height, width = prepared.input_size
    about = {
        "model": config.model,
        "weights": model.spec.weights[0].name if config.pretrained else config.weights,
        "data": config.data,
        "aug": config.aug,
        "input": f"{height}x{width}",
    }
    return CachedForward(
        learning, pipeline, runtime, training, validation, identity=identity, about=about
    )
