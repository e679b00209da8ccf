"""Surfaces with several minima, against the literature."""

from __future__ import annotations

import pytest
from helpers.surfaces import at


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("himmelblau", (0, 0), 170),
        ("himmelblau", (-0.270845, -0.923039), 181.616522),
        ("camel", (0.0898, -0.7126), -1.031628),
        ("camel", (1.607105, 0.568651), 2.104250),
        ("three-hump-camel", (1.747552, -0.873776), 0.298638),
        ("styblinski-tang", (-2.903534, -2.903534), -78.332331),
        ("styblinski-tang", (2.746803, -2.903534), -64.195612),
        # The four minima in Goldstein and Price 1971.
        ("goldstein-price", (0, -1), 3),
        ("goldstein-price", (-0.6, -0.4), 30),
        ("goldstein-price", (1.8, 0.2), 84),
        ("goldstein-price", (1.2, 0.8), 840),
        ("rastrigin", (1, 1), 2),
        ("rastrigin", (4.522993, 4.522993), 80.706580),
        ("ackley", (0, 0), 0),
        ("ackley", (1, 1), 3.625385),
        ("griewank", (0, 0), 0),
        ("griewank", (3.140023, 4.438444), 0.007396),
    ],
)
def test_values_at_known_points(text: str, point: tuple[float, float], value: float) -> None:
    assert at(text, *point) == pytest.approx(value, abs=1e-6)
