"""An optimiser's state as a checkpoint holds it, and whether it can be had back from there."""

from __future__ import annotations

from typing import Any

import torch

from dlvc_cli.errors import PluginError, cause_of
from dlvc_cli.registry.offers import Choice
from dlvc_cli.training.plain_state import from_plain, same_state, to_plain

__all__ = ["restore_optimizer", "state_of_optimizer", "try_optimizer"]


def state_of_optimizer(optimizer: torch.optim.Optimizer, choice: Choice) -> dict[str, Any]:
    """Return an optimiser's state as plain values and tensors, which are not copied.

    Raises:
        PluginError: it holds what no checkpoint can.
    """
    owner = f"optimizer {choice.offer.described}"
    try:
        state = optimizer.state_dict()
    except Exception as error:
        raise PluginError(f"{owner} cannot give its state: {cause_of(error)}") from error
    plain: dict[str, Any] = to_plain(state, owner)
    return plain


def restore_optimizer(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Give an optimiser the state back that :func:`state_of_optimizer` returned."""
    optimizer.load_state_dict(from_plain(state))


def try_optimizer(
    optimizer: torch.optim.Optimizer, fresh: torch.optim.Optimizer, choice: Choice
) -> str | None:
    """Have a ``fresh`` optimiser of the same parameters take the state of one that has stepped.

    Returns:
        A sentence where it takes it, and it is not the same afterwards.

    Raises:
        PluginError: the state cannot be saved, or not be taken back.
    """
    described = f"optimizer {choice.offer.described}"
    state = state_of_optimizer(optimizer, choice)
    try:
        restore_optimizer(fresh, state)
    except TypeError as error:
        raise PluginError(
            f"{described} cannot take its own state back, so that no run could go on with it: "
            f"torch puts no arrays of NumPy back ({cause_of(error)}). Keep tensors there."
        ) from error
    except Exception as error:
        raise PluginError(
            f"{described} cannot take its own state back, so that no run could go on with it: "
            f"{cause_of(error)}"
        ) from error
    if same_state(state, state_of_optimizer(fresh, choice)):
        return None
    return (
        f"The state of {described} changes when it is read back, in value or type: a run that is "
        "resumed will not come to exactly the same."
    )
