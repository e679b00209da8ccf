"""A trained run put to use: its best network, on images or on a split."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlvc_cli.config.plan import Plan
from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.errors import BadOption, DataError
from dlvc_cli.events import Event, Notice
from dlvc_cli.images.decode import decode
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.data.hold_out import held_out, refuse_no_split
from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.data.read_ahead import ReadOn
from dlvc_cli.training.data.renumbered import under_any_name
from dlvc_cli.training.data.splits import target_of
from dlvc_cli.training.evaluate import Evaluation, evaluate, logits_of
from dlvc_cli.training.network.build import build_network
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.network.saved_weights import restore_weights
from dlvc_cli.training.record import Preprocessing, preprocessing_of
from dlvc_cli.training.runtime import Runtime, open_runtime
from dlvc_cli.training.setup import open_run_dataset, read_run_data

__all__ = ["Inference", "open_inference"]


@dataclass(frozen=True)
class Inference:
    """A run's best network, ready to be called.

    Attributes:
        plan: what the run trained.
        preprocessing: sizes, classes and normalisation of its images.
        tta: over which variants of an image to average (see ``shown_variants``).
    """

    plan: Plan
    preprocessing: Preprocessing
    runtime: Runtime
    network: nn.Module
    pipeline: Pipeline
    tta: tuple[str, ...] = ()

    def probabilities(self, sources: Iterable[Any]) -> Iterator[list[float] | DataError]:
        """Yield each image's softmax probabilities, one a class, or why it cannot be read.

        Args:
            sources: image files, PIL images or arrays, of any size.
        """
        batch: list[tuple[Any, Tensor | DataError]] = []
        for source in sources:
            batch.append((source, self.decoded(source)))
            if len(batch) == self.plan.config.batch_size:
                yield from self._batch(batch)
                batch = []
        yield from self._batch(batch)

    def _logits(self, images: Tensor) -> Tensor:
        return logits_of(self.network, images, self.pipeline, self.runtime, self.tta)

    def decoded(self, source: Any) -> Tensor | DataError:
        """Return an image as the run stores them, uint8 (3, H, W), or why it cannot be read."""
        try:
            shown = self.preprocessing
            pixels = decode(
                source, target_of(shown.stored_size, self.plan.config.fit, shown.reading)
            )
        except DataError as error:
            return error
        return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))

    def _batch(
        self, batch: list[tuple[Any, Tensor | DataError]]
    ) -> Iterator[list[float] | DataError]:
        images = [item for _, item in batch if isinstance(item, Tensor)]
        rows: Iterator[Tensor] = iter(())
        if images:
            rows = iter(self._logits(torch.stack(images)))
        for source, item in batch:
            yield item if isinstance(item, DataError) else _probabilities(next(rows), source)

    def on_split(
        self, split: str | None, new_data: bool = False
    ) -> Generator[Event, None, tuple[str, Evaluation, tuple[str, ...]]]:
        """Evaluate on a split of the data; by default ``test`` where there is one, else ``val``.

        Returns its name, what the network does, and the names of the images.

        Args:
            new_data: the data set has been named anew: it may have some of the classes, and one
                split alone, which then is the default. One without splits is whichever is asked
                for.

        Raises:
            DlvcError: the data is missing, its classes are others, or it has no such split.
        """
        dataset = open_run_dataset(self.plan, self.preprocessing, part=new_data)
        plan = self.plan
        if new_data:
            dataset, plan = self._taken_anew(dataset)
        split = split or _usual_split(dataset, plan)
        if split not in held_out(plan.config):
            refuse_no_split(dataset.splits, split)
        data = yield from read_run_data(plan, dataset, self.preprocessing, (split,))
        recorded = self.preprocessing.fingerprints.get(split)
        if not new_data and recorded not in (None, data.fingerprints[split]):
            text = f"The {split} split has changed since the run was trained."
            yield Notice(text=text, level="warning")
        objective = Objective(self.plan.loss, self.plan.model.spec.aux_weight)
        decoded = data.splits[split].to(self.runtime.device)
        batch_size = self.plan.config.batch_size

        images = ReadOn(decoded) if decoded.streams else decoded

        def logits(start: int, stop: int) -> Tensor:
            return self._logits(images.between(start, stop))

        count = len(self.preprocessing.classes)
        result = evaluate(logits, decoded.targets, count, objective, batch_size, self.runtime)
        return split, result, decoded.names

    def _taken_anew(self, dataset: Dataset) -> tuple[Dataset, Plan]:
        """A data set named anew, and the plan by which it is read.

        Of the run's own data, moved elsewhere, the same share is held out as in training; other
        images are taken whole.
        """
        whole = dataclasses.replace(self.plan.config, val_share=None, test_share=None, fold=None)
        if getattr(dataset, "undivided", False) and not self._is_own(dataset):
            return under_any_name(dataset), dataclasses.replace(self.plan, config=whole)
        if "val" in dataset.splits:
            return dataset, dataclasses.replace(self.plan, config=whole)
        return dataset, self.plan

    def _is_own(self, dataset: Dataset) -> bool:
        """Whether the run was trained on this data set, wherever it is."""
        recorded = self.preprocessing.fingerprints.get("train")
        return dataset.splits["train"].fingerprint() == recorded


def _usual_split(dataset: Dataset, plan: Plan) -> str:
    """The split that is tested where none is named."""
    there = list(dataset.splits)
    held = held_out(plan.config)
    if "test" in there or "test" in held:
        return "test"
    alone = len(there) == 1 and not held
    return there[0] if alone else "val"


def _probabilities(logits: Tensor, source: Any) -> list[float] | DataError:
    """The softmax of an image's logits (classes,), or why there is none."""
    if bool(logits.isfinite().all()):
        probabilities: list[float] = logits.softmax(0).tolist()
        return probabilities
    name = str(source) if isinstance(source, str | Path) else "an image"
    return DataError(f"{name}: the network gives no finite numbers for it, and so no class.")


def open_inference(run: RunDir, plan: Plan, device: str) -> Inference:
    """Load a run's best network.

    Args:
        plan: the run's own, but for the data path.
        device: where to compute; ``auto`` is not where it was trained but the best here.

    Raises:
        RunError: the run is damaged.
        BadOption: it has no weights yet, or there is no such device.
    """
    if why := run.why_no_weights():
        raise BadOption(why)
    record = run.record()
    preprocessing = preprocessing_of(record)
    # The run's own arithmetic where it was asked for and this device may have it.
    precision = "auto" if plan.config.precision == "fp16" else plan.config.precision
    if precision == "auto" and record.get("precision") == "bf16":
        precision = "fast"
    config = dataclasses.replace(plan.config, device=device, precision=precision, threads=None)
    runtime = open_runtime(config)
    network = build_network(plan.model, len(preprocessing.classes), config.dropout, config.seed)
    # In the place of those that it was drawn.
    restore_weights(network, run.best_file, record.get("id"))
    network = network.to(runtime.device)
    network = network.to(memory_format=runtime.memory_format)
    network.eval()
    pipeline = Pipeline(build_ops(plan.ops), preprocessing, config.seed, runtime.device)
    return Inference(plan, preprocessing, runtime, network, pipeline)
