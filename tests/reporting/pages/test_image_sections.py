"""What is said of images in a report."""

from __future__ import annotations

import numpy as np
import pytest

from dlvc_cli.reporting.pages.image_sections import sheet_section

ROWS = np.zeros((2, 4, 4, 3), np.uint8)
DRAWN = np.zeros((2, 3, 4, 4, 3), np.uint8)


@pytest.mark.parametrize(
    ("ops", "mixing", "said"),
    [
        ("", (), "No ops: every epoch saw these images"),
        ("flip", (), "The draws are those of the training."),
        ("flip,cutmix", ("cutmix",), "cutmix mixes images: here each with another of these rows"),
        ("cutmix,mixup", ("cutmix", "mixup"), "cutmix, mixup mix images: here"),
    ],
)
def test_the_sheet_says_whether_its_draws_are_those_of_the_training(ops, mixing, said):
    text = sheet_section(ROWS, DRAWN, ops, mixing, 160)
    assert said in text and text.count("<img") == 8
    assert ("not the same ones" in text) is bool(mixing)
