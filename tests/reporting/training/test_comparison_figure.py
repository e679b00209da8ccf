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


def test_a_slide_has_whole_pixels_in_its_file(tmp_path):
    plot_comparison(runs(2), tmp_path / "slide.png", slide=True)
    with Image.open(tmp_path / "slide.png") as image:
        assert image.size == (1920, 1080)


@pytest.mark.parametrize("slide", [False, True])
@pytest.mark.parametrize("count", [3, 8])
def test_options_are_broken_between_each_other_and_none_is_left_out(count, slide):
    asked = [
        "cnn --data toy-pets --batch-size 64 --lr 0.05 --schedule cosine --momentum 0.9 --seed 3",
        "cnn --data toy-pets --aug flip,crop --batch-size 64 --lr 0.06 --schedule cosine --seed 3",
        "cnn --data toy-pets --aug crop:size=32:pad=4,flip,rotate:degrees=30 --batch-size 128 "
        "--lr 0.06 --nesterov --optimizer momentum --schedule step:every=30:factor=0.1 --seed 12",
    ]
    drawn = [
        PlottedRun(f"a_run_called_{n}", [metrics(1)], {"options": asked[n % 3]})
        for n in range(count)
    ]
    figure = comparison_figure(drawn, slide=slide)
    said = " ".join(words(figure)).replace(", ", ",")
    assert all(f" {word}" in said for text in asked for word in text.split(" "))
    assert "…" not in said
    # No line is on another, nor under the edge.
    boxes = [text.get_window_extent() for text in figure.texts]
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert all(box.y0 >= 0 for box in boxes)


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
