"""A small model that sees only the mean colour of 64 patches."""

from torch import Tensor, nn


class PatchMlp(nn.Module):
    """Images (N, 3, H, W) of any size from 8 x 8 -> logits (N, num_classes)."""

    def __init__(self, num_classes: int, width: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.AdaptiveAvgPool2d(8), nn.Flatten(), nn.Linear(3 * 64, width), nn.ReLU()
        )
        self.head = nn.Linear(width, num_classes)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.features(images))


def split(model: PatchMlp) -> tuple[nn.Module, nn.Module]:
    """What a new number of classes keeps, and what it replaces."""
    return model.features, model.head
