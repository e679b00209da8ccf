"""``dlvc test``."""

from __future__ import annotations

import shutil

import pytest

import dlvc_cli


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_a_test_says_which_split_and_counts_every_image(dlvc):
    result = dlvc.json("test", "one")
    assert result["split"] == "test" and result["classes"] == ["left", "right"]
    assert sum(map(sum, result["confusion"])) == 20
    correct = result["confusion"][0][0] + result["confusion"][1][1]
    assert result["accuracy"] == correct / 20
    run = dlvc_cli.load_run(dlvc.folder / "runs" / "one")
    assert run.test("val").accuracy == max(line["val_acc"] for line in run.metrics)
    assert "on val (30 images)" in dlvc("test", "runs/one", "--split", "val").stdout
    assert "no split called" in dlvc("test", "one", "--split", "extra", code=2).stderr
