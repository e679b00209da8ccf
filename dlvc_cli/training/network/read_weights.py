"""Weights that a network starts from, read from wherever they are."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from dlvc_cli.config.weight_source import WeightSource
from dlvc_cli.errors import DataError, PluginError
from dlvc_cli.files import open_regular
from dlvc_cli.registry.offers import Choice, guarded
from dlvc_cli.training.network.saved_weights import read_run_weights, read_saved

__all__ = ["State", "read_weights"]

State = dict[str, Tensor]

# How files of torch.save begin: a zip archive, or, before torch 1.6, a pickle.
_OF_TORCH = (b"PK", b"\x80")

# What training scripts wrap a network's weights in.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "network")


def read_weights(source: WeightSource, model: Choice) -> State:
    """Return a state dict.

    Raises:
        DlvcError: it cannot be had, or holds something else than tensors.
    """
    if source.weights is not None:
        state = guarded(model.offer, source.weights.factory)
        if not _is_state(state):
            raise PluginError(
                f"The weights {source.weights.name} of plugin {model.offer.plugin.name} must be "
                "tensors by parameter name."
            )
        return dict(state)
    assert source.file is not None, "first weights are a model's own, or in a file"
    if source.of_run:
        state = read_run_weights(source.file, source.run_id)
    else:
        state = _read_file(source.file)
    if model.spec.upgrade is not None:
        state = guarded(model.offer, model.spec.upgrade, state)
        if not _is_state(state):
            raise PluginError(
                f"The upgrade of {model.offer.described} must return tensors by parameter name."
            )
    return state


def _read_file(file: Path) -> State:
    if file.suffix == ".ckpt":
        raise DataError(f"{file} is for dlvc train --resume. To start from that run, name the run.")
    try:
        with open_regular(file) as opened:
            start = opened.read(9)
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}.") from error
    try:
        # safetensors: eight bytes of length, then JSON.
        if start[8:] == b"{":
            return read_saved(file)[0]
        if not start.startswith(_OF_TORCH):
            raise ValueError("neither safetensors nor a file of torch.save")
        # torch's warnings here address whoever wrote the file, not this user.
        with warnings.catch_warnings(action="ignore"):
            # Never runs code from the file.
            found = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise DataError(
            f"{file} is damaged, or holds Python objects beside tensors, whose loading could run "
            "any code. Save the network's state_dict() alone: torch.save(net.state_dict(), FILE)."
        ) from error
    # Of a damaged file, torch raises whatever its bytes lead to.
    except Exception as error:
        raise DataError(
            f"{file} is damaged or holds no weights. They are read from .safetensors, and from "
            ".pth as torch.save(net.state_dict(), FILE) writes it."
        ) from error
    state = _unwrapped(found)
    if state is None:
        raise DataError(f"{file} must hold tensors by parameter name, as a state_dict() does.")
    return state


def _is_state(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(name, str) and isinstance(t, Tensor) for name, t in value.items())
    )


def _unwrapped(found: object) -> State | None:
    """Take the tensors out of what a training script has saved with them."""
    if _is_state(found):
        assert isinstance(found, Mapping)
        return dict(found)
    if isinstance(found, Mapping):
        for key in _WRAPPERS:
            if _is_state(found.get(key)):
                return dict(found[key])
    return None
