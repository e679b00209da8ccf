"""What a test says of how sure a network is."""

from __future__ import annotations

import numpy as np
import pytest

from dlvc_cli.reporting.training.certainty import print_certainty
from dlvc_cli.reporting.training.reliability_figure import reliability_figure
from dlvc_cli.runs.predictions import Predictions
from dlvc_cli.runs.split_figures import figures_of_split

# Sure at 0.9 of a cat and right; at 0.8 of a dog, and wrong.
KEPT = Predictions(
    "val", 1, "", np.array([0, 0], np.int32), np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)
)
RESULT = figures_of_split(KEPT, ("cat", "dog"), 0.1, ["a.png", "[red]b.png"])


def test_bins_and_worst_images_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    print_certainty(RESULT)
    lines = capsys.readouterr().out.splitlines()
    # |1 - 0.9| / 2 + |0 - 0.8| / 2.
    assert lines[0].startswith("Calibration: ECE 0.4500 (15 bins). The mean confidence is 0.8500:")
    assert "surer than it is right" in lines[0]
    # 0.8 in single precision is a little more.
    assert lines[2].split() == ["0.800", "to", "0.867", "1", "0.8000", "0.0000"]
    assert lines[-1].split() == ["[red]b.png", "cat", "dog", "0.8000"]
    print_certainty(figures_of_split(KEPT, ("cat", "dog"), 0.1))
    assert capsys.readouterr().out.splitlines()[-1].split()[:2] == ["index", "1"]


def test_the_curve_has_a_point_for_each_bin_with_images() -> None:
    assert RESULT.calibration is not None
    figure = reliability_figure(RESULT.calibration, "one on val")
    curve, counts = figure.axes
    diagonal, points = curve.lines
    assert np.allclose(points.get_xydata(), [[0.8, 0], [0.9, 1]])
    assert np.allclose(diagonal.get_xydata(), [[0, 0], [1, 1]])
    assert sum(bar.get_height() for bar in counts.patches) == 2
