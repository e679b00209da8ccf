"""A run's best weights in a file, which says of itself whose they are and whether it is whole.

The file's metadata hold, under ``dlvc``, the run's id, the epoch, and a digest of these and of all
tensors. Files of before that have none, nor do other programs' files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
from torch import Tensor, nn

from dlvc_cli.errors import RunError, cause_of
from dlvc_cli.events import json_text
from dlvc_cli.files import open_regular, parse_json, replace_file
from dlvc_cli.training.network.digest import digest_of

__all__ = [
    "epoch_of_run_weights",
    "read_run_weights",
    "read_saved",
    "restore_weights",
    "save_weights",
]

_KEY = "dlvc"


def save_weights(network: nn.Module, file: Path, run_id: str | None, epoch: int) -> None:
    """Write the network's weights as safetensors, whole or not at all.

    Args:
        run_id: the id of the run that they are of.
        epoch: which they are of, from 1.
    """
    tensors = {name: value.contiguous() for name, value in network.state_dict().items()}
    about = {"run": run_id, "epoch": epoch}
    about["digest"] = _digest(tensors, about)
    metadata = {"format": "pt", _KEY: json_text(about)}
    data = safetensors.torch.save(_without_shared(tensors), metadata)
    with replace_file(file) as handle:
        handle.write(data)


def _without_shared(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Copy tensors that share memory with an earlier one: the format has no aliases."""
    seen: set[int] = set()
    separate = {}
    for name, tensor in tensors.items():
        shared = tensor.numel() > 0 and tensor.data_ptr() in seen
        separate[name] = tensor.clone() if shared else tensor
        seen.add(tensor.data_ptr())
    return separate


def _digest(tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> str:
    said = {key: about[key] for key in sorted(about) if key != "digest"}
    return digest_of(tensors.items(), json_text(said))


def read_saved(file: Path) -> tuple[dict[str, Tensor], dict[str, Any] | None]:
    """Return the tensors of a safetensors file, and what it says of them if dlvc wrote it.

    Raises:
        OSError: it cannot be read, or is no regular file.
        ValueError: it is damaged; the message says how, without a full stop.
    """
    # Read here: safetensors opens by name, waits for a FIFO for ever, and knows UTF-8 names alone.
    with open_regular(file) as opened:
        data = opened.read()
    try:
        tensors = safetensors.torch.load(data)
        length = int.from_bytes(data[:8], "little")
        metadata = parse_json(data[8 : 8 + length]).get("__metadata__", {})
    # A damaged header leads to whatever its bytes say.
    except Exception as error:
        raise ValueError(cause_of(error)) from error
    if _KEY not in metadata:
        return tensors, None
    about = parse_json(metadata[_KEY].encode())
    if not isinstance(about, dict) or about.get("digest") != _digest(tensors, about):
        raise ValueError("its digest does not agree with what is in it")
    return tensors, about


def read_run_weights(file: Path, run_id: str | None) -> dict[str, Tensor]:
    """Return the tensors of a run's best weights.

    Args:
        run_id: the run's id; None for one of before runs had any.

    Raises:
        RunError: the file is missing, damaged, or of another run.
    """
    return _of_run(file, run_id)[0]


def epoch_of_run_weights(file: Path, run_id: str | None) -> int | None:
    """Return the epoch that a run's best weights are of; None where the file does not say.

    Raises:
        RunError: the file is missing, damaged, or of another run.
    """
    epoch = (_of_run(file, run_id)[1] or {}).get("epoch")
    return epoch if isinstance(epoch, int) else None


def _of_run(file: Path, run_id: str | None) -> tuple[dict[str, Tensor], dict[str, Any] | None]:
    try:
        tensors, about = read_saved(file)
    except FileNotFoundError:
        raise RunError(f"{file} is missing.") from None
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise RunError(f"{file} is damaged: {error}.") from error
    if (about or {}).get("run") != run_id:
        raise RunError(
            f"{file} holds the weights of another run than this. Put the run's own there, or give "
            "this file a place and a name of its own and start from it: --weights FILE."
        )
    return tensors, about


def restore_weights(network: nn.Module, file: Path, run_id: str | None) -> None:
    """Read back what :func:`save_weights` wrote.

    Raises:
        RunError: the file is missing, damaged, or of another run or network.
    """
    tensors = read_run_weights(file, run_id)
    try:
        network.load_state_dict(tensors)
    except Exception as error:
        raise RunError(f"{file} cannot be loaded: {cause_of(error)}") from error
