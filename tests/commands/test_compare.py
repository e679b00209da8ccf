"""``dlvc compare``."""

from __future__ import annotations

import shutil

import pytest
from PIL import Image

import dlvc_cli


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_a_comparison_has_the_options_that_differ_and_an_image(dlvc):
    done = dlvc("compare", "one", "two")
    header = done.stdout.splitlines()[0]
    assert "aug" in header and "wd" in header and "lr" not in header.split()
    image = Image.open(dlvc.folder / "comparison.png")
    assert min(image.size) > 300 and len(set(image.convert("L").tobytes())) > 20
    rows = dlvc.json("compare", "one", "two")
    assert [len(row["metrics"]) for row in rows] == [3, 3]
    assert ".svg or .pdf" in dlvc("compare", "one", "--out", "curves.txt", code=2).stderr


def test_the_figure_has_the_curves_asked_for_in_the_format_asked_for(dlvc):
    options = "--curves", "train_acc,val_acc,val_acc_running", "--slides", "--out", "curves.svg"
    done = dlvc("compare", "one", "two", *options)
    assert "No val_acc_running is recorded of one, two" in done.stderr
    assert "train_acc" not in done.stderr
    assert (dlvc.folder / "curves.svg").read_text().startswith("<?xml")
    assert "train_acc" in dlvc("compare", "one", "--curves", "accuracy", code=2).stderr


def test_runs_that_differ_in_much_are_told_apart_by_what_was_asked_for(dlvc, trained):
    dlvc_cli.train(
        "cnn", data=f"folder:{trained / 'images'}", weights=trained / "runs" / "one", dropout=0.2,
        max_steps=1, out=dlvc.folder / "runs" / "fine", view="quiet",
    )  # fmt: skip
    header, one, fine, *_ = dlvc("compare", "one", "fine").stdout.splitlines()
    assert header.split()[:3] == ["run", "options", "state"]
    assert "--lr 0.05" in one and "--dropout 0.2" in fine and "--weights" in fine
    assert "--data" not in one + fine and "--epochs" not in one
