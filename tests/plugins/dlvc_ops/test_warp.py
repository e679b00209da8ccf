"""rotate and scale against torchvision, SciPy and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from dlvc_ops.warp import rotate
from helpers.ops import apply, random_images
from scipy import ndimage
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as tv

from dlvc_cli import Draws

SCIPY_MODES = {"constant": "grid-constant", "reflect": "mirror", "replicate": "nearest"}
IDS = torch.arange(8)


def drawn(low: float, high: float) -> list[float]:
    """What the op draws for each image, from its stream's first column."""
    values: list[float] = Draws(0, 0, 0, IDS).uniform(low=low, high=high)[:, 0].tolist()
    return values


def affine(image: torch.Tensor, matrix: np.ndarray, mode: str) -> np.ndarray:
    """Resample an image (C, H, W) about its centre; ``matrix`` maps output to input (y, x)."""
    centre = (np.array(image.shape[1:]) - 1) / 2
    offset = centre - matrix @ centre
    return np.stack(
        [ndimage.affine_transform(c, matrix, offset, order=1, mode=mode) for c in image.numpy()]
    )


def test_rotate_agrees_with_torchvision() -> None:
    images = random_images(8, 31, 24)
    out = apply("rotate:60", images).images
    angles = drawn(-math.radians(60), math.radians(60))
    assert max(angles) > 0.5 > -0.5 > min(angles)
    for got, image, angle in zip(out, images, angles, strict=True):
        wanted = tv.rotate(image, math.degrees(angle), InterpolationMode.BILINEAR)
        torch.testing.assert_close(got, wanted, atol=2e-4, rtol=0)


def test_scale_agrees_with_torchvision() -> None:
    images = random_images(8, 31, 24)
    out = apply("scale:0.5:1.5", images).images
    for got, image, factor in zip(out, images, drawn(0.5, 1.5), strict=True):
        wanted = tv.affine(image, 0, [0, 0], factor, [0.0], InterpolationMode.BILINEAR)
        torch.testing.assert_close(got, wanted, atol=2e-4, rtol=0)


@pytest.mark.parametrize("mode", SCIPY_MODES)
def test_rotate_agrees_with_scipy_beyond_the_border(mode: str) -> None:
    images = random_images(8, 17, 22)
    out = apply(f"rotate:45:{mode}", images).images
    for got, image, angle in zip(out, images, drawn(-math.pi / 4, math.pi / 4), strict=True):
        cos, sin = math.cos(angle), math.sin(angle)
        wanted = affine(image, np.array([[cos, sin], [-sin, cos]]), SCIPY_MODES[mode])
        np.testing.assert_allclose(got.numpy(), wanted, atol=2e-4)


@pytest.mark.parametrize("mode", SCIPY_MODES)
def test_scale_agrees_with_scipy_beyond_the_border(mode: str) -> None:
    images = random_images(8, 17, 22)
    out = apply(f"scale:0.4:0.9:{mode}", images).images
    for got, image, factor in zip(out, images, drawn(0.4, 0.9), strict=True):
        wanted = affine(image, np.eye(2) / factor, SCIPY_MODES[mode])
        np.testing.assert_allclose(got.numpy(), wanted, atol=2e-4)


@pytest.mark.parametrize("mode", SCIPY_MODES)
def test_quarter_turns_are_exact(mode: str) -> None:
    images = random_images(3, 8, 8)
    for quarters in range(4):
        angle = torch.full((3, 1, 1), quarters * math.pi / 2)
        turned = rotate(images, angle, mode)
        torch.testing.assert_close(turned, torch.rot90(images, quarters, (2, 3)), atol=1e-5, rtol=0)


@pytest.mark.parametrize("mode", SCIPY_MODES)
@pytest.mark.parametrize("text", ("rotate:0", "scale:1:1"))
def test_no_change_is_no_change(text: str, mode: str) -> None:
    images = random_images(3, 9, 1)
    torch.testing.assert_close(apply(f"{text}:mode={mode}", images).images, images)


def test_scale_above_one_enlarges() -> None:
    images = torch.zeros(1, 1, 9, 9)
    images[:, :, 3:6, 3:6] = 1
    assert apply("scale:2:2", images).images.sum() > 2 * images.sum()
