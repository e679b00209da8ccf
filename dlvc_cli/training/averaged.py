"""What a network says of an image and of variants of it, averaged (test-time augmentation)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import pad

from dlvc_cli.errors import BadOption

__all__ = ["averaged", "check_tta"]

_KNOWN = ("flip", "shift")


def check_tta(text: str) -> tuple[str, ...]:
    """Return the words of ``--tta``: ``flip``, ``shift``, or both with a comma; empty for none.

    Raises:
        BadOption: it holds something else.
    """
    words = tuple(word.strip() for word in text.split(",")) if text else ()
    if not set(words) <= set(_KNOWN) or len(set(words)) < len(words):
        raise BadOption(f"--tta is flip, shift, or flip,shift, not {text!r}.")
    return words


def averaged(logits: Callable[[Tensor], Tensor], inputs: Tensor, tta: tuple[str, ...]) -> Tensor:
    """Return the logarithm of mean probabilities (N, classes), float32, over variants of images.

    Probabilities are averaged, not logits: each variant has one vote, however sure it is.

    Args:
        logits: of a network, for inputs (N, 3, H, W).
        inputs: normalised images (N, 3, H, W).
        tta: ``flip`` adds the mirrored image, ``shift`` the image moved by a pixel up and left,
            and down and right, with the border mirrored; both, all of these.
    """
    if not tta:
        return logits(inputs)
    variants = [inputs]
    if "shift" in tta:
        height, width = inputs.shape[2:]
        wide = pad(inputs, (1, 1, 1, 1), "reflect")
        variants += [wide[:, :, 2:, 2:], wide[:, :, :height, :width]]
    if "flip" in tta:
        variants += [images.flip(3) for images in variants]
    mean = torch.stack([logits(images).softmax(1) for images in variants]).mean(0)
    # A logarithm that is finite where all is: a share of 0 has none.
    return mean.clamp(min=torch.finfo(mean.dtype).tiny).log()
