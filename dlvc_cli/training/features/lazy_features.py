"""Features of a frozen network's images, each computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dlvc_cli.errors import DataError
from dlvc_cli.training.data.decoded import allocate
from dlvc_cli.training.features.store import FeatureStore

__all__ = ["FeatureTable"]

# Bytes of features in a file: while one is written, memory holds it three times.
_FILE_SIZE = 128 << 20


class FeatureTable:
    """The features of the images of one source, of every variant of them.

    They are numbered by *place*: that of a variant of an image is ``variant * images + row``.

    Args:
        images: how many the source has.
        variants: how many variants each has.
        device: where features are wanted.
    """

    # A table must outlive the context that it was made or first asked in.
    @torch.inference_mode(False)
    def __init__(self, images: int, variants: int, device: torch.device) -> None:
        self._images = images
        self._device = device
        self._values: Tensor | None = None
        self._known = torch.zeros(images * variants, dtype=torch.bool)
        self._saved = torch.zeros_like(self._known)
        self._missing = len(self._known)

    def lookup(self, places: Tensor, compute: Callable[[Tensor], Tensor]) -> Tensor:
        """Return the features at places, (N, ...), on the device.

        Args:
            places: int64 (N,), each at most once.
            compute: gives the features of some of them, by their positions among ``places``.
        """
        if self._missing:
            here = places.cpu()
            unknown = (~self._known[here]).nonzero()[:, 0]
            if len(unknown):
                self._put(here[unknown], compute(unknown.to(places.device)))
        assert self._values is not None, "some place has been filled before"
        return self._values.index_select(0, places.to(self._values.device)).to(self._device)

    def sample(self, rows: Tensor, most: int) -> tuple[Tensor, Tensor | None]:
        """Some positions among rows (N,) whose features in variant 0 are known, and these features.

        Returns:
            Positions int64 (n,) and features (n, ...), on the device; None where none is known.
        """
        here = rows.cpu()
        positions = self._known[here].nonzero()[:most, 0]
        kept = None
        if self._values is not None:
            places = here[positions].to(self._values.device)
            kept = self._values.index_select(0, places).to(self._device)
        return positions.to(self._device), kept

    def known(self, places: Tensor) -> int:
        """How many of the features at places (N,) are known."""
        return int(self._known[places.cpu()].sum())

    def restore(self, stored: Sequence[FeatureStore]) -> None:
        """Read what is on disk, an entry a variant."""
        for variant, store in enumerate(stored):
            for rows, values in store.load():
                fits = self._values is None or values.shape[1:] == self._values.shape[1:]
                if fits and self._has(rows):
                    self._put(rows + variant * self._images, values)
                    self._saved[rows + variant * self._images] = True

    @property
    def size(self) -> int:
        """Bytes of all features together; 0 as long as none is known."""
        return 0 if self._values is None else self._values.nbytes

    @property
    def unsaved(self) -> bool:
        """Whether features have been computed that are not on disk yet."""
        return bool((self._known & ~self._saved).any())

    def save(self, stored: Sequence[FeatureStore]) -> None:
        """Write what is not on disk yet.

        Raises:
            RunError: it cannot be written.
        """
        if self._values is None:
            return
        at_once = max(1, _FILE_SIZE * len(self._values) // max(1, self._values.nbytes))
        for variant, store in enumerate(stored):
            saved = self._of_variant(self._saved, variant)
            # Another run of the same network may have been here.
            for rows in store.rows():
                if self._has(rows):
                    saved[rows] = True
            fresh = (self._of_variant(self._known, variant) & ~saved).nonzero()[:, 0]
            for rows in fresh.split(at_once):
                places = rows + variant * self._images
                values = self._values.index_select(0, places.to(self._values.device))
                store.append(rows, values.cpu())
                saved[rows] = True

    def forget(self) -> None:
        """Take nothing for known any more."""
        self._known.fill_(False)
        self._saved.fill_(False)
        self._missing = len(self._known)
        self._values = None

    def _has(self, rows: Tensor) -> bool:
        return bool(((rows >= 0) & (rows < self._images)).all())

    def _of_variant(self, flags: Tensor, variant: int) -> Tensor:
        return flags[variant * self._images : (variant + 1) * self._images]

    @torch.inference_mode(False)
    def _put(self, places: Tensor, values: Tensor) -> None:
        if self._values is None:
            self._values = _empty((len(self._known), *values.shape[1:]), values.dtype, self._device)
        self._values[places.to(self._values.device)] = values.to(self._values.device)
        self._known[places] = True
        self._missing = len(self._known) - int(self._known.sum())


def _empty(shape: tuple[int, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """Room for features: on a GPU with plenty of it, else in memory or in a temporary file."""
    size = torch.Size(shape).numel() * dtype.itemsize
    if device.type == "cuda" and size < torch.cuda.mem_get_info(device)[0] // 4:
        return torch.empty(shape, dtype=dtype, device=device)
    try:
        return torch.from_numpy(allocate((size,), "The features")).view(dtype).view(shape)
    except DataError as error:
        raise DataError(f"{error} Or do without: --no-feature-cache.") from error
