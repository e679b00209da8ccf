"""Random numbers that depend on (seed, epoch, sample id, op position) and on nothing else.

A counter-based generator: each number is a hash of its coordinates (SplitMix64's finaliser,
Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), computed in
int64 arithmetic that wraps the same way on every device. So an image gets the same draws in a
batch of 1 or of 128, on one process or eight, and after a resume.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor

__all__ = ["Draws", "hash64", "stream_seed"]

_U64 = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
# Stands for the epoch in draws that do not depend on it.
_NO_EPOCH = -1
_C1 = 0xBF58476D1CE4E5B9
_C2 = 0x94D049BB133111EB


def _signed(value: int) -> int:
    value &= _U64
    return value - (1 << 64) if value >> 63 else value


def hash64(value: int) -> int:
    """SplitMix64's finaliser of a 64-bit whole number."""
    value &= _U64
    value = ((value ^ (value >> 30)) * _C1) & _U64
    value = ((value ^ (value >> 27)) * _C2) & _U64
    return value ^ (value >> 31)


def stream_seed(*coordinates: int) -> int:
    """Hash whole numbers into one in [0, 2**63).

    The key of an op's draws is that of (seed, epoch, position); other streams of a run have seeds
    that are none of these.
    """
    state = 0
    for coordinate in coordinates:
        state = hash64(state + _GOLDEN + coordinate)
    return state >> 1


def _hash64_tensor(value: Tensor) -> Tensor:
    # int64 shifts are arithmetic; the masks make them the logical shifts of the reference.
    value = (value ^ ((value >> 30) & ((1 << 34) - 1))) * _signed(_C1)
    value = (value ^ ((value >> 27) & ((1 << 37) - 1))) * _signed(_C2)
    return value ^ ((value >> 31) & ((1 << 33) - 1))


class Draws:
    """The random numbers of one op for one batch.

    Further calls go on with further columns of the same stream.

    Args:
        seed: the run's seed.
        epoch: counts from 0; an attribute, for what depends on the epoch itself.
        position: the op's place in the list of ops, from 0.
        ids: sample ids, int64 (N,); draws live on their device.
    """

    def __init__(self, seed: int, epoch: int, position: int, ids: Tensor) -> None:
        key = _signed(stream_seed(seed, epoch, position))
        self._base = _hash64_tensor(ids * _signed(_GOLDEN) + key)
        self._column = 0
        self.epoch = epoch
        self._of_all_epochs = partial(Draws, seed, _NO_EPOCH, position, ids)

    def __len__(self) -> int:
        return self._base.shape[0]

    @property
    def device(self) -> torch.device:
        return self._base.device

    def of_all_epochs(self) -> Draws:
        """Return draws of these samples that are the same in every epoch, from their beginning."""
        return self._of_all_epochs()

    def bits(self, k: int = 1) -> Tensor:
        """Return hashes as int64 (N, k)."""
        columns = torch.arange(self._column + 1, self._column + 1 + k, device=self.device)
        self._column += k
        return _hash64_tensor(self._base[:, None] + columns[None, :] * _signed(_GOLDEN))

    def uniform(self, k: int = 1, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Return float32 (N, k) from ``low`` to ``high``, in steps of 2**-24 of the range.

        [0, 1) never holds 1; in other ranges, rounding may give ``high`` itself.
        """
        unit = ((self.bits(k) >> 40) & 0xFFFFFF).to(torch.float32) * 2.0**-24
        return unit if (low, high) == (0.0, 1.0) else low + unit * (high - low)

    def integers(self, low: int, high: int, k: int = 1) -> Tensor:
        """Return int64 (N, k) in [low, high): ``high`` is never drawn.

        Raises:
            ValueError: the range is empty or holds more than 2**31 numbers.
        """
        count = high - low
        if not 0 < count <= 1 << 31:
            raise ValueError(f"cannot draw whole numbers from {low} up to {high}")
        return low + ((((self.bits(k) >> 32) & 0xFFFFFFFF) * count) >> 32)

    def chance(self, p: float) -> Tensor:
        """Return bool (N,), true with probability ``p``."""
        return self.uniform()[:, 0] < p

    def permutation(self) -> Tensor:
        """Return an int64 permutation (N,) of the batch, for ops that mix samples."""
        return self.bits()[:, 0].argsort()

    def generator(self) -> np.random.Generator:
        """Return one NumPy generator for the whole batch, for ops that mix samples."""
        return np.random.default_rng(int(self.bits()[:, 0].sum().item()) & _U64)

    def generators(self) -> Iterator[np.random.Generator]:
        """Yield a NumPy generator for each sample, in order."""
        for key in self.bits()[:, 0].tolist():
            yield np.random.Generator(np.random.Philox(key=key & _U64))
