"""The course's surfaces are its images, and the textbook's forms are the textbook's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers.folders import SURFACES
from helpers.surfaces import at, choose, grid
from PIL import Image

from dlvc_cli import BadOption


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("beale:textbook", (3, 0.5), 0),
        ("beale:textbook", (0, 0), 14.203125),
        ("beale:course", (0, 2), 14.203125),
        ("madsen:textbook", (3, 1), 13**2 + math.sin(3) ** 2 + math.cos(1) ** 2),
        ("madsen:course", (1, 2), 7 + math.sin(2) + math.cos(2)),
        ("schaffer:textbook", (0, 0), 1),
        ("schaffer:textbook", (0, 1.25313), 0.292579),
        ("schaffer:course", (3, 3), 0.5 + 0.5 / 1.018**2),
    ],
)
def test_values_at_known_points(text: str, point: tuple[float, float], value: float) -> None:
    assert at(text, *point) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "image"), [("beale", "beale"), ("madsen", "madsen"), ("schaffer", "schaffern4")]
)
def test_the_course_forms_are_the_course_s_images(name: str, image: str) -> None:
    path = SURFACES / f"{image}.png"
    if not path.exists():
        pytest.skip(f"the course's image {path.name} is not on this machine")
    levels = np.asarray(Image.open(path)).astype(np.int64)
    choice = choose(name)

    values = choice.build().function(*grid(choice.spec), np)
    scaled = values / values.max() * 65535

    assert levels.shape == scaled.shape
    assert np.abs(np.rint(scaled) - levels).max() <= 1
    # The images were cut off rather than rounded, which holds them to far more than a level.
    assert (np.floor(scaled) == levels).mean() > 0.995


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(BadOption, match="one of course, textbook"):
        choose("beale:form=other")
