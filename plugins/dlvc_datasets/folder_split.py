"""One split of a folder of images."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from dlvc_cli import file_digests

__all__ = ["WHOLE_UP_TO", "FolderSplit"]

WHOLE_UP_TO = 2_000_000_000
"""Bytes of a split up to which its fingerprint covers what the files hold."""


class FolderSplit:
    """Image files with labels.

    Args:
        classes: class names.
        paths: the files, (N,).
        labels: class indices, (N,).
        names: of the files within the split, (N,).
    """

    def __init__(
        self,
        classes: Sequence[str],
        paths: Sequence[str],
        labels: Sequence[int],
        names: Sequence[str],
    ) -> None:
        self._classes = classes
        self._paths = paths
        self.labels = labels
        self.names = names

    def sample(self, index: int) -> Path:
        """Return the path of an image file."""
        return Path(self._paths[index])

    def fingerprint(self) -> str:
        """Return a SHA-256 that is the same wherever the folder lies.

        It covers classes, names and the files' bytes (``sha256:``), or above 2 GB their sizes
        instead (``names-sha256:``). Of files that are as they were, the bytes are not read again.
        """
        sizes = [_size(path) for path in self._paths]
        whole = sum(size or 0 for size in sizes) <= WHOLE_UP_TO
        digest = hashlib.sha256("\0".join(self._classes).encode())
        contents = file_digests(self._paths) if whole else list(map(str, sizes))
        for name, content in zip(self.names, contents, strict=True):
            digest.update(f"\n{name}\0{content}".encode())
        return f"{'' if whole else 'names-'}sha256:{digest.hexdigest()}"


def _size(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None
