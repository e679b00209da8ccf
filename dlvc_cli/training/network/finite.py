"""Whether a network's numbers are finite: once one isn't, what it computes soon isn't either."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

__all__ = ["not_finite_in"]


@torch.no_grad()
def not_finite_in(network: nn.Module) -> str | None:
    """Return the name of a network's first parameter or statistic that isn't finite, if any.

    Infinity in any other buffer than the statistics of batch normalisation may be meant: a mask of
    attention holds it.
    """
    for name, parameter in network.named_parameters():
        if not _finite(parameter):
            return name
    for name, module in network.named_modules():
        for key, buffer in module.named_buffers(recurse=False):
            infinite = isinstance(module, _BatchNorm) and not _finite(buffer)
            if infinite or bool(buffer.isnan().any()):
                return f"{name}.{key}" if name else key
    return None


def _finite(tensor: Tensor) -> bool:
    return bool(tensor.isfinite().all())
