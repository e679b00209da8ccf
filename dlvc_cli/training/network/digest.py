"""A hash of tensors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

__all__ = ["digest_of", "digest_of_parts"]

# Bytes of rows that are put together at a time.
_CHUNK = 16 << 20


def digest_of(tensors: Iterable[tuple[str, Tensor]], text: str = "") -> str:
    """A hash of tensors with their names, types and shapes, in the order of their names.

    Args:
        text: what else to hash, before them.
    """
    digest = hashlib.blake2b(text.encode(), digest_size=16)
    for name, tensor in sorted(tensors, key=lambda item: item[0]):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(_bytes_of(tensor))
    return digest.hexdigest()


def digest_of_parts(name: str, parts: Sequence[tuple[Tensor, Callable[[Tensor], Tensor]]]) -> str:
    """Return what :func:`digest_of` gives of one tensor whose rows lie in several parts.

    Args:
        name: of the tensor.
        parts: (places int64 (n,) in that tensor, what gives rows (m, ...) of the part by their
            numbers (m,) on the CPU) each; together they have each place once.
    """
    count = sum(len(places) for places, _ in parts)
    example = parts[0][1](torch.zeros(1, dtype=torch.int64))
    part_of, row_of = torch.empty(2, count, dtype=torch.int64)
    for number, (places, _) in enumerate(parts):
        part_of[places.cpu()] = number
        row_of[places.cpu()] = torch.arange(len(places))
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{name} {example.dtype} {(count, *example.shape[1:])}\n".encode())
    at_once = max(1, _CHUNK // max(1, example[:1].nbytes))
    for number, row in zip(part_of.split(at_once), row_of.split(at_once), strict=True):
        chunk = torch.empty((len(row), *example.shape[1:]), dtype=example.dtype)
        for own, (_, take) in enumerate(parts):
            mine = number == own
            chunk[mine] = take(row[mine]).cpu()
        digest.update(_bytes_of(chunk))
    return digest.hexdigest()


def _bytes_of(tensor: Tensor) -> memoryview:
    # Whatever the type: NumPy has no bfloat16.
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().data
