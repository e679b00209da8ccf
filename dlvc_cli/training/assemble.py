"""A session put together: on its device, with its optimiser, and its way through the network."""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch

from dlvc_cli.config.plan import Plan
from dlvc_cli.registry.registry import guarded
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.features.cached_forward import CachedForward
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective, build_optimizer
from dlvc_cli.training.record import Preprocessing, versions_of
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.session import Session
from dlvc_cli.training.setup import make_pipeline
from dlvc_cli.training.state import TrainState, batch_bounds

__all__ = ["assemble", "open_forward"]


def assemble(
    plan: Plan, runtime: Runtime, forward: Forward, objective: Objective
) -> Callable[..., Session]:
    """Put the parts together; all that is missing is ``run``."""
    learning, config = forward.learning, plan.config
    steps = len(batch_bounds(len(forward.data), config.batch_size))
    return functools.partial(
        Session,
        plan=plan,
        runtime=runtime,
        forward=forward,
        objective=objective,
        optimizer=build_optimizer(plan.optimizer, learning, config),
        scaler=torch.amp.GradScaler(runtime.device.type, enabled=runtime.precision == "fp16"),
        schedule=functools.partial(guarded, plan.schedule.offer, plan.schedule.build()),
        state=TrainState(losses=torch.zeros(steps, device=runtime.device)),
    )


def open_forward(
    plan: Plan, runtime: Runtime, data: ReadyData, preprocessing: Preprocessing, learning: Learning
) -> Forward:
    """Bring data and network to the device, and choose the way of the one through the other."""
    # In place, so that features and head go along.
    learning.network.to(runtime.device).to(memory_format=runtime.memory_format)
    if plan.config.compile:
        learning.compile()
    training = data.splits["train"].to(runtime.device)
    validation = data.splits["val"].to(runtime.device)
    pipeline = make_pipeline(plan, preprocessing, runtime)
    if plan.obstacle_to_cache() is not None:
        return Forward(learning, pipeline, runtime, training, validation)
    model, config = plan.model, plan.config
    values = {name: repr(value) for name, value in model.values.items()}
    versions = versions_of(plan)
    identity = {
        "model": f"{model.offer.qualified} {model.offer.plugin.version}",
        "values": values,
        "versions": {name: versions.get(name) for name in ("torch", "torchvision", "timm")},
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
        learning, pipeline, runtime, training, validation, identity=identity, about=about
    )
