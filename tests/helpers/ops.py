"""Ops through the contract, as the engines use them."""

from __future__ import annotations

import torch
from torch import Tensor

from dlvc_cli import Batch, Draws, Op, as_batch_op
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry


def choose(text: str) -> Choice:
    return registry().choose("ops", text)


def apply(
    text: str,
    images: Tensor,
    ids: Tensor | None = None,
    *,
    seed: int = 0,
    epoch: int = 0,
    position: int = 0,
    targets: Tensor | None = None,
    classes: int = 2,
) -> Batch:
    """Send images through the op that an option string stands for."""
    choice = choose(text)
    ids = torch.arange(len(images), device=images.device) if ids is None else ids
    targets = torch.zeros_like(ids) if targets is None else targets
    built = choice.build()
    function = built.apply if isinstance(built, Op) else built
    op = as_batch_op(function, choice.spec.takes)
    return op(Batch(images, targets, ids, classes), Draws(seed, epoch, position, ids))


def random_images(count: int, height: int = 32, width: int = 32, channels: int = 3) -> Tensor:
    generator = torch.Generator().manual_seed(count)
    return torch.rand(count, channels, height, width, generator=generator)


def whole_levels(count: int, height: int, width: int, channels: int = 3) -> Tensor:
    """Return uint8 images, as files have them: smooth ones, so that neighbours are alike."""
    small = random_images(count, height // 4 + 1, width // 4 + 1, channels)
    smooth = torch.nn.functional.interpolate(small, (height, width), mode="bilinear")
    return (smooth * 255).round().to(torch.uint8)


# A plugin whose random op makes one of four variants of an image, beside one that always runs.
TURN = """
    import torch
    from dlvc_cli import Op, OpSpec, Variants, hookimpl

    def turn():
        def op(images, draws):
            quarters = draws.integers(0, 4)[:, 0]
            turned = torch.stack([images.rot90(k, (2, 3)) for k in range(4)])
            return turned[quarters, torch.arange(len(images))]
        variants = Variants(count=4, draw=lambda draws: draws.integers(0, 4)[:, 0])
        return Op(apply=op, variants=variants)

    def shade():
        return lambda images, draws: images * FACTOR

    FACTOR = 1.0

    @hookimpl
    def dlvc_ops():
        return [
            OpSpec(name="turn", summary="Turn.", factory=turn, random=True),
            OpSpec(name="shade", summary="Shade.", factory=shade),
        ]
"""
