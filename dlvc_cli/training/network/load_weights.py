"""First weights loaded into a network: all that has its place there, and a new head for theirs."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlvc_cli.config.weight_source import WeightSource
from dlvc_cli.errors import DataError
from dlvc_cli.events import Event, FetchingWeights, Notice
from dlvc_cli.registry.offers import Choice
from dlvc_cli.training.network.digest import digest_of
from dlvc_cli.training.network.finite import not_finite_in
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.read_weights import State, read_weights

__all__ = ["load_first_weights", "transfer_weights"]

# What wrappers of a network put before the names of its tensors.
_PREFIXES = ("module.", "_orig_mod.", "model.")


@dataclass(frozen=True)
class _Names:
    """Names of a network's tensors: all, those of its head, and those outside its features."""

    all: Mapping[str, Tensor]
    head: frozenset[str]
    outside: frozenset[str]


def load_first_weights(
    source: WeightSource, model: Choice, learning: Learning, classes: tuple[str, ...], seed: int
) -> Generator[Event, None, dict[str, Any]]:
    """Start a network from weights that were learned elsewhere; say what became of their head.

    Args:
        classes: names of the classes that the network is to tell apart.
        seed: of a new head, for torch's generator.

    Returns:
        What ``run.json`` records of the weights: source and digest.

    Raises:
        DlvcError: they cannot be had, or are not those of such a network.
    """
    assert learning.parts is not None, "a network that starts from weights has been split"
    if source.weights is not None:
        yield FetchingWeights(source=source.text, done=False)
    try:
        state = read_weights(source, model)
    finally:
        if source.weights is not None:
            yield FetchingWeights(source=source.text, done=True)
    others = source.classes is not None and source.classes != classes
    head = transfer_weights(
        learning.network, learning.parts, state, source.text, model.offer.name, seed, others
    )
    if (name := not_finite_in(learning.network)) is not None:
        raise DataError(
            f"{source.text}: {name} holds numbers that are not finite, as after a training that "
            "diverged. Take other weights."
        )
    yield Notice(text=head or f"The head is kept: it tells {len(classes)} classes apart already.")
    return {"source": source.text, "digest": digest_of(state.items())}


def transfer_weights(
    network: nn.Module,
    parts: tuple[nn.Module, nn.Module],
    state: State,
    source: str,
    model: str,
    seed: int,
    new_head: bool = False,
) -> str | None:
    """Put weights into a network, all but a head of other shapes.

    Args:
        parts: its (features, head), which share its tensors.
        state: the weights.
        source, model: where they come from and what the network is called, for messages.
        seed: of a new head, for torch's generator.
        new_head: leave the head as it is, even if theirs has its shapes: it knows other classes.

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
    taken = {name: value for name, value in state.items() if name not in replaced}
    network.load_state_dict(taken, strict=False)
    if replaced & names.head:
        _draw_head(parts[1], {id(names.all[name]) for name in replaced & names.head}, seed)
    return _head_notice(replaced & names.head, names, state)


def _draw_head(head: nn.Module, drawn: set[int], seed: int) -> None:
    """Draw a new head's linear layers as torch does by default, all that hold tensors ``drawn``.

    What upstream does instead may be for a thousand classes: timm's EfficientNets start from
    weights up to 1 / sqrt(classes), which for two classes is a loss of 10, and steps to match.
    """
    torch.manual_seed(seed)
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
    verdict = f"{source} is not for {model}."
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
