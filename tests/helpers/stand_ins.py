"""What stands in for a data set's files: a few bytes for an image, a few rows for a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

ROWS = 20
"""Images of a batch that is made here."""


def fill(root: Path, *names: str) -> Path:
    """Make files of a few bytes that differ from file to file."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"content of {name}".encode())
    return root


def batch_content(seed: int) -> dict[bytes, Any]:
    """What a pickled batch of CIFAR-10 holds: labels, and ``ROWS`` images of noise, (N, 3072)."""
    rng = np.random.default_rng(seed)
    labels = np.arange(ROWS) % 10
    rng.shuffle(labels)
    data = rng.integers(0, 256, (ROWS, 3072), dtype=np.uint8)
    return {b"batch_label": b"one", b"labels": labels.tolist(), b"data": data}
