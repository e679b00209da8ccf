"""Readers that stay ahead of the device: while it works on a batch, a thread reads the next."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.training.data.decoded import DecodedSplit

__all__ = ["ReadAhead", "ReadOn"]

# Batches that are ready, or being read.
_AHEAD = 4


class ReadAhead:
    """Reads batches whose rows are known, in order, a few ahead of whoever takes them.

    On a GPU they come out of pinned memory, copied without waiting.

    Args:
        split: what to read; its images are in memory or in a file.
        batches: rows of the split, int64 (n,) each, on the CPU.
        device: where images are wanted.
    """

    def __init__(
        self, split: DecodedSplit, batches: Sequence[Tensor], device: torch.device
    ) -> None:
        self._split = split
        self._batches = batches
        self._device = device
        self._ready: queue.Queue[Any] = queue.Queue()
        # Buffers, each with the event after which it may be written again.
        self._free: queue.Queue[tuple[Tensor, Any] | None] = queue.Queue()
        most = max(map(len, batches), default=0)
        on_gpu = device.type == "cuda"
        for _ in range(min(_AHEAD, len(batches))):
            shape = (most, *split.image_shape)
            self._free.put((torch.empty(shape, dtype=torch.uint8, pin_memory=on_gpu), None))
        self._taken: Tensor | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def take(self) -> Tensor:
        """Return the next batch's images, uint8 (n, 3, H, W), on the device.

        On the CPU they stay what they are until the next call.

        Raises:
            Exception: whatever reading them raises.
        """
        if self._taken is not None:
            self._free.put((self._taken, None))
            self._taken = None
        found = self._ready.get()
        if isinstance(found, BaseException):
            raise found
        buffer, count = found
        if self._device.type != "cuda":
            self._taken = buffer
            return buffer[:count]
        images = buffer[:count].to(self._device, non_blocking=True)
        copied = torch.cuda.Event()
        copied.record()
        self._free.put((buffer, copied))
        return images

    def close(self) -> None:
        """Stop reading."""
        self._free.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            for rows in self._batches:
                free = self._free.get()
                if free is None:
                    return
                buffer, copied = free
                if copied is not None:
                    copied.synchronize()
                self._split.take(rows, out=buffer[: len(rows)])
                self._ready.put((buffer, len(rows)))
        except BaseException as error:
            self._ready.put(error)


class ReadOn:
    """Reads a split from its beginning to its end: what follows is read while the device works.

    Only where one call goes on where the last one ended: a caller that asks for the same images
    again and again is not read ahead for.
    """

    def __init__(self, split: DecodedSplit) -> None:
        self._split = split
        self._ended = -1
        self._next: tuple[int, int, Future[Tensor]] | None = None
        self._thread: ThreadPoolExecutor | None = None

    def between(self, start: int, stop: int) -> Tensor:
        """Return the images from ``start`` to ``stop``, uint8 (n, 3, H, W), on the CPU."""
        if self._next is not None and self._next[:2] == (start, stop):
            images = self._next[2].result()
        else:
            images = self._split.between(start, stop)
        self._next = None
        goes_on = start == self._ended
        self._ended = stop
        last = min(stop + (stop - start), len(self._split))
        if goes_on and last > stop:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(max_workers=1)
            future = self._thread.submit(self._split.between, stop, last)
            self._next = (stop, last, future)
        return images
