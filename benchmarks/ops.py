"""Speed of the built-in ops, in images a second, beside torchvision's and kornia's counterparts."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torchvision.transforms import v2

from dlvc_cli import Batch, Draws, Op, as_batch_op
from dlvc_cli.registry.registry import registry

BATCH = 128
SECONDS = 0.5
BASE = "dlvc"

Way = Callable[[Tensor, Tensor], Any]


def measure(rounds: int, device: str, side: int) -> dict[str, dict[str, list[float]]]:
    """Measure each op on batches of images of ``side`` pixels, in each way once a turn.

    torchvision's draw for one image; a batch at once is faster, and has one draw for all of it.
    Mixing ops are for batches everywhere. kornia's, where it is installed, draw for each image.
    """
    levels = torch.randint(0, 256, (BATCH, 3, side, side), dtype=torch.uint8, device=device)
    images, targets = levels / 255, torch.arange(BATCH, device=device) % 2
    figures: dict[str, dict[str, list[float]]] = {}
    for text, (theirs, mixes) in _torchvision(side).items():
        ways: dict[str, Way] = {"dlvc": _ours(text)}
        if mixes:
            ways["torchvision, one draw for a batch"] = theirs
        else:
            ways["torchvision, image by image"] = _one_by_one(theirs)
            ways["torchvision, one draw for a batch"] = _of_images(theirs)
        if text in (of_kornia := _kornia(side)):
            ways["kornia"] = of_kornia[text]
        given = levels if _on_bytes(text) else images
        inputs = dict.fromkeys(ways, given) | {"dlvc": images, "kornia": images}
        figures[text] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, call in ways.items():
                figures[text][way].append(_speed(call, inputs[way], targets, device))
    return figures


def _ours(text: str) -> Way:
    choice = registry().choose("ops", text)
    built = choice.build()
    op = as_batch_op(built.apply if isinstance(built, Op) else built, choice.spec.takes)

    def call(images: Tensor, targets: Tensor) -> Any:
        ids = torch.arange(len(images), device=images.device)
        return op(Batch(images, targets, ids, 2), Draws(0, 0, 0, ids))

    return call


def _torchvision(side: int) -> dict[str, tuple[Any, bool]]:
    """Its counterparts by our text, and whether they mix images."""
    return {
        "flip": (v2.RandomHorizontalFlip(), False),
        "crop": (v2.RandomCrop(side, padding=4), False),
        "rotate:15": (v2.RandomRotation(15), False),
        "scale:0.9:1.1": (v2.RandomAffine(0, scale=(0.9, 1.1)), False),
        "random_resized_crop": (v2.RandomResizedCrop(side), False),
        f"resize:{side // 2}": (v2.Resize((side // 2, side // 2)), False),
        "normalize:0.5:0.25": (v2.Normalize([0.5] * 3, [0.25] * 3), False),
        "color:0.2:0.2:0.2:0.05": (v2.ColorJitter(0.2, 0.2, 0.2, 0.05), False),
        "erase": (v2.RandomErasing(0.5, (0.02, 0.4), (0.3, 1 / 0.3)), False),
        "trivialaugment": (v2.TrivialAugmentWide(), False),
        "randaugment": (v2.RandAugment(), False),
        "mixup": (v2.MixUp(num_classes=2), True),
        "cutmix": (v2.CutMix(num_classes=2), True),
    }


def _kornia(side: int) -> dict[str, Way]:
    if importlib.util.find_spec("kornia") is None:
        return {}
    import kornia.augmentation as K
    from kornia.augmentation import auto

    half = (side // 2, side // 2)
    of_images = {
        "flip": K.RandomHorizontalFlip(p=0.5),
        "crop": K.RandomCrop((side, side), padding=4),
        "rotate:15": K.RandomRotation(15.0, p=1.0),
        "scale:0.9:1.1": K.RandomAffine(0.0, scale=(0.9, 1.1), p=1.0),
        "random_resized_crop": K.RandomResizedCrop((side, side)),
        f"resize:{side // 2}": K.Resize(half, antialias=True),
        "normalize:0.5:0.25": K.Normalize(torch.full((3,), 0.5), torch.full((3,), 0.25)),
        "color:0.2:0.2:0.2:0.05": K.ColorJiggle(0.2, 0.2, 0.2, 0.05, p=1.0),
        "erase": K.RandomErasing((0.02, 0.4), (0.3, 1 / 0.3), p=0.5),
        "trivialaugment": auto.TrivialAugment(),
        "randaugment": auto.RandAugment(2, 9),
    }
    ways = {text: _of_images(transform) for text, transform in of_images.items()}
    return ways | {"mixup": K.RandomMixUpV2(p=1.0), "cutmix": K.RandomCutMixV2(p=1.0)}


def _on_bytes(text: str) -> bool:
    """Whether torchvision's is meant for bytes, or faster on them."""
    return text in ("trivialaugment", "randaugment", "random_resized_crop")


def _of_images(transform: Any) -> Way:
    return lambda images, targets: transform(images)


def _one_by_one(transform: Any) -> Way:
    return lambda images, targets: torch.stack([transform(one) for one in images])


def _speed(call: Way, images: Tensor, targets: Tensor, device: str) -> float:
    """Images a second, over at least ``SECONDS``."""
    call(images, targets)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        call(images, targets)
        count += BATCH
        if device.startswith("cuda"):
            torch.cuda.synchronize()
    return count / (time.perf_counter() - started)
