"""From rows of a split to what the network makes of them, in training and in validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from torch import Tensor

from dlvc_cli.contract.batch import Batch
from dlvc_cli.events import Notice
from dlvc_cli.training.data.decoded import DecodedSplit
from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.data.read_ahead import ReadAhead, ReadOn
from dlvc_cli.training.evaluate import logits_of
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.runtime import Runtime

__all__ = ["ALL", "Forward", "Outputs"]

Outputs = Tensor | tuple[Tensor, ...]

ALL = slice(None)
"""All rows of a batch."""


@dataclass
class Forward:
    """Runs images through the ops and the network.

    Attributes:
        learning: the network, and what of it learns.
        data: the training split.
        held: splits that are evaluated on: ``val``, and ``test`` where the run ends with a test.
    """

    learning: Learning
    pipeline: Pipeline
    runtime: Runtime
    data: DecodedSplit
    held: Mapping[str, DecodedSplit]
    _ahead: ReadAhead | None = field(default=None, init=False, repr=False)

    @cached_property
    def _on(self) -> Mapping[str, DecodedSplit | ReadOn]:
        return {
            name: ReadOn(split) if split.streams else split for name, split in self.held.items()
        }

    @property
    def validation(self) -> DecodedSplit:
        """The validation split."""
        return self.held["val"]

    def training(self, ids: Tensor, epoch: int, part: slice = ALL) -> tuple[Outputs, Tensor]:
        """Return what the network gives for a training batch, and the batch's targets.

        Args:
            ids: rows of the training split, int64 (N,), where its images are.
            epoch: counts from 0.
            part: of the batch, that is asked for.
        """
        batch = self.batch(ids, epoch, part)
        with self.runtime.drawing(len(ids), part):
            outputs = self.runtime.call(self.learning.outputs, batch.images)
        return outputs, batch.targets

    @contextmanager
    def reading(self, batches: Sequence[Tensor]) -> Iterator[None]:
        """Have the batches of an epoch read ahead where images are not in memory.

        Args:
            batches: what :meth:`training` will be asked for inside the block, in order, whole; of
                each, this process's part is read.
        """
        if not self.data.streams:
            yield
            return
        rows = [self._rows(ids, self.runtime.part(len(ids)))[0] for ids in batches]
        self._ahead = ReadAhead(self.data, rows, self.runtime.device)
        try:
            yield
        finally:
            self._ahead.close()
            self._ahead = None

    def _rows(self, ids: Tensor, part: slice) -> tuple[Tensor, slice]:
        """The rows of a batch whose images are needed, and the part of them that is asked for.

        Ops that mix images see whole batches.
        """
        return (ids, part) if self.pipeline.mixes else (ids[part], ALL)

    def batch(self, ids: Tensor, epoch: int, part: slice = ALL) -> Batch:
        """Return a part of a training batch after the ops, on the device."""
        ids, part = self._rows(ids, part)
        images = self.data.take(ids) if self._ahead is None else self._ahead.take()
        images = images.to(self.runtime.device, non_blocking=True)
        ids = ids.to(self.runtime.device)
        targets = self.data.targets.index_select(0, ids)
        return self.pipeline.training(images, targets, ids, epoch, part)

    def open(self) -> Iterator[Notice]:
        """Get ready, now that the network's weights are in place."""
        return iter(())

    def keep(self) -> Iterator[Notice]:
        """Keep what a later run could use."""
        return iter(())

    def share(self) -> None:
        """Take what the other processes of the run have kept."""

    def logits(
        self, start: int, stop: int, split: str = "val", tta: tuple[str, ...] = ()
    ) -> Tensor:
        """Return float32 logits (N, classes) of these rows of a split that is held.

        Args:
            tta: over which variants of an image to average (see ``shown_variants``).
        """
        images = self._on[split].between(start, stop)
        return logits_of(self.learning.network, images, self.pipeline, self.runtime, tta)
