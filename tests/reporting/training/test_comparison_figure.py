"""Figures of several runs."""

from __future__ import annotations

import pytest
from helpers.events import metrics
from PIL import Image

from dlvc_cli.errors import BadOption, RunError
from dlvc_cli.reporting.training.comparison_figure import (
    PlottedRun,
    comparison_figure,
    plot_comparison,
)
from dlvc_cli.reporting.training.measures import MEASURES, choose_measures


def runs(count: int) -> list[PlottedRun]:
    return [
        PlottedRun(
            f"_run_{n}",
            [metrics(epoch, val_acc=0.5 + n / 30, train_acc=0.9) for epoch in range(1, 9)],
            {"aug": "flip,crop" if n else "", "wd": f"1e-0{n + 1}"},
        )
        for n in range(count)
    ]


def words(figure) -> list[str]:
    return [text.get_text().strip() for text in figure.texts]


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.filterwarnings("error")
def test_runs_are_drawn_over_each_other(tmp_path, count):
    plot_comparison(runs(count), tmp_path / "comparison.png")
    assert [file.name for file in tmp_path.iterdir()] == ["comparison.png"]
    with Image.open(tmp_path / "comparison.png") as image:
        colors = image.convert("RGB").getcolors(1 << 20) or []
    blue = next((n for n, color in colors if color == (0x00, 0x72, 0xB2)), 0)
    green = next((n for n, color in colors if color == (0x00, 0x9E, 0x73)), 0)
    assert blue > 100 and (green > 100) == (count > 2)


def test_the_legend_says_what_differs_and_how_good_each_became():
    text = words(comparison_figure(runs(2)))
    assert text[:5] == ["run", "aug", "wd", "best accuracy", "at epoch"]
    assert text[5:10] == ["_run_0", "–", "1e-01", "0.5000", "1"]
    assert text[10:15] == ["_run_1", "flip,crop", "1e-02", "0.5333", "1"]


def test_no_two_of_many_runs_look_the_same():
    (axes, _) = comparison_figure(runs(24)).axes
    looks = [(line.get_color(), line.get_marker()) for line in axes.lines]
    assert len(set(looks)) == len(looks) == 24
    dashes = [(line.get_color(), str(line.get_linestyle())) for line in axes.lines]
    assert len(set(dashes[:14])) == 14


def test_curves_are_those_asked_for_and_share_an_axis_where_they_can():
    figure = comparison_figure(runs(2), ("train_acc", "val_acc", "val_loss"))
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert labels == ["training accuracy", "validation accuracy", "validation loss"]
    limits = [axes.get_ylim() for axes in figure.axes]
    assert limits[0] == limits[1] != limits[2]
    assert list(figure.axes[0].lines[0].get_ydata()) == [0.9] * 8


def test_a_slide_is_16_to_9_with_large_letters():
    figure, page = comparison_figure(runs(8), slide=True), comparison_figure(runs(8))
    width, height = figure.get_size_inches() * figure.dpi
    assert (round(width), round(height)) == (1920, 1080)

    def share(drawn) -> float:
        return drawn.axes[0].yaxis.label.get_fontsize() / drawn.get_size_inches()[1]

    assert share(figure) > share(page)
    assert figure.texts[0].get_fontsize() >= 12


@pytest.mark.parametrize(
    ("suffix", "begins"), [(".svg", b"<?xml"), (".pdf", b"%PDF"), (".PNG", b"\x89PNG")]
)
def test_other_formats(tmp_path, suffix, begins):
    file = tmp_path / f"curves{suffix}"
    plot_comparison(runs(2), file, ("val_acc",), slide=True)
    assert file.read_bytes().startswith(begins)


def test_a_figure_that_cannot_be_written_leaves_the_old_one(tmp_path):
    with pytest.raises(RunError, match="Cannot write"):
        plot_comparison(runs(1), tmp_path / "nowhere" / "comparison.png")
    assert not list(tmp_path.iterdir())


def test_a_curve_that_is_not_known_is_refused_with_those_that_are():
    assert choose_measures("val_loss, train_loss,val_loss", "--curves") == (
        "val_loss",
        "train_loss",
    )
    with pytest.raises(BadOption, match=r"no curve 'val'.*train_acc"):
        choose_measures("train_acc,val", "--curves")
    for wrong in ("", ",".join(MEASURES)):
        with pytest.raises(BadOption, match="one to 4"):
            choose_measures(wrong, "--curves")
