"""Class weights as a tensor that lies on the device of the logits."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from dlvc_cli import BadOption

__all__ = ["ClassWeights"]


class ClassWeights:
    """Weights of the classes, copied once to each device on which they are used.

    Args:
        values: a weight for each class.
        owner: the option they belong to, for messages (``loss focal: alpha``).

    Raises:
        BadOption: all weights are zero, so that there would be nothing to learn.
    """

    def __init__(self, values: Sequence[float], owner: str) -> None:
        if not any(values):
            raise BadOption(f"{owner} must have a weight above 0 for at least one class.")
        self._values = tuple(values)
        self._owner = owner
        self._tensors: dict[tuple[torch.device, torch.dtype], Tensor] = {}

    def like(self, logits: Tensor) -> Tensor:
        """Return the weights (classes,) for logits (N, classes), on their device.

        Raises:
            BadOption: there are not as many weights as classes.
        """
        classes = logits.shape[1]
        if len(self._values) != classes:
            example = "/".join(["1"] * (classes - 1) + ["2"])
            raise BadOption(
                f"{self._owner} has {len(self._values)} numbers, but the data has {classes} "
                f"classes. Give one for each class, such as {example}."
            )
        key = (logits.device, logits.dtype)
        if key not in self._tensors:
            self._tensors[key] = torch.tensor(self._values, device=key[0], dtype=key[1])
        return self._tensors[key]
