"""Muon: steps of hidden layers made orthogonal; all else by SGD with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from dlvc_optim.decay_rates import check_below_one

__all__ = ["Muon", "muon", "orthogonal"]

# The quintic of the iteration, whose slope at 0 is as steep as it may be: Jordan et al., 2024.
_A, _B, _C = 3.4445, -4.7750, 2.0315

# Kinds of parameters.
_HIDDEN, _HEAD, _VECTOR = "hidden", "head", "vector"


def orthogonal(matrix: Tensor, iterations: int) -> Tensor:
    """Return about U V^T of a matrix U S V^T, float32 (rows, columns), by Newton-Schulz.

    Five iterations bring the singular values to between about 0.7 and 1.2, where they stay; those
    that are next to nothing beside the largest remain small.
    """
    x = matrix.float()
    wide = x if x.shape[0] <= x.shape[1] else x.T
    # The Frobenius norm is at least the largest singular value.
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(iterations):
        gram = wide @ wide.T
        wide = _A * wide + (_B * gram + _C * gram @ gram) @ wide
    return wide if x.shape[0] <= x.shape[1] else wide.T


class Muon(Optimizer):
    """Muon for the groups that are ``orthogonal``, SGD with Nesterov's momentum for the others.

    Parameters of a group that is ``orthogonal`` have two dimensions at least, and are matrices of
    as many rows as they have outputs. There, weight decay is decoupled; elsewhere it is a part of
    the gradient.
    """

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """Make one step; there is no closure to call again."""
        for group in self.param_groups:
            update = self._muon if group["orthogonal"] else self._sgd
            for parameter in group["params"]:
                if parameter.grad is not None:
                    update(parameter, parameter.grad, group)

    def _muon(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        ahead = self._look_ahead(parameter, gradient, group["momentum"])
        rows, columns = len(parameter), parameter[0].numel()
        step = orthogonal(ahead.reshape(rows, columns), group["iterations"])
        if group["hold_norm"]:
            parameter.mul_(rows**0.5 / parameter.norm().clamp(min=1e-7))
        else:
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
        length = group["lr"] * max(1.0, rows / columns) ** 0.5
        parameter.add_(step.reshape(parameter.shape).to(parameter.dtype), alpha=-length)

    def _sgd(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        decayed = gradient.add(parameter, alpha=group["weight_decay"])
        ahead = self._look_ahead(parameter, decayed, group["rest_momentum"])
        parameter.add_(ahead, alpha=-group["lr"])

    def _look_ahead(self, parameter: Tensor, gradient: Tensor, momentum: float) -> Tensor:
        """Nesterov's: v <- m v + g; return g + m v."""
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        velocity: Tensor = state["momentum_buffer"]
        velocity.mul_(momentum).add_(gradient)
        return gradient.add(velocity, alpha=momentum)


def muon(
    parameters: Iterable[Any],
    *,
    lr: float,
    weight_decay: float = 0.0,
    momentum: float = 0.95,
    rest_momentum: float = 0.9,
    matrices: float = 1.0,
    vectors: float = 1.0,
    iterations: int = 5,
    hold_norm: bool = False,
) -> Optimizer:
    """Muon for the weights of hidden layers, SGD with Nesterov's momentum for all else.

    Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024. A weight is a
    matrix with a row for each output, a convolution's kernel too; its step is the orthogonal matrix
    nearest to Nesterov's, so that all directions move alike, times the root of rows over columns
    where that is above 1. The head's weight, biases and norms are for SGD, and so is what has a
    single row, such as a position embedding. torch's own takes matrices alone, and no others
    beside them.

    Args:
        parameters: as optimisers of torch take them. In groups that name their ``head``, its
            weights are those named; in others, they are whatever has two dimensions.
        lr: of hidden layers.
        weight_decay: a share of lr for hidden layers, decoupled; of all else in the gradient.
        momentum: of hidden layers.
        rest_momentum: of all else.
        matrices: learning rate of the head's weight over that of hidden layers.
        vectors: that of biases, norms, and all that has a single row.
        iterations: of Newton and Schulz.
        hold_norm: bring each hidden weight to the norm of the root of its outputs before a step, in
            place of weight decay; for those that a norm follows, as their scale then has no effect.

    Raises:
        BadOption: a momentum is 1.
    """
    check_below_one("muon", momentum=momentum, rest_momentum=rest_momentum)
    given: list[Any] = list(parameters)
    groups = given if given and isinstance(given[0], dict) else [{"params": given}]
    settings = {
        "lr": lr,
        "weight_decay": weight_decay,
        "momentum": momentum,
        "rest_momentum": rest_momentum,
        "iterations": iterations,
        "hold_norm": hold_norm,
        "orthogonal": False,
    }
    factors = {_HIDDEN: 1.0, _HEAD: matrices, _VECTOR: vectors}
    return Muon(
        [part for group in groups for part in _parts(group, lr, factors)],
        settings,
    )


def _parts(group: dict[str, Any], lr: float, factors: dict[str, float]) -> Iterable[dict[str, Any]]:
    """A group's hidden weights, its head's, and its vectors, as groups that share its settings."""
    params = group["params"]
    params = [params] if isinstance(params, Tensor) else list(params)
    for kind, factor in factors.items():
        chosen = [param for param in params if _kind(param, group.get("head")) == kind]
        if chosen:
            yield group | {
                "params": chosen,
                "lr": group.get("lr", lr) * factor,
                "orthogonal": kind == _HIDDEN,
            }


def _kind(param: Tensor | tuple[str, Tensor], head: Collection[str] | None) -> str:
    """What a parameter is, with or without its name.

    Args:
        head: the names of the head's; None where they aren't known.
    """
    name, tensor = (None, param) if isinstance(param, Tensor) else param
    if tensor.ndim < 2 or len(tensor) == 1:
        return _VECTOR
    in_head = tensor.ndim == 2 if head is None else name in head
    return _HEAD if in_head else _HIDDEN
