"""Weights that a network starts from: read from wherever they are, and fitted to it."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from dlvc_cli.draws import stream_seed
from dlvc_cli.errors import DataError, PluginError
from dlvc_cli.origin import Origin
from dlvc_cli.registry import Choice, guarded

__all__ = ["fit_weights", "read_weights"]

State = dict[str, Tensor]

# How files of torch.save begin: a zip archive, or, before torch 1.6, a pickle.
_OF_TORCH = (b"PK", b"\x80")

# What training scripts wrap a network's weights in, and put before their names.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "network")
_PREFIXES = ("module.", "_orig_mod.", "model.")


def read_weights(origin: Origin, model: Choice) -> State:
    """Return a state dict.

    Raises:
        DlvcError: it cannot be had, or holds something else than tensors.
    """
    if origin.weights is not None:
        state = guarded(model.offer, origin.weights.factory)
        if not _is_state(state):
            raise PluginError(
                f"The weights {origin.weights.name} of plugin {model.offer.plugin.name} must be "
                "tensors by parameter name."
            )
        return dict(state)
    assert origin.file is not None, "an origin is a model's own weights or a file"
    state = _read_file(origin.file)
    if model.spec.upgrade is not None:
        state = guarded(model.offer, model.spec.upgrade, state)
        if not _is_state(state):
            raise PluginError(
                f"The upgrade of {model.offer.name} of plugin {model.offer.plugin.name} must "
                "return tensors by parameter name."
            )
    return state


def _read_file(file: Path) -> State:
    if file.suffix == ".ckpt":
        raise DataError(f"{file} is for dlvc train --resume. To start from that run, name the run.")
    try:
        with file.open("rb") as opened:
            start = opened.read(9)
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}.") from error
    try:
        # Eight bytes of length, then JSON.
        if start[8:] == b"{":
            return safetensors.torch.load_file(file)
        if not start.startswith(_OF_TORCH):
            raise ValueError("neither safetensors nor a file of torch.save")
        # What it says of a file that it can't load is for the author of that file.
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


@dataclass(frozen=True)
class _Names:
    """Names of a network's tensors: all, those of its head, and those outside its features."""

    all: Mapping[str, Tensor]
    head: frozenset[str]
    outside: frozenset[str]


def fit_weights(
    network: nn.Module,
    parts: tuple[nn.Module, nn.Module],
    state: State,
    source: str,
    model: str,
    seed: int,
    new_head: bool = False,
) -> str | None:
    """Load weights into a network, all but a head that doesn't fit.

    Args:
        parts: its (features, head), which share its tensors.
        state: the weights.
        source, model: where they come from and what the network is called, for messages.
        seed: that a new head is drawn from.
        new_head: leave the head as it is even if it fits: it knows other classes.

    Returns:
        What became of the head, a sentence, where it is a new one.

    Raises:
        DataError: names are missing or unexpected, or tensors have other shapes; they are listed.
    """
    names = _names(network, *parts)
    state = _without_prefix(state, names.all)
    strange = sorted(set(state) - set(names.all))
    # Batch norms count batches only to average with a momentum of None; many files leave it out.
    lacking = {
        name for name in set(names.all) - set(state) if not name.endswith("num_batches_tracked")
    }
    replaced = {
        name for name in names.outside & set(state) if state[name].shape != names.all[name].shape
    }
    if new_head or (names.head and names.head <= lacking):
        replaced |= names.head
    other_size = sorted(
        name
        for name in set(names.all) & set(state) - replaced
        if state[name].shape != names.all[name].shape
    )
    _refuse(
        source,
        model,
        strange_to_it=len(set(names.all) & set(state) - set(other_size)) < len(names.all) / 2,
        problems={
            "missing": sorted(lacking - replaced),
            "unexpected": strange,
            "of another size": [
                f"{name} {_shape(state[name])} instead of {_shape(names.all[name])}"
                for name in other_size
            ],
        },
    )
    fitting = {name: value for name, value in state.items() if name not in replaced}
    network.load_state_dict(fitting, strict=False)
    if replaced & names.head:
        _draw_head(parts[1], {id(names.all[name]) for name in replaced & names.head}, seed)
    return _head_notice(replaced & names.head, names, state)


def _draw_head(head: nn.Module, drawn: set[int], seed: int) -> None:
    """Draw a new head's linear layers as torch does by default, all that hold tensors ``drawn``.

    What upstream does instead may be for a thousand classes: timm's EfficientNets start from
    weights up to 1 / sqrt(classes), which for two classes is a loss of 10, and steps to match.
    """
    torch.manual_seed(stream_seed(seed, 1))
    for layer in head.modules():
        own = {id(parameter) for parameter in layer.parameters(recurse=False)}
        if isinstance(layer, nn.Linear) and own & drawn:
            layer.reset_parameters()


def _names(network: nn.Module, features: nn.Module, head: nn.Module) -> _Names:
    def tensors(module: nn.Module) -> set[int]:
        return {id(t) for t in (*module.parameters(), *module.buffers())}

    inside, of_head = tensors(features), tensors(head)
    saved = network.state_dict(keep_vars=True)
    return _Names(
        all=saved,
        head=frozenset(name for name, t in saved.items() if id(t) in of_head),
        outside=frozenset(name for name, t in saved.items() if id(t) not in inside),
    )


def _without_prefix(state: State, own: Mapping[str, Tensor]) -> State:
    """Take off what wrappers of a network put before all of its names."""
    for prefix in _PREFIXES:
        if all(name.startswith(prefix) for name in state) and not set(state) & set(own):
            state = {name.removeprefix(prefix): value for name, value in state.items()}
    return state


def _refuse(
    source: str, model: str, strange_to_it: bool, problems: Mapping[str, Sequence[str]]
) -> None:
    """Raise ``DataError`` if there are problems; of weights ``strange_to_it``, name a few only."""
    most = 3 if strange_to_it else 12
    listed = [f"{kind}: {_listed(names, most)}" for kind, names in problems.items() if names]
    if not listed:
        return
    verdict = f"{source} does not fit {model}."
    if strange_to_it:
        verdict = f"{source} has the weights of another model than {model}, or under other names."
    raise DataError(f"{verdict} {'; '.join(listed)}.")


def _listed(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "a number"


def _head_notice(replaced: set[str], names: _Names, state: State) -> str | None:
    if not replaced:
        return None
    # Of the last layer, the bias or the first dimension of the weight is a number a class.
    last = [name for name in names.all if name in replaced][-1]
    new = names.all[last].shape[0]
    if last not in state:
        return f"They have no head: a new one for {new} classes is drawn at random."
    old = state[last].shape[0]
    what = f"for {old:,} classes" if old != new else "for other classes"
    part = "The head" if replaced == names.head else "The last layer of its head"
    return f"{part} {what} is replaced by a new one for {new}, drawn at random."
