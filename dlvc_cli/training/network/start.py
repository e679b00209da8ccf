"""A network started from weights that it has learned elsewhere."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dlvc_cli.config.weight_source import WeightSource
from dlvc_cli.events import Event, FetchingWeights, Notice
from dlvc_cli.registry.registry import Choice
from dlvc_cli.training.network.digest import digest_of
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.load_weights import fit_weights
from dlvc_cli.training.network.read_weights import read_weights

__all__ = ["start_from"]


def start_from(
    source: WeightSource, model: Choice, learning: Learning, classes: tuple[str, ...], seed: int
) -> Generator[Event, None, dict[str, Any]]:
    """Load first weights into a network, and say what became of its head.

    Args:
        classes: names of the classes that the network is to tell apart.
        seed: of a new head, for torch's generator.

    Returns:
        What ``run.json`` records of the weights: source and digest.

    Raises:
        DlvcError: they cannot be had, or don't fit.
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
    head = fit_weights(
        learning.network, learning.parts, state, source.text, model.offer.name, seed, others
    )
    yield Notice(text=head or f"The head is kept: it tells {len(classes)} classes apart already.")
    return {"source": source.text, "digest": digest_of(state.items())}
