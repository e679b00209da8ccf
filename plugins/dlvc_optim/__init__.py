"""Built-in optimisers, learning-rate schedules, and the family ``torch:NAME``."""

from __future__ import annotations

from dlvc_cli import (
    FamilySpec,
    OptimizerSpec,
    Param,
    ScheduleSpec,
    boolean,
    hookimpl,
)
from dlvc_optim.rates import RATES

_BETAS = (
    Param("beta1", float, 0.9, "decay of the mean of gradients, below 1", low=0, high=1),
    Param("beta2", float, 0.999, "decay of the mean of their squares, below 1", low=0, high=1),
)

_WARMUP_AND_FLOOR = (
    Param("warmup", float, 0.0, "epochs of linear rise at the start", low=0),
    Param("floor", float, 0.0, "share of the learning rate at the end", low=0, high=1),
)


def _momentum(default: float) -> Param:
    return Param("momentum", float, default, "decay of the velocity, below 1", low=0, high=1)


def _eps(default: float) -> Param:
    return Param("eps", float, default, "added to the root, against division by 0", low=1e-30)


@hookimpl
def dlvc_optimizers() -> list[OptimizerSpec]:
    return [
        OptimizerSpec(
            name="sgd",
            summary="Stochastic gradient descent, with momentum or Nesterov's where set.",
            factory="dlvc_optim.optimizers:sgd",
            rule="dlvc_optim.rules:sgd",
            params=(
                _momentum(0.0),
                Param("nesterov", boolean, False, "Nesterov's form of momentum"),
            ),
            learning_rates=RATES["sgd"],
        ),
        OptimizerSpec(
            name="gd",
            summary="Plain gradient descent: sgd without momentum.",
            factory="dlvc_optim.optimizers:gd",
            rule="dlvc_optim.rules:gd",
            learning_rates=RATES["sgd"],
        ),
        OptimizerSpec(
            name="momentum",
            summary="Gradient descent with classical momentum: sgd:momentum=0.9.",
            factory="dlvc_optim.optimizers:momentum",
            rule="dlvc_optim.rules:momentum",
            params=(_momentum(0.9),),
            learning_rates=RATES["sgd"],
        ),
        OptimizerSpec(
            name="nesterov",
            summary="Gradient descent with Nesterov's momentum: sgd:momentum=0.9:nesterov=yes.",
            factory="dlvc_optim.optimizers:nesterov",
            rule="dlvc_optim.rules:nesterov",
            params=(_momentum(0.9),),
            learning_rates=RATES["sgd"],
        ),
        OptimizerSpec(
            name="adam",
            summary="Adam: steps scaled by running means of gradients and of their squares.",
            factory="dlvc_optim.optimizers:adam",
            rule="dlvc_optim.rules:adam",
            params=(*_BETAS, _eps(1e-8)),
            learning_rates=RATES["adam"],
        ),
        OptimizerSpec(
            name="adamw",
            summary="Adam with decoupled weight decay.",
            factory="dlvc_optim.optimizers:adamw",
            rule="dlvc_optim.rules:adam",
            params=(*_BETAS, _eps(1e-8)),
            learning_rates=RATES["adamw"],
        ),
        OptimizerSpec(
            name="rmsprop",
            summary="RMSprop: steps scaled by a running mean of squared gradients.",
            factory="dlvc_optim.optimizers:rmsprop",
            rule="dlvc_optim.rules:rmsprop",
            params=(
                Param("alpha", float, 0.99, "decay of that mean, below 1", low=0, high=1),
                _eps(1e-8),
                _momentum(0.0),
                Param("centered", boolean, False, "scale by the variance instead"),
            ),
            learning_rates=RATES["rmsprop"],
        ),
        OptimizerSpec(
            name="adagrad",
            summary="AdaGrad: steps scaled by the sum of all squared gradients so far.",
            factory="dlvc_optim.optimizers:adagrad",
            rule="dlvc_optim.rules:adagrad",
            params=(_eps(1e-10),),
            learning_rates=RATES["adagrad"],
        ),
        OptimizerSpec(
            name="muon",
            summary="Muon for hidden layers, SGD with Nesterov's momentum for head, biases, norms.",
            factory="dlvc_optim.muon:muon",
            rule="dlvc_optim.rules:muon",
            params=(
                _momentum(0.95),
                Param("rest_momentum", float, 0.9, "that of all else, below 1", low=0, high=1),
                Param("matrices", float, 1.0, "rate of the head's weight, times lr", low=0),
                Param("vectors", float, 1.0, "rate of biases and norms, times lr", low=0),
                Param("iterations", int, 5, "of Newton and Schulz, a step", low=1, high=100),
                Param("hold_norm", boolean, False, "keep weights' norms, instead of weight decay"),
            ),
            learning_rates=RATES["muon"],
        ),
    ]


@hookimpl
def dlvc_schedules() -> list[ScheduleSpec]:
    return [
        ScheduleSpec(
            name="constant",
            summary="The same learning rate throughout.",
            factory="dlvc_optim.schedules:constant",
        ),
        ScheduleSpec(
            name="step",
            summary="Drops by a factor every few epochs.",
            factory="dlvc_optim.schedules:step",
            params=(
                Param("every", int, 30, "epochs between drops", low=1),
                Param("gamma", float, 0.1, "the factor", low=0, high=1),
            ),
        ),
        ScheduleSpec(
            name="cosine",
            summary="Falls along half a cosine, after a warm-up where set.",
            factory="dlvc_optim.schedules:cosine",
            params=_WARMUP_AND_FLOOR,
        ),
        ScheduleSpec(
            name="linear",
            summary="Falls along a straight line, to 0 at the end, after a warm-up where set.",
            factory="dlvc_optim.schedules:linear",
            params=_WARMUP_AND_FLOOR,
        ),
        ScheduleSpec(
            name="one-cycle",
            summary="Rises to the learning rate, then falls almost to 0 (super-convergence).",
            aliases=("onecycle", "one_cycle"),
            factory="dlvc_optim.schedules:one_cycle",
            params=(
                Param("pct", float, 0.3, "share of the training that rises", low=0, high=1),
                Param("div", float, 25.0, "the peak over the start", low=1),
                Param("final_div", float, 1e4, "the start over the end", low=1),
            ),
        ),
    ]


@hookimpl
def dlvc_families() -> list[FamilySpec]:
    return [
        FamilySpec(
            name="torch",
            of="optimizers",
            summary="Any optimiser of torch.optim with dense gradients and no closure.",
            find="dlvc_optim.torch_family:find",
            search="dlvc_optim.torch_family:search",
        ),
    ]
