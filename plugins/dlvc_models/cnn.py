"""The convolutional network of the course, written to be read from top to bottom."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import max_pool2d, relu

__all__ = ["Cnn"]


class Cnn(nn.Module):
    """Five 3x3 convolutions, global average pooling, one linear layer.

    Each convolution sees a 3x3 neighbourhood (stride 1, padding 1: height and width stay as they
    are) and is followed by ReLU. After each of the first four, 2x2 max pooling halves height and
    width, while the number of channels doubles. Global average pooling then keeps one number a
    channel, whatever the size of the image: any height and width from 16 will do. The weights
    start as torch's layers start by default.

    Args:
        num_classes: how many classes to tell apart.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self._cn1 = nn.Conv2d(3, 32, kernel_size=3, stride=1, padding=1)
        self._cn2 = nn.Conv2d(32, 64, kernel_size=3, stride=1, padding=1)
        self._cn3 = nn.Conv2d(64, 128, kernel_size=3, stride=1, padding=1)
        self._cn4 = nn.Conv2d(128, 256, kernel_size=3, stride=1, padding=1)
        self._cn5 = nn.Conv2d(256, 512, kernel_size=3, stride=1, padding=1)
        self._fc1 = nn.Linear(512, num_classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (N, num_classes) for normalised images (N, 3, H, W)."""
        # Shapes for images of 32 x 32.
        x = max_pool2d(relu(self._cn1(images)), 2)  # (N, 32, 16, 16)
        x = max_pool2d(relu(self._cn2(x)), 2)  # (N, 64, 8, 8)
        x = max_pool2d(relu(self._cn3(x)), 2)  # (N, 128, 4, 4)
        x = max_pool2d(relu(self._cn4(x)), 2)  # (N, 256, 2, 2)
        x = relu(self._cn5(x))  # (N, 512, 2, 2)
        x = x.mean(dim=(2, 3))  # (N, 512)
        return self._fc1(x)
