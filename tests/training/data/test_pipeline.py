"""Batches of a run: in any number of processes, the same images, draws and targets, to the bit."""

from __future__ import annotations

import hashlib

import pytest
import torch
from torch import nn

from dlvc_cli.registry.registry import registry
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.data.decoded import DecodedSplit
from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.record import Preprocessing
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.seeds import Seeds
from dlvc_cli.training.state import batch_bounds

IMAGES, BATCH, STEPS = 45, 7, 6
PLAIN = Preprocessing(
    classes=("a", "b", "c"), stored_size=(8, 8), input_size=(8, 8), mean=(0.1, 0.2, 0.3),
    std=(1, 2, 3), fingerprints={}, skipped={}, reading=2,
)  # fmt: skip


class Dropped(nn.Module):
    """A network that shows what it was given, with dropout."""

    def forward(self, images):
        return nn.functional.dropout(images, 0.25)


def hashes(world: int, aug: tuple[str, ...]) -> list[str]:
    """Of each step of two epochs: a hash of what all processes together see, draw and learn."""
    pixels = torch.randint(
        0, 256, (IMAGES, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )
    targets = torch.arange(IMAGES) % 3
    places = torch.arange(IMAGES)
    data = DecodedSplit(pixels, targets, tuple(map(str, range(IMAGES))), "train", places)
    ops = build_ops([registry().choose("ops", name) for name in aug])
    network, seeds = Dropped(), Seeds(4)
    found = []
    for epoch in range(2):
        order = torch.randperm(IMAGES, generator=torch.Generator().manual_seed(seeds.order(epoch)))
        for step, (start, stop) in enumerate(batch_bounds(IMAGES, BATCH)[:STEPS]):
            parts = []
            for rank in range(world):
                runtime = Runtime(torch.device("cpu"), "fp32", 1, rank, world)
                pipeline = Pipeline(ops, PLAIN, 4, runtime.device)
                forward = Forward(Learning(network), pipeline, runtime, data, {"val": data})
                torch.manual_seed(seeds.step(epoch, step, runtime.stream))
                first, last = runtime.shard(0, stop - start)
                if first < last:
                    part = slice(first, last)
                    parts.append(forward.training(order[start:stop], epoch, part))
            tensors = [torch.cat(pieces).contiguous() for pieces in zip(*parts, strict=True)]
            digest = hashlib.sha256()
            for tensor in tensors:
                digest.update(tensor.numpy().tobytes())
            found.append(digest.hexdigest())
    return found


@pytest.mark.parametrize(
    "aug",
    [
        (), ("flip", "crop"), ("cutmix",), ("flip", "mixup", "crop"),
        ("mixup", "flip", "cutmix", "erase"),
    ],
)  # fmt: skip
def test_batches_and_draws_are_the_same_in_one_to_eight_processes(aug):
    wanted = hashes(1, aug)
    assert len({*wanted}) == 2 * STEPS, "each step has its own"
    for world in (2, 3, 4, 8):
        assert hashes(world, aug) == wanted


def test_only_ops_that_mix_see_whole_batches():
    def mixes(*names: str) -> bool:
        ops = build_ops([registry().choose("ops", name) for name in names])
        return Pipeline(ops, PLAIN, 0, torch.device("cpu")).mixes

    assert not mixes() and not mixes("flip", "crop") and mixes("flip", "cutmix")
