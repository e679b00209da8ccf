"""Fewer points that look the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dlvc_cli.reporting.descent.figures.lines import thin_curve, thin_path

finite = st.floats(0, 50)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 60), st.just(2)), elements=finite))
def test_thin_paths_keep_their_ends_and_every_move(path):
    thin = thin_path(path, 0.5)
    kept = thin[~np.isnan(thin[:, 0])]
    assert (thin[0] == path[0]).all() and (thin[-1] == path[-1]).all()
    assert {tuple(point) for point in kept} <= {tuple(point) for point in path}

    def moves(points: np.ndarray) -> set[tuple[float, ...]]:
        squares = np.floor(points / 0.5)
        pairs = np.hstack([squares[:-1], squares[1:]])
        return {tuple(pair) for pair in pairs if not np.isnan(pair).any()}

    def real(found: set[tuple[float, ...]]) -> set[tuple[float, ...]]:
        return {move for move in found if move[:2] != move[2:]}

    assert real(moves(thin)) == real(moves(path))


def test_a_walk_to_and_fro_is_drawn_once():
    path = np.tile([[0.0, 0.0], [10.0, 3.0]], (50_000, 1))
    assert len(thin_path(path, 0.1)) < 10


@given(
    arrays.arrays(np.float64, st.integers(1500, 5000), elements=st.floats(-1e3, 1e3)),
    st.booleans(),
)
def test_thin_curves_keep_ends_and_extremes(values, log):
    steps, thin = thin_curve(np.arange(len(values)), values, log)
    assert len(steps) == len(thin) <= 1600
    assert (np.diff(steps) >= 0).all()
    assert (steps[0], steps[-1]) == (0, len(values) - 1)
    assert thin[-1] == values[-1]
    assert (thin.min(), thin.max()) == (values.min(), values.max())
