"""Speed of the ops that draw for each image, in images a second, beside torchvision's."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms import v2

from dlvc_cli import Draws, Op
from dlvc_cli.registry.registry import registry

BATCH = 128
SECONDS = 0.5


def measure(rounds: int, device: str, side: int) -> dict[str, dict[str, list[float]]]:
    """Measure each op on batches of images of ``side`` pixels, in its three ways once a turn."""
    theirs: dict[str, v2.Transform] = {
        "trivialaugment": v2.TrivialAugmentWide(),
        "randaugment": v2.RandAugment(),
        "random_resized_crop": v2.RandomResizedCrop(side),
    }
    levels = torch.randint(0, 256, (BATCH, 3, side, side), dtype=torch.uint8, device=device)
    figures: dict[str, dict[str, list[float]]] = {}
    for name, transform in theirs.items():
        ways = _ways(name, transform, levels)
        figures[name] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, call in ways.items():
                figures[name][way].append(_speed(call, device))
    return figures


def _ways(name: str, transform: v2.Transform, levels: Tensor) -> dict[str, Callable[[], Tensor]]:
    built = registry().choose("ops", name).build()
    op = built.apply if isinstance(built, Op) else built
    ids, images = torch.arange(BATCH, device=levels.device), levels / 255
    return {
        "torchvision, image by image": lambda: torch.stack([transform(one) for one in levels]),
        "torchvision, one draw for a batch": lambda: transform(levels),
        "dlvc": lambda: op(images, Draws(0, 0, 0, ids)),
    }


def _speed(call: Callable[[], Tensor], device: str) -> float:
    """Images a second, over at least ``SECONDS``."""
    call()
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        call()
        count += BATCH
        if device.startswith("cuda"):
            torch.cuda.synchronize()
    return count / (time.perf_counter() - started)
