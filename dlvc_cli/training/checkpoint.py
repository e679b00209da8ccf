"""All that a resume needs, in a file with a checksum, and the one before it.

The file is a line of text, ``dlvc-checkpoint 1 DIGEST``, followed by what ``torch.save`` writes of
plain containers and tensors. It is read with ``weights_only=True``, so that loading never runs
code from the file, and only after the BLAKE2 digest of the rest has been found to agree.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import torch

from dlvc_cli.errors import cause_of
from dlvc_cli.files import replace_file
from dlvc_cli.runs.directory import RunDir

__all__ = ["load_checkpoint", "save_checkpoint"]

_MAGIC = b"dlvc-checkpoint 1 "


def save_checkpoint(run: RunDir, state: dict[str, Any]) -> None:
    """Write ``state`` as the run's last checkpoint; the last so far becomes the one before."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    payload = buffer.getbuffer()
    digest = hashlib.blake2b(payload, digest_size=32).hexdigest().encode()
    with replace_file(run.last_file) as handle:
        handle.write(_MAGIC + digest + b"\n")
        handle.write(payload)
        handle.flush()
        # Moved just before the rename: at every moment one of the two names is a whole checkpoint.
        _keep_previous(run)


def _keep_previous(run: RunDir) -> None:
    if run.last_file.exists():
        run.last_file.replace(run.previous_file)


def load_checkpoint(run: RunDir) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the newest sound checkpoint, and what is wrong with those passed over.

    Returns None where there is none: the run was cut off before its first.
    """
    problems: list[str] = []
    for file in (run.last_file, run.previous_file):
        try:
            return _read(file), problems
        except FileNotFoundError:
            continue
        except Exception as error:
            problems.append(f"{file.name} is damaged ({cause_of(error)}) and was passed over.")
    return None, problems


def _read(file: Path) -> dict[str, Any]:
    with file.open("rb") as handle:
        header = handle.readline(256)
        payload = handle.read()
    digest = hashlib.blake2b(payload, digest_size=32).hexdigest().encode()
    if header != _MAGIC + digest + b"\n":
        raise ValueError("its checksum does not agree")
    state: dict[str, Any] = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
    return state
