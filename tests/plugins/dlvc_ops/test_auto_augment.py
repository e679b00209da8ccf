"""trivialaugment and randaugment: each change against torchvision's, and how they are drawn."""

from __future__ import annotations

import pytest
import torch
from dlvc_ops import auto_augment
from dlvc_ops.auto_augment import RANDAUGMENT, TRIVIALAUGMENT
from dlvc_ops.changes import Change, changed
from helpers.ops import apply, random_images, whole_levels
from torch import Tensor
from torchvision.transforms import v2

from dlvc_cli import Draws

SIZE = (32, 41)
POLICIES = {
    "trivialaugment": (TRIVIALAUGMENT, v2.TrivialAugmentWide()),
    "randaugment": (RANDAUGMENT, v2.RandAugment()),
}
# Levels of 255. Theirs cuts off what is behind the point: of the result, and of the grey values
# that contrast takes the mean of.
STEPS = {
    Change.BRIGHTNESS: 1,
    Change.COLOR: 2,
    Change.CONTRAST: 2.5,
    Change.SHARPNESS: 2,
    Change.AUTO_CONTRAST: 1,
}


def theirs(policy: str, change: Change, image: Tensor, step: int, sign: int, bins: int) -> Tensor:
    transform = POLICIES[policy][1]
    name = change.name.title().replace("_", "")
    magnitudes, signed = transform._AUGMENTATION_SPACE[name]
    found = magnitudes(bins, *image.shape[1:])
    # linspace in float32 misses whole pixels and levels: its 16th of 31 numbers from 0 to 32 is
    # below 16, which theirs cuts down to 15.
    amount = 0.0 if found is None else round(float(found[step]) * 255, 3) / 255
    magnitude = amount * (sign if signed else 1)
    return transform._apply_image_or_video_transform(image, name, magnitude, "nearest", {})


@pytest.mark.parametrize("channels", (1, 3))
@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("policy", POLICIES)
def test_each_change_is_torchvision_s(policy: str, change: Change, channels: int) -> None:
    steps = torch.tensor([0, 1, 7, 15, 16, 22, 30]).repeat(2)
    signs = torch.tensor([1, -1]).repeat_interleave(7)
    levels = whole_levels(14, *SIZE, channels)
    kind = torch.full((14,), int(change))
    got = changed(levels / 255, kind, steps / 30, signs, POLICIES[policy][0]) * 255
    for image, ours, step, sign in zip(levels, got, steps.tolist(), signs.tolist(), strict=True):
        wanted = theirs(policy, change, image, step, sign, 31)
        away = (ours - wanted).abs() > STEPS.get(change, 0) + 1e-3
        # Places half-way between two pixels may be rounded to either.
        assert away.float().mean() <= (0.002 if change in range(1, 6) else 0), (step, sign)


@pytest.mark.parametrize("bins", (2, 3, 4, 5, 7, 13, 16, 25, 31, 40))
def test_any_number_of_magnitudes_gives_torchvision_s_bits_and_pixels(bins: int) -> None:
    levels = whole_levels(1, *SIZE)
    for policy, (ranges, _) in POLICIES.items():
        for change in (Change.POSTERIZE, Change.TRANSLATE_X):
            for step in range(bins):
                got = changed(
                    levels / 255,
                    torch.tensor([int(change)]),
                    torch.tensor([step]) / (bins - 1),
                    torch.tensor([-1]),
                    ranges,
                )
                wanted = theirs(policy, change, levels[0], step, -1, bins)
                assert torch.equal((got[0] * 255).round(), wanted.float()), (policy, step)


def test_the_changes_are_torchvision_s_in_its_order() -> None:
    names = [change.name.title().replace("_", "") for change in Change]
    assert all(names == list(theirs._AUGMENTATION_SPACE) for _, theirs in POLICIES.values())


@pytest.mark.parametrize("bins", (2, 31))
def test_changes_magnitudes_and_signs_are_uniform_and_independent(
    bins: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def note(images: Tensor, *given) -> Tensor:
        drawn.append(given[:3])
        return images

    monkeypatch.setattr(auto_augment, "changed", note)
    count = 14 * 2 * bins * 100
    apply(f"trivialaugment:bins={bins}", torch.zeros(count, 1, 1, 1))
    ((change, level, sign),) = drawn
    cell = (change * bins + (level * (bins - 1)).round().long()) * 2 + (sign + 1) // 2
    counts = torch.bincount(cell, minlength=14 * 2 * bins)
    assert len(counts) == 14 * 2 * bins
    # Each count is 100 with a standard deviation of 10; chi squared is so many, +- 5 deviations.
    squared = ((counts - 100) ** 2 / 100).sum()
    assert abs(squared - len(counts)) < 5 * (2 * len(counts)) ** 0.5


def test_randaugment_makes_its_changes_one_after_the_other() -> None:
    images = random_images(64)
    draws = Draws(0, 0, 0, torch.arange(64))
    wanted = images.clone()
    for _ in range(3):
        change, sign = draws.integers(0, 14)[:, 0], draws.integers(0, 2)[:, 0] * 2 - 1
        wanted = changed(wanted, change, torch.full((64,), 12 / 30), sign, RANDAUGMENT)
    assert torch.equal(apply("randaugment:ops=3:magnitude=12", images).images, wanted)
