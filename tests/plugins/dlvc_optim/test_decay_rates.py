"""Decays of 1, at which nothing would ever be forgotten."""

from __future__ import annotations

import pytest
from helpers.optimizers import check_refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sgd:momentum=1", "momentum must be below 1, not 1"),
        ("nesterov:1", "momentum must be below 1, not 1"),
        ("adam:beta2=1", "beta2 must be below 1"),
        ("rmsprop:alpha=1", "alpha must be below 1"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(text: str, message: str) -> None:
    check_refused(text, message)
