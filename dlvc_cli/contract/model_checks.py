"""What a model's ``initialise`` must keep to: named checks, as ``contract.checks`` has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

__all__ = ["check_initialise_repeats"]


def check_initialise_repeats(
    initialise: Callable[[nn.Module, Tensor], object], network: nn.Module, images: Tensor
) -> Iterator[str]:
    """``initialise`` sets the same numbers of the same images, and finite ones.

    Else a run that is done again would be another one. The network is left as it has set it.

    Args:
        network: a freshly built one.
        images: normalised, float (N, 3, H, W).
    """
    before = _copy(network.state_dict())
    # It may well work in place on what it is given.
    initialise(network, images.clone())
    first = _copy(network.state_dict())
    network.load_state_dict(before)
    initialise(network, images.clone())
    again = network.state_dict()
    # Asked first: NaN is not equal to itself.
    if not all(bool(value.isfinite().all()) for made in (first, again) for value in made.values()):
        yield "initialises to numbers that are not finite"
    elif first.keys() != again.keys() or not all(
        torch.equal(first[key], again[key]) for key in first
    ):
        yield (
            "initialises otherwise each time: it must depend on the images alone, and draw nothing"
        )


def _copy(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in state.items()}
