"""A plugin with a network of 190 parameters, with normalisation and dropout."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlvc_cli import ModelSpec, hookimpl


class Dropout(nn.Module):
    """Dropout of one in four, by uniform numbers, which torch draws alike on every processor."""

    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand(x.shape) >= 0.25) / 0.75 if self.training else x


def small(num_classes: int) -> nn.Module:
    """A network for images of 8x8."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.AvgPool2d(3, 2),
        nn.Flatten(),
        Dropout(),
        nn.Linear(36, num_classes),
    )


def split(model: nn.Sequential) -> tuple[nn.Module, nn.Module]:
    """Take it apart before its last layer."""
    return model[:-1], model[-1]


@hookimpl
def dlvc_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            name="small", summary="A small network.", factory=small, split=split, input_size=8
        )
    ]
