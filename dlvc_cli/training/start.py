"""A network started from weights that it has learned elsewhere."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dlvc_cli.events import Event, FetchingWeights, Notice
from dlvc_cli.origin import Origin
from dlvc_cli.registry import Choice
from dlvc_cli.training.digest import digest_of
from dlvc_cli.training.fitting import fit_weights
from dlvc_cli.training.freezing import Learning
from dlvc_cli.training.weights import read_weights

__all__ = ["start_from"]


def start_from(
    origin: Origin, model: Choice, learning: Learning, classes: tuple[str, ...], seed: int
) -> Generator[Event, None, dict[str, Any]]:
    """Load first weights into a network, and say what became of its head.

    Args:
        classes: names of the classes that the network is to tell apart.
        seed: that a new head is drawn from.

    Returns:
        What ``run.json`` records of the weights: source and digest.

    Raises:
        DlvcError: they cannot be had, or don't fit.
    """
    assert learning.parts is not None, "a network that starts from weights has been split"
    if origin.weights is not None:
        yield FetchingWeights(source=origin.text, done=False)
    try:
        state = read_weights(origin, model)
    finally:
        if origin.weights is not None:
            yield FetchingWeights(source=origin.text, done=True)
    others = origin.classes is not None and origin.classes != classes
    head = fit_weights(
        learning.network, learning.parts, state, origin.text, model.offer.name, seed, others
    )
    yield Notice(text=head or f"The head is kept: it tells {len(classes)} classes apart already.")
    return {"source": origin.text, "digest": digest_of(state.items())}
