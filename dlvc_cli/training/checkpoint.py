"""All that a resume needs, in a file with a checksum, and the one before it.

The file is a line of text, ``dlvc-checkpoint 1 DIGEST``, followed by what ``torch.save`` writes of
plain containers and tensors. It is read with ``weights_only=True``, so that loading never runs
code from the file, and only after the BLAKE2 digest of the rest has been found to agree. Each is
read back once before it takes the place of the one before.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import torch

from dlvc_cli.errors import RunError, cause_of
from dlvc_cli.files import open_regular, replace_file
from dlvc_cli.runs.directory import RunDir

__all__ = ["load_checkpoint", "save_checkpoint"]

_MAGIC = b"dlvc-checkpoint 1 "
# Bytes that are compared at a time.
_PIECE = 1 << 20
# What each has held since the first version; the run's id and its metrics came later.
_PARTS = {"network", "optimizer", "scaler", "state"}


def save_checkpoint(run: RunDir, state: dict[str, Any]) -> None:
    """Write ``state`` as the run's last checkpoint; the last so far becomes the one before.

    Raises:
        RunError: it cannot be written, or is not on disk what it was in memory.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    # What it is made of, without the tensors' values: these need no reading.
    torch.load(buffer, map_location="meta", weights_only=True)
    payload = buffer.getbuffer()
    header = _header(payload)
    with replace_file(run.last_file) as handle:
        handle.write(header)
        handle.write(payload)
        handle.flush()
        _read_back(Path(handle.name), run.last_file, header, payload)
        # Moved just before the rename: at every moment one of the two names is a whole checkpoint.
        _keep_previous(run)


def _header(payload: bytes | memoryview) -> bytes:
    digest = hashlib.blake2b(payload, digest_size=32).hexdigest().encode()
    return _MAGIC + digest + b"\n"


def _read_back(written: Path, target: Path, header: bytes, payload: memoryview) -> None:
    """Compare what is on disk with what is in memory, a piece at a time."""
    with open_regular(written) as file:
        same = file.read(len(header)) == header
        place = 0
        while same and (piece := file.read(_PIECE)):
            same = payload[place : place + len(piece)] == piece
            place += len(piece)
    if not same or place != len(payload):
        raise RunError(
            f"{target} could not be read back as it was written: is the disk sound? What was saved "
            "before it is still there."
        )


def _keep_previous(run: RunDir) -> None:
    if run.last_file.exists():
        run.last_file.replace(run.previous_file)


def load_checkpoint(run: RunDir) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the run's newest sound checkpoint, and what is wrong with those passed over.

    Returns:
        None and nothing wrong where there is none: the run was cut off before its first.

    Raises:
        RunError: the run's record is damaged.
    """
    # Runs of before they had ids have None, and so have their checkpoints.
    run_id = run.record().get("id")
    problems: list[str] = []
    for file in (run.last_file, run.previous_file):
        try:
            state = _read(file)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(f"{file.name} cannot be read ({error.strerror}) and was passed over.")
            continue
        except Exception as error:
            problems.append(f"{file.name} is damaged ({cause_of(error)}) and was passed over.")
            continue
        if state.get("run") == run_id:
            return state, problems
        problems.append(f"{file.name} is that of another run and was passed over.")
    return None, problems


def _read(file: Path) -> dict[str, Any]:
    with open_regular(file) as handle:
        header = handle.readline(256)
        payload = handle.read()
    if header != _header(payload):
        raise ValueError("its checksum does not agree")
    state: dict[str, Any] = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
    if not isinstance(state, dict) or not state.keys() >= _PARTS:
        raise ValueError("it holds something else")
    return state
