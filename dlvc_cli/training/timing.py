"""What an epoch of a run takes on this machine: a few steps and evaluations of noise, measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dlvc_cli.config.plan import Plan
from dlvc_cli.training.amounts import Amounts
from dlvc_cli.training.averaged import variants_shown
from dlvc_cli.training.data.applied_op import AppliedOp, build_ops
from dlvc_cli.training.data.decoded import DecodedSplit
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.dry_run import try_ops
from dlvc_cli.training.features.obstacle import obstacle_to_cache
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.loop import RUNNING_BATCH
from dlvc_cli.training.network.build import build_network
from dlvc_cli.training.network.freezing import Learning, what_learns
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.network.optimizer import build_optimizer
from dlvc_cli.training.runtime import Runtime, open_runtime
from dlvc_cli.training.setup import open_forward, settle_preprocessing
from dlvc_cli.training.weight_average import average_of

__all__ = ["PerImage", "Timing", "time_epoch", "timing_of"]

# So many images of a split are made up at most.
_MOST_IMAGES = 256
# First a batch of so few is tried, then one of so many times as many, and so on, where it should
# take less than so many seconds.
_FEW, _GROWTH, _LONGEST = 4, 4, 1.5
_TRIES = 3


@dataclass(frozen=True)
class PerImage:
    """Seconds for an image, as a part of a batch.

    Attributes:
        step: of a training step; where features are kept, of the head alone.
        evaluation: of evaluating it, likewise.
        features: of computing the features that are kept; 0 where none are.
    """

    step: float
    evaluation: float
    features: float = 0.0


@dataclass(frozen=True)
class Timing:
    """Seconds of an epoch, and of computing frozen features once for all images.

    Attributes:
        epoch: without the features.
        features: of all training images, in one variant of each.
        held_features: of all that are evaluated on.
        variants: of a training image.
    """

    epoch: float
    features: float = 0.0
    held_features: float = 0.0
    variants: int = 1


def timing_of(each: PerImage, images: tuple[int, int], running: int, variants: int = 1) -> Timing:
    """Return what an epoch takes, by what an image does.

    Args:
        images: of the training and of the validation split.
        running: images that are evaluated beside these.
        variants: of a training image.
    """
    train, val = images
    return Timing(
        epoch=train * each.step + (val + running) * each.evaluation,
        features=train * each.features,
        held_features=val * each.features,
        variants=variants,
    )


def time_epoch(plan: Plan, amounts: Amounts, seconds: float) -> Timing:
    """Measure what an epoch takes; weights are random, which changes nothing.

    Args:
        seconds: to spend, beside building the network and going once through a few images.

    Raises:
        DlvcError: the run couldn't be trained.
    """
    config = plan.config
    ops = build_ops(plan.ops)
    obstacle = obstacle_to_cache(config, ops)
    runtime = open_runtime(config)
    network = build_network(plan.model, len(amounts.classes), config.dropout, config.seed)
    learning = what_learns(config, plan.model, network)
    forward = _on_noise(plan, amounts, ops, learning, runtime)
    work = _Work(plan, forward, obstacle is None)
    step = _seconds_an_image(work.step, len(forward.data), runtime, seconds * 0.5)
    shown = variants_shown(config.tta_words)
    evaluation, features = step * shown, 0.0
    # Of a frozen network, a step is hardly more than an evaluation.
    if obstacle is None or not learning.frozen:
        evaluation = _seconds_an_image(
            work.evaluate, len(forward.validation), runtime, seconds * 0.2
        )
    if obstacle is None:
        features = _seconds_an_image(work.features, len(forward.data), runtime, seconds * 0.3)
    train, val = amounts.images["train"], amounts.images["val"]
    steps = -(-train // config.batch_size)
    running = steps * min(RUNNING_BATCH, val) if config.running_accuracy else 0
    variants = forward.pipeline.variant_count if obstacle is None else 1
    timing = timing_of(PerImage(step, evaluation, features), (train, val), running, variants)
    return replace(timing, held_features=timing.held_features * shown)


def _on_noise(
    plan: Plan,
    amounts: Amounts,
    ops: tuple[AppliedOp, ...],
    learning: Learning,
    runtime: Runtime,
) -> Forward:
    """The way of made-up images of the right size through ops and network."""
    generator = torch.Generator().manual_seed(0)
    classes = len(amounts.classes)

    def noise(name: str) -> DecodedSplit:
        count = max(1, min(amounts.images[name], plan.config.batch_size, _MOST_IMAGES))
        shape = (count, 3, *amounts.size)
        images = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
        places = torch.arange(count)
        return DecodedSplit(images, places % classes, (name,) * count, name, places)

    splits = {name: noise(name) for name in ("train", "val")}
    data = ReadyData(splits, amounts.size, dict.fromkeys(splits, ""), {})
    shown = try_ops(ops, amounts.size, classes)
    preprocessing = settle_preprocessing(plan, ops, data, amounts.classes, shown)
    return open_forward(plan, runtime, ops, "only a few are made", learning, data, preprocessing)


class _Work:
    """What a run does with images, the first so many of a split.

    Args:
        kept: whether the features of images are, so that an epoch runs the head alone.
    """

    def __init__(self, plan: Plan, forward: Forward, kept: bool) -> None:
        self._forward = forward
        self._learning, self._runtime = forward.learning, forward.runtime
        self._objective = Objective(plan.loss, plan.model.spec.aux_weight)
        self._optimizer = build_optimizer(plan, self._learning)
        self._tta = plan.config.tta_words
        self._average = average_of(self._learning.network, plan.config.ema)
        self._known = self._made_features() if kept else None

    def step(self, count: int) -> None:
        """Train on a batch."""
        self._learning.train_mode()
        self._optimizer.zero_grad(set_to_none=True)
        if self._known is None:
            outputs, targets = self._forward.training(self._ids(count), 0)
        else:
            outputs = self._runtime.call(self._learning.head, self._known[:count])
            targets = self._forward.data.targets[:count]
        self._objective(outputs, targets, torch.mean).backward()
        self._optimizer.step()
        if self._average is not None:
            self._average.update()

    @torch.inference_mode()
    def evaluate(self, count: int) -> None:
        """Evaluate images."""
        self._learning.eval_mode()
        if self._known is None:
            self._forward.logits(0, count, tta=self._tta)
        else:
            self._runtime.call(self._learning.head, self._known[:count])

    def features(self, count: int) -> Tensor:
        """Compute the features of images, as training does."""
        self._learning.train_mode()
        images = self._forward.batch(self._ids(count), 0).images
        computed: Tensor = self._runtime.call(self._learning.features, images)
        return computed

    def _made_features(self) -> Tensor:
        """Features for as many images as there are: those of a few, repeated."""
        count = len(self._forward.data)
        few = self.features(min(count, _FEW))
        return torch.cat([few] * -(-count // len(few)))[:count]

    def _ids(self, count: int) -> Tensor:
        return torch.arange(count, device=self._forward.data.device)


def _seconds_an_image(
    work: Callable[[int], object], batch: int, runtime: Runtime, seconds: float
) -> float:
    """Measure what an image takes in a batch.

    Args:
        work: is done with that many images.
        batch: images of a batch.
        seconds: to spend, about.
    """

    def timed(count: int) -> float:
        begun = time.perf_counter()
        work(count)
        if runtime.device.type == "cuda":
            torch.cuda.synchronize(runtime.device)
        return time.perf_counter() - begun

    # The first time, libraries tune themselves.
    count = min(batch, _FEW)
    spent = timed(count)
    times = [timed(count)]
    most = max(_LONGEST, seconds)
    # Of a few images, most of the time may be that of calls and threads, which more images don't
    # add to: batches grow as long as the next isn't going to take too long.
    each = 0.0
    while count < batch:
        spent += times[-1]
        larger = min(batch, _GROWTH * count)
        if times[-1] + each * (larger - count) > most:
            break
        before = times[-1]
        times = [timed(larger)]
        each = max(0.0, times[0] - before) / (larger - count)
        count = larger
    # Another process may have had the machine.
    while len(times) < _TRIES and spent + sum(times) + min(times) < most:
        times.append(timed(count))
    return min(times) / count
