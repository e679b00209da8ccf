"""What a network says of an image and of variants of it, averaged (test-time augmentation)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad

from dlvc_cli.errors import BadOption

__all__ = ["averaged", "check_room_to_shift", "shown_variants", "variants_shown"]


def shown_variants(inputs: Tensor, tta: Sequence[str]) -> list[Tensor]:
    """Return images and the variants of them that ``--tta`` asks for, each (N, 3, H, W).

    Args:
        inputs: normalised images (N, 3, H, W).
        tta: ``flip`` adds the mirrored image, ``shift`` the image moved by a pixel up and left,
            and down and right, with the border mirrored; both, all of these.
    """
    shown = [inputs]
    if "shift" in tta:
        height, width = inputs.shape[2:]
        wide = pad(inputs, (1, 1, 1, 1), "reflect")
        shown += [wide[:, :, 2:, 2:], wide[:, :, :height, :width]]
    if "flip" in tta:
        shown += [images.flip(3) for images in shown]
    return shown


def variants_shown(tta: Sequence[str]) -> int:
    """How many images :func:`shown_variants` makes of one."""
    return (3 if "shift" in tta else 1) * (2 if "flip" in tta else 1)


def averaged(logits: Sequence[Tensor]) -> Tensor:
    """Return the logarithm of mean probabilities (N, classes), float32, over variants of images.

    Probabilities are averaged, not logits: each variant has one vote, however sure it is. The
    logits of a single one are returned as they are.

    Args:
        logits: of each variant, float32 (N, classes).
    """
    if len(logits) == 1:
        return logits[0]
    mean = torch.stack([one.softmax(1) for one in logits]).mean(0)
    # A logarithm that is finite where all is: a share of 0 has none.
    return mean.clamp(min=torch.finfo(mean.dtype).tiny).log()


def check_room_to_shift(tta: Sequence[str], size: tuple[int, int]) -> None:
    """Refuse to move images that are too small to mirror their border.

    Args:
        size: (height, width) of the network's input.

    Raises:
        BadOption: they have a single row or column.
    """
    if "shift" in tta and min(size) < 2:
        height, width = size
        raise BadOption(
            f"--tta shift needs images of 2 pixels a side at least, and the network's are "
            f"{height}x{width}. Leave out shift."
        )
