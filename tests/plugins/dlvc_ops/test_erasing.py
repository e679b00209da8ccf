"""cutout: its square's size, place and value."""

from __future__ import annotations

import torch
from helpers.ops import apply, random_images


def test_cutout_overwrites_a_square_of_so_many_pixels() -> None:
    images = random_images(2000, 16, 20) * 0.4
    out = apply("cutout:5:fill=0.5/0.6/0.7", images).images
    cut = out != images
    assert torch.equal(cut.all(1), cut.any(1))
    filled = out[cut.all(1)[:, None].expand_as(out)].view(-1)
    assert set(filled.tolist()) == set(torch.tensor([0.5, 0.6, 0.7]).tolist())
    box = cut[:, 0]
    rows, columns = box.any(2).sum(1), box.any(1).sum(1)
    assert torch.equal(box.sum((1, 2)), rows * columns), "a rectangle"
    # The centre is any pixel: the square sticks out by up to two pixels on either side.
    assert set(rows.tolist()) == set(columns.tolist()) == {3, 4, 5}
    whole = (rows == 5) & (columns == 5)
    centres = {(int(b.any(1).nonzero()[2]), int(b.any(0).nonzero()[2])) for b in box[whole]}
    assert centres == {(row, column) for row in range(2, 14) for column in range(2, 18)}
    assert abs(whole.float().mean() - 12 / 16 * 16 / 20) < 0.05


def test_cutout_of_an_even_side_and_with_a_chance() -> None:
    images = random_images(400, 16, 16)
    cut = (apply("cutout:size=8:p=0.25", images).images != images).any(1).flatten(1).sum(1)
    assert int(cut.max()) == 64
    assert abs((cut > 0).float().mean() - 0.25) < 0.08
    assert torch.equal(apply("cutout:p=0", images).images, images)
    assert bool((apply("cutout:size=99", images).images == 0.5).all())
