"""When to say something and when to save, so that neither costs noticeable time."""

from __future__ import annotations

import time
from collections import deque

import torch
from torch import Tensor

__all__ = ["Emitter", "LateAnswers", "LossProbe", "SaveClock"]


class Emitter:
    """Lets a step event through a few times a second, with the speed since the last one."""

    def __init__(self, interval: float = 0.25) -> None:
        self._interval = interval
        self._last = time.perf_counter()
        self._images = 0

    def due(self, images: int) -> float | None:
        """Count a step's images; return images a second if an event is due, else None."""
        self._images += images
        now = time.perf_counter()
        elapsed = now - self._last
        if elapsed < self._interval:
            return None
        rate = self._images / elapsed
        self.restart()
        return rate

    def restart(self) -> None:
        """Begin to measure anew, after something else than steps took time."""
        self._last, self._images = time.perf_counter(), 0


class LossProbe:
    """Reads a loss without making the device wait: on a GPU, the value of an earlier step."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._value: float | None = None
        if device.type == "cuda":
            self._buffer = torch.zeros((), pin_memory=True)
            self._event = torch.cuda.Event()
            self._pending = False

    def read(self, loss: Tensor) -> float | None:
        """Return the newest loss that is already here; ask for this one."""
        if self._device.type != "cuda":
            return float(loss)
        if self._pending and self._event.query():
            self._value, self._pending = float(self._buffer), False
        if not self._pending:
            self._buffer.copy_(loss, non_blocking=True)
            self._event.record()
            self._pending = True
        return self._value


class LateAnswers:
    """Reads flags that a device computes a few steps after they were handed in, without waiting.

    Who hands in equally often reads the same ones, at the same steps.

    Args:
        device: of the flags.
        steps: so many later.
    """

    def __init__(self, device: torch.device, steps: int = 4) -> None:
        self._device, self._steps = device, steps
        self._pending: deque[tuple[Tensor, torch.cuda.Event | None]] = deque()

    def read(self, flag: Tensor) -> bool:
        """Hand in a flag (), and return whether the one of ``steps`` steps ago isn't zero."""
        if self._device.type == "cuda":
            here = torch.empty_like(flag, device="cpu", pin_memory=True)
            here.copy_(flag, non_blocking=True)
            event = torch.cuda.Event()
            event.record()
            self._pending.append((here, event))
        else:
            self._pending.append((flag.clone(), None))
        if len(self._pending) <= self._steps:
            return False
        oldest, known = self._pending.popleft()
        if known is not None:
            known.synchronize()
        return bool(oldest)


class SaveClock:
    """Lets a checkpoint through where its cost stays near two per cent of the time.

    Args:
        least: seconds between checkpoints inside an epoch.
    """

    def __init__(self, least: float = 30.0) -> None:
        self._least = least
        self._cost = 0.0
        self._last = time.perf_counter()

    def due(self, epoch_ended: bool) -> bool:
        """Whether to save now."""
        elapsed = time.perf_counter() - self._last
        return elapsed >= max(50 * self._cost, 0.0 if epoch_ended else self._least)

    def saved(self, seconds: float) -> None:
        """Note that a save took this long."""
        self._cost, self._last = seconds, time.perf_counter()
