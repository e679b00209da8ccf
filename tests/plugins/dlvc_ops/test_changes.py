"""Changes of some images of a batch: made on these alone, or on all to pick from."""

from __future__ import annotations

import pytest
import torch
from dlvc_ops import changes
from dlvc_ops.auto_augment import RANDAUGMENT, TRIVIALAUGMENT
from dlvc_ops.changes import Ranges, changed
from helpers.ops import random_images

from dlvc_cli import Draws


@pytest.mark.parametrize("ranges", (TRIVIALAUGMENT, RANDAUGMENT))
def test_changing_all_and_taking_some_gives_the_same(
    ranges: Ranges, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, draws = random_images(140), Draws(0, 0, 0, torch.arange(140))
    given = (torch.arange(140) % 14, draws.uniform()[:, 0], draws.integers(0, 2)[:, 0] * 2 - 1)
    some = changed(images.clone(), *given, ranges)

    monkeypatch.setattr(changes, "_on_rows", changes._on_all)
    assert torch.equal(changed(images, *given, ranges), some)
    left = [bool(torch.equal(a, b)) for a, b in zip(images, some, strict=True)]
    assert all(left[::14]) and sum(left) < 20
