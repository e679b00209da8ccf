"""Ops that mix each image with another one of its batch, and their targets alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dlvc_cli import Batch, Draws
from dlvc_ops.boxes import inside

__all__ = ["CutMix", "MixUp"]


@dataclass(frozen=True)
class MixUp:
    """Blend images and targets (Zhang et al., "mixup: Beyond empirical risk minimization", 2018).

    Each pair has a share of its own, from Beta(alpha, alpha); ``p`` is the probability that an
    image is mixed at all. Targets become probabilities.
    """

    alpha: float = 1.0
    p: float = 1.0

    def __call__(self, batch: Batch, draws: Draws) -> Batch:
        """(N, C, H, W) images and either form of targets -> images and (N, classes)."""
        partners = draws.permutation()
        kept = torch.where(draws.chance(self.p), _kept_shares(self.alpha, batch, draws), 1)
        images, share = batch.images, kept.to(batch.images.dtype)[:, None, None, None]
        mixed = share * images + (1 - share) * images[partners]
        return replace(batch, images=mixed, targets=_mixed_targets(batch, partners, kept))


@dataclass(frozen=True)
class CutMix:
    """Paste a rectangle of another image (Yun et al., "CutMix", ICCV 2019).

    The rectangle has the image's proportions and an area of 1 - share, the share from
    Beta(alpha, alpha); its centre is uniform and what lies outside is cut off. Targets become
    probabilities, by the area that is really covered. ``p``: as for :class:`MixUp`.
    """

    alpha: float = 1.0
    p: float = 1.0

    def __call__(self, batch: Batch, draws: Draws) -> Batch:
        """(N, C, H, W) images and either form of targets -> images and (N, classes)."""
        images, (height, width) = batch.images, batch.images.shape[2:]
        partners = draws.permutation()
        kept = torch.where(draws.chance(self.p), _kept_shares(self.alpha, batch, draws), 1)
        side = (1 - kept).sqrt()
        top, bottom = _cut(draws.integers(0, height)[:, 0], height * side, height)
        left, right = _cut(draws.integers(0, width)[:, 0], width * side, width)
        box = inside(images, top, bottom, left, right)
        covered = ((bottom - top) * (right - left)).to(torch.float32) / (height * width)
        return replace(
            batch,
            images=torch.where(box, images[partners], images),
            targets=_mixed_targets(batch, partners, 1 - covered),
        )


def _kept_shares(alpha: float, batch: Batch, draws: Draws) -> Tensor:
    """Return each image's share of its mixture, float32 (N,)."""
    shares = draws.generator().beta(alpha, alpha, size=len(batch))
    return torch.from_numpy(shares).to(draws.device, torch.float32)


def _cut(centre: Tensor, length: Tensor, limit: int) -> tuple[Tensor, Tensor]:
    """Return the ends of intervals about ``centre``, cut off at 0 and ``limit``."""
    half = (length / 2).long()
    return (centre - half).clamp(0, limit), (centre + half).clamp(0, limit)


def _mixed_targets(batch: Batch, partners: Tensor, kept: Tensor) -> Tensor:
    targets = batch.soft_targets()
    share = kept.to(targets.dtype)[:, None]
    return share * targets + (1 - share) * targets[partners]
