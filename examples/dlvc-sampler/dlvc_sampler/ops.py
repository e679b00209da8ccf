"""Two ops: one on whole batches, one on single images through the core's adapter."""

from collections.abc import Callable

import numpy as np
import torch
from skimage.transform import swirl as skimage_swirl
from torch import Tensor

from dlvc_cli import Draws


def solarize(threshold: float, p: float) -> Callable[[Tensor, Draws], Tensor]:
    """Images (N, C, H, W) in [0, 1]: pixels at or above ``threshold`` become 1 - pixel."""

    def op(images: Tensor, draws: Draws) -> Tensor:
        chosen = draws.chance(p).view(-1, 1, 1, 1)
        return torch.where(chosen & (images >= threshold), 1 - images, images)

    return op


def swirl(strength: float) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    """One image (H, W, C): scikit-image's swirl, its strength drawn from +-``strength``."""

    def op(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        twist = rng.uniform(-strength, strength)
        return skimage_swirl(image, strength=twist, radius=max(image.shape[:2]), mode="reflect")

    return op
