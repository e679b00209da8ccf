"""What a run's best network says of each image of a split, in a file: figures then need no network.

A safetensors file with ``targets`` (N,) and ``probabilities`` (N, classes), whose metadata hold,
under ``dlvc``, the run's id, the epoch, the split, a digest of the images' names in their order,
over what they are averaged, and a digest of all that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from dlvc_cli.errors import RunError, cause_of
from dlvc_cli.events import json_text
from dlvc_cli.files import open_regular, parse_json, replace_file

__all__ = ["Predictions", "digest_of_names", "read_predictions", "write_predictions"]

_KEY = "dlvc"


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a network says of each image of a split, in the order in which the split is read.

    Attributes:
        split: its name.
        epoch: that the network is of, from 1.
        images: a digest of the images' names, in their order.
        targets: class indices int32 (N,).
        probabilities: softmax, float32 (N, classes); a row is NaN where the network gave no finite
            numbers.
        tta: over which variants of an image they are averaged, as ``--tta`` writes it.
    """

    split: str
    epoch: int
    images: str
    targets: NDArray[np.int32]
    probabilities: NDArray[np.float32]
    tta: str = "none"

    @property
    def predicted(self) -> NDArray[np.int64]:
        """The most probable class of each image, int64 (N,); -1 where there is none."""
        finite = np.isfinite(self.probabilities).all(1)
        # Of a row of NaN, argmax would be a class.
        return np.where(finite, self.probabilities.argmax(1), -1)

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Whether each image's prediction is right, (N,)."""
        hits: NDArray[np.bool_] = self.predicted == self.targets
        return hits


def digest_of_names(names: Sequence[str]) -> str:
    """A hash of names in their order."""
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        # A name may hold what is no text (PEP 383), and anything but this.
        digest.update(name.encode(errors="surrogateescape") + b"\0")
    return digest.hexdigest()


def write_predictions(file: Path, predictions: Predictions, run_id: str | None) -> None:
    """Write the file, whole or not at all.

    Args:
        run_id: the id of the run whose network it is.

    Raises:
        RunError: it cannot be written.
    """
    arrays = {"targets": predictions.targets, "probabilities": predictions.probabilities}
    about = {
        "run": run_id,
        "split": predictions.split,
        "epoch": predictions.epoch,
        "images": predictions.images,
        "tta": predictions.tta,
    }
    about["digest"] = _digest(arrays, about)
    data = safetensors.numpy.save(arrays, {_KEY: json_text(about)})
    with replace_file(file) as handle:
        handle.write(data)


def read_predictions(file: Path, run_id: str | None) -> Predictions:
    """Read back what :func:`write_predictions` wrote.

    Raises:
        RunError: it is missing, damaged, or another run's.
    """
    try:
        with open_regular(file) as opened:
            data = opened.read()
    except FileNotFoundError:
        raise RunError(
            f"{file} is missing: the run is older than such files, or has no finite validation."
        ) from None
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror or error}.") from error
    try:
        arrays = safetensors.numpy.load(data)
        length = int.from_bytes(data[:8], "little")
        about = parse_json(parse_json(data[8 : 8 + length])["__metadata__"][_KEY].encode())
        if about["digest"] != _digest(arrays, about):
            raise ValueError("its digest does not agree with what is in it")
        predictions = Predictions(
            about["split"], about["epoch"], about["images"],
            arrays["targets"], arrays["probabilities"],
            # Files of before --tta don't say.
            about.get("tta", "none"),
        )  # fmt: skip
    # A damaged header leads to whatever its bytes say.
    except Exception as error:
        raise RunError(f"{file} is damaged: {cause_of(error)}") from error
    if about["run"] != run_id:
        raise RunError(
            f"{file} is of another run than this. Put the run's own there, or remove it."
        )
    return predictions


def _digest(arrays: dict[str, Any], about: dict[str, Any]) -> str:
    said = {key: about[key] for key in sorted(about) if key != "digest"}
    digest = hashlib.blake2b(json_text(said).encode(), digest_size=16)
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()
