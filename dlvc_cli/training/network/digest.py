"""A hash of tensors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import torch
from torch import Tensor

__all__ = ["digest_of"]


def digest_of(tensors: Iterable[tuple[str, Tensor]], text: str = "") -> str:
    """A hash of tensors with their names, types and shapes, in the order of their names.

    Args:
        text: what else to hash, before them.
    """
    digest = hashlib.blake2b(text.encode(), digest_size=16)
    for name, tensor in sorted(tensors, key=lambda item: item[0]):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        # As bytes, whatever the type: NumPy has no bfloat16.
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().data)
    return digest.hexdigest()
