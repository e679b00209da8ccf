"""The size that images are stored at, and what is said of it."""

from __future__ import annotations

import pytest

from dlvc_cli.training.data.stored_size import InputSize, choose_size

FREE, SETTLED = InputSize((32, 32), settled=False), InputSize((64, 64), settled=True)


@pytest.mark.parametrize(
    ("counts", "inputs", "fit", "size", "text"),
    [
        ({(200, 300): 18}, FREE, None, (200, 300), ""),
        ({(200, 300): 18}, FREE, "crop", (200, 300), ""),
        (
            {(200, 300): 17, (200, 299): 1},
            FREE,
            None,
            (200, 300),
            "17 of 18 images are 200x300 (height x width); the other one, 200x299, is cropped to "
            "that.",
        ),
        (
            {(200, 300): 90, (10, 20): 4, (400, 30): 6},
            FREE,
            "squash",
            (200, 300),
            "90 of 100 images are 200x300 (height x width); the other 10, from 10x20 to 400x30, "
            "are squashed to that.",
        ),
        (
            {(200, 300): 89, (10, 20): 5, (400, 30): 6},
            FREE,
            None,
            (32, 32),
            "The images have 3 sizes, from 10x20 to 200x300: all are cropped to 32x32 "
            "(height x width). For another size: --image-size.",
        ),
        (
            {(200, 300): 18},
            SETTLED,
            None,
            (200, 300),
            "Images of 200x300 are squashed to 64x64. To keep proportions: --fit crop.",
        ),
        (
            {(200, 300): 18},
            SETTLED,
            "squash",
            (200, 300),
            "Images of 200x300 are squashed to 64x64.",
        ),
        (
            {(200, 300): 18},
            SETTLED,
            "crop",
            (64, 64),
            "All 18 images are 200x300 (height x width): all are cropped to 64x64.",
        ),
        (
            {(200, 300): 18, (1, 1): 1},
            SETTLED,
            "crop",
            (64, 64),
            "18 of 19 images are 200x300 (height x width): all are cropped to 64x64.",
        ),
        ({(100, 100): 5}, SETTLED, "crop", (100, 100), ""),
        ({(100, 100): 5}, SETTLED, None, (100, 100), ""),
        ({(32, 48): 5}, InputSize((21, 31), settled=True), "crop", (32, 48), ""),
    ],
)
def test_the_size_suits_the_many_and_is_said(counts, inputs, fit, size, text):
    assert choose_size(counts, inputs, fit) == (size, text)


def test_of_two_as_frequent_sizes_neither_is_that_of_the_data():
    assert choose_size({(9, 8): 5, (8, 9): 5}, FREE, None)[0] == (32, 32)
