"""What the tests of transfer learning share: weights made here, and runs that start from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

import dlvc_cli as dlvc
from dlvc_cli.registry.registry import registry


def make_weights(model: str, file: Path, classes: int = 1000, seed: int = 7) -> dict[str, Tensor]:
    """Save a freshly drawn network's weights; its batch-norm statistics are no defaults either."""
    torch.manual_seed(seed)
    network = registry().choose("models", model).build(num_classes=classes)
    for name, buffer in network.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_(0, 0.1)
        elif name.endswith("running_var"):
            buffer.uniform_(0.5, 1.5)
    state = {name: value.detach().clone() for name, value in network.state_dict().items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, file)
    return state


def best(run: Path | dlvc.Run) -> dict[str, Tensor]:
    """The weights that a run saved."""
    path = run.path if isinstance(run, dlvc.Run) else run
    return safetensors.torch.load_file(path / "best.safetensors")


def changed(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    """Names of tensors that differ, batch counters aside."""
    return {
        name
        for name, value in after.items()
        if not name.endswith("num_batches_tracked")
        and not (value.shape == before[name].shape and torch.equal(value, before[name]))
    }


def notices(run: dlvc.Run) -> str:
    return " ".join(run.record["notices"])


class Listener:
    """A view that remembers the events it is told."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __call__(self, event: Any) -> None:
        self.events.append(event)

    @property
    def texts(self) -> str:
        """What it was told in words."""
        return "\n".join(event.text for event in self.events if event.name == "notice")
