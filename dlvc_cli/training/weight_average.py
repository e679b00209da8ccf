"""A moving average of a network's weights over training steps (``--ema``)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

__all__ = ["WeightAverage", "average_of", "decay_after"]


def decay_after(updates: int, decay: float) -> float:
    """Return what the average keeps of itself in an update.

    The first ones keep less, so that the random numbers of the start are soon forgotten, in short
    trainings too: as TensorFlow's ``ExponentialMovingAverage`` with ``num_updates`` does it.

    Args:
        updates: how many there are with this one, from 1.
        decay: what all keep in the end.
    """
    return min(decay, (1 + updates) / (10 + updates))


class WeightAverage:
    """An exponential moving average of what learns in a network, and of its buffers.

    Running statistics of batch norms are averaged as weights are, since they belong to these;
    whole numbers are the network's own. All processes make the same of the same weights.

    Args:
        network: on its device; the average starts from its weights.
        decay: what the average keeps of itself in a step, below 1.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._network = network
        self._decay = decay
        self._updates = 0
        # A mask of infinities stays as it is: no mean of these is a number.
        self._average = {
            name: tensor.detach().clone()
            for name, tensor in self._live().items()
            if bool(tensor.isfinite().all())
        }

    def _live(self) -> dict[str, Tensor]:
        """What is averaged, by name, as the network has it."""
        kept = self._network.state_dict(keep_vars=True)
        # A frozen weight is its own average.
        return {
            name: tensor
            for name, tensor in kept.items()
            if tensor.is_floating_point()
            and (tensor.requires_grad or not isinstance(tensor, nn.Parameter))
        }

    def update(self) -> None:
        """Take in the weights after a step."""
        self._updates += 1
        live = self._live()
        mix = get_ema_multi_avg_fn(decay_after(self._updates, self._decay))
        mix([*self._average.values()], [live[name].detach() for name in self._average], None)

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Have the network hold the average, and its own weights again afterwards."""
        live = self._live()
        own = {name: live[name].detach().clone() for name in self._average}
        _copy(self._average, live)
        try:
            yield
        finally:
            _copy(own, live)

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint holds of it: the tensors are its own."""
        return {"updates": self._updates, "weights": dict(self._average)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what :meth:`state_dict` returned.

        Raises:
            ValueError: it is that of another network.
        """
        updates, weights = state["updates"], state["weights"]
        if type(updates) is not int or updates < 0:
            raise ValueError(f"its average is of {updates!r:.40} steps")
        if weights.keys() != self._average.keys():
            raise ValueError("its average is of other weights")
        self._updates = updates
        _copy(weights, self._average)


def average_of(network: nn.Module, decay: float | None) -> WeightAverage | None:
    """Begin the average that ``--ema`` asks for; None where it doesn't."""
    return None if decay is None else WeightAverage(network, decay)


@torch.no_grad()
def _copy(values: dict[str, Tensor], into: dict[str, Tensor]) -> None:
    for name, value in values.items():
        if value.shape != into[name].shape:
            raise ValueError(f"its average has other shapes: {name}")
        into[name].copy_(value)
