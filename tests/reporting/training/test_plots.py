"""Figures of one run."""

from __future__ import annotations

import math

import pytest
from helpers.events import metrics
from PIL import Image

from dlvc_cli.errors import RunError
from dlvc_cli.reporting.training.plots import plot_run


def ink(file) -> float:
    """The share of an image's pixels that are not white."""
    with Image.open(file) as image:
        assert image.format == "PNG"
        histogram = image.convert("L").histogram()
    return 1 - sum(histogram[250:]) / sum(histogram)


@pytest.mark.parametrize(
    "lines",
    [
        [metrics(1)],
        [metrics(epoch, val_acc_running=0.6) for epoch in range(1, 31)],
        [metrics(epoch, train_loss=10.0 ** (-epoch / 100)) for epoch in range(1, 501)],
        [metrics(1), metrics(2, train_loss=None, val_loss=math.nan), metrics(3, val_acc=None)],
        [metrics(1, train_loss=0.0, val_loss=math.inf)],
        [dict.fromkeys(metrics(1)) | {"epoch": 1}],
    ],
    ids=["one epoch", "running", "decades", "gaps", "zero and infinity", "nothing"],
)
@pytest.mark.filterwarnings("error")
def test_a_run_is_drawn_whatever_its_values(tmp_path, lines):
    plot_run(lines, tmp_path, "cnn_$1 on $HOME/pets")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["accuracy.png", "loss.png"]
    assert ink(tmp_path / "loss.png") > 0.005
    assert ink(tmp_path / "accuracy.png") > 0.005


def test_a_figure_that_cannot_be_written_leaves_the_old_one(tmp_path):
    (tmp_path / "accuracy.png").mkdir()
    with pytest.raises(RunError, match="Cannot write"):
        plot_run([metrics(1)], tmp_path, "cnn")
    assert (tmp_path / "accuracy.png").is_dir()


def test_the_training_accuracy_is_drawn_where_it_is_recorded(tmp_path):
    def blue(**changes: float) -> int:
        plot_run([metrics(epoch, **changes) for epoch in range(1, 9)], tmp_path, "cnn")
        with Image.open(tmp_path / "accuracy.png") as image:
            return list(image.convert("RGB").get_flattened_data()).count((0x00, 0x72, 0xB2))

    assert blue(train_acc=0.8) > 300
    assert blue() == 0
