"""Saliency as pictures: colours by hand, and what is said of them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlvc_cli.reporting.pages.saliency_section import (
    Looked,
    SaliencyShown,
    laid_over,
    saliency_section,
    signed_colours,
)


def test_a_map_is_laid_over_the_image_in_grey():
    pixels = np.array([[[200, 100, 0], [200, 100, 0], [200, 100, 0]]], np.uint8)
    found = laid_over(pixels, np.array([[0, 1, 4]], np.float32))
    # 0.299 * 200 + 0.587 * 100 = 118.5; viridis at 0.25 is #3b528b and at 1 #fde725; the shares
    # of the colour are 0, 0.7 * sqrt(1 / 4) and 0.7.
    grey = 118.5
    half = [0.35 * part + 0.65 * grey for part in (0x3B, 0x52, 0x8B)]
    full = [0.7 * part + 0.3 * grey for part in (0xFD, 0xE7, 0x25)]
    assert found[0] == pytest.approx(np.array([[grey] * 3, half, full]), abs=0.51)
    # A map of zeros leaves the image in grey.
    assert (laid_over(pixels, np.zeros((1, 3), np.float32)) == round(grey)).all()


def test_a_signed_map_is_blue_below_0_and_vermilion_above():
    found = signed_colours(np.array([-2, -1, 0, 2, np.nan], np.float32))
    blue, middle, vermilion = (0, 0x72, 0xB2), (0xF2, 0xF2, 0xF2), (0xD5, 0x5E, 0)
    assert found[[0, 2, 3, 4]].tolist() == [[*blue], [*middle], [*vermilion], [*middle]]
    assert found[1] == pytest.approx((np.array(blue) + middle) / 2, abs=1)
    assert (signed_colours(np.zeros((2, 2), np.float32)) == 0xF2).all()


def looked(**changes):
    corner = np.zeros((6, 6), np.float32)
    corner[0, 5] = 1
    given = {
        "pixels": np.full((6, 6, 3), 90, np.uint8), "name": "<i>1.png", "target": "cat",
        "predicted": "<b>dog", "probability": 0.75, "grad_cam": corner, "integrated": -corner,
    }  # fmt: skip
    return Looked(**given | changes)


def test_each_picture_says_what_it_shows():
    wrong, right = looked(), looked(predicted="cat", integrated=None)
    shown = SaliencyShown("val", [wrong, right], "the last map (relu: 5 channels of 2 x 2 places)")
    text = saliency_section(shown, 160)
    alts = re.findall(r'alt="([^"]*)"', text)
    assert alts == [
        "cat: &lt;i&gt;1.png",
        "Grad-CAM for &lt;b&gt;dog: strongest at the top right",
        "Integrated gradients for &lt;b&gt;dog: raised most nowhere",
        "cat: &lt;i&gt;1.png",
        "Grad-CAM for cat: strongest at the top right",
    ]
    assert "0.7500, wrong: it is cat" in text and "0.7500, right" in text
    assert "(relu: 5 channels of 2 x 2 places)" in text and "the colours are rough" not in text
    assert "the colours are rough" in saliency_section(
        SaliencyShown("val", [wrong], "x", True), 160
    )


def test_what_can_t_be_shown_is_a_sentence():
    bare = looked(grad_cam=None, integrated=None)
    text = saliency_section(SaliencyShown("val", [bare], None, remarks=("No <map>.",)), 160)
    assert "No &lt;map&gt;." in text and "<img" not in text and "Each map" not in text
