"""Rectangles, one for each image of a batch."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["inside"]


def inside(images: Tensor, top: Tensor, bottom: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Return bool (N, 1, H, W), true in rows [top, bottom) and columns [left, right), each (N,)."""
    rows = torch.arange(images.shape[2], device=images.device)
    columns = torch.arange(images.shape[3], device=images.device)
    in_rows = (rows >= top[:, None]) & (rows < bottom[:, None])
    in_columns = (columns >= left[:, None]) & (columns < right[:, None])
    return (in_rows[:, :, None] & in_columns[:, None, :])[:, None]
