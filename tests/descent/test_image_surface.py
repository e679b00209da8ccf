"""An image as a surface, against the formula that it was made from."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.folders import SURFACES

import dlvc_cli as dlvc


@pytest.mark.parametrize("name", ["beale", "madsen", "schaffer"])
def test_an_image_and_its_formula_are_walked_alike(name):
    file = SURFACES / f"{'schaffern4' if name == 'schaffer' else name}.png"
    if not file.exists():
        pytest.skip(f"the course's image {file.name} is not on this machine")
    image, sampled = (
        dlvc.descend(source, start=(300, 350), max_steps=100) for source in (file, name)
    )
    assert np.abs(image.surface.values - sampled.surface.values).max() <= 1.01 / 65535
    assert image.end == pytest.approx(sampled.end, abs=0.5)
