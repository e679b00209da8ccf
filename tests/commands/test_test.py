"""``dlvc test``."""

from __future__ import annotations

import json
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


def test_what_the_run_has_kept_tells_the_same_without_running_anything(dlvc):
    run = dlvc.json("test", "one", "--split", "val", "--metric", "auroc,macro_f1")
    kept = dlvc.json("test", "one", "--kept", "--metric", "auroc", "--metric", "macro_f1")
    assert kept["from_run"] and kept["split"] == "val" and kept["epoch"] >= 1
    for key in ("accuracy", "confusion", "per_class", "interval", "images", "classes"):
        assert kept[key] == run[key]
    for one, other in ((kept["loss"], run["loss"]), *zip(
        kept["metrics"].values(), run["metrics"].values(), strict=True)):  # fmt: skip
        assert one == pytest.approx(other, abs=1e-6)
    assert set(kept["metrics"]) == {"auroc", "macro_f1"}
    assert sum(one["images"] for one in kept["calibration"]["bins"]) == 30
    assert "no metric called" in dlvc("test", "one", "--metric", "aurok", code=2).stderr
    assert "--kept and --data" in dlvc("test", "one", "--kept", "--data", "pets", code=2).stderr
    assert "predictions-test" in dlvc("test", "one", "--kept", "--split", "test", code=1).stderr


def test_it_shows_how_sure_the_network_is_and_draws_it(dlvc):
    # The data is gone.
    record = dlvc.folder / "runs" / "one" / "run.json"
    written = json.loads(record.read_text())
    written["config"]["data"] = "folder:/nowhere"
    del written["digest"]
    record.write_text(json.dumps(written))
    text = dlvc("test", "one", "--kept", "--metric", "ece", "--out", "curve.png").stdout
    for words in ("nothing was run again", "recall", "precision", "Calibration: ECE", "ece 0."):
        assert words in text
    assert "reliability curve: curve.png" in text
    assert (dlvc.folder / "curve.png").stat().st_size > 5000
    assert "must end in" in dlvc("test", "one", "--out", "curve.txt", code=2).stderr


def test_probabilities_are_averaged_over_variants_where_asked(dlvc):
    once = dlvc.json("test", "one", "--split", "val")
    both = dlvc.json("test", "one", "--split", "val", "--tta", "shift,flip")
    assert (once["tta"], both["tta"]) == ("none", "flip,shift") and both["loss"] != once["loss"]
    text = dlvc("test", "one", "--tta", "flip").stdout
    assert "Probabilities are averaged over variants of each image (--tta flip)." in text
    for command in (("test", "one"), ("train", "cnn")):
        assert "--tta is flip, shift" in dlvc(*command, "--tta", "mirror", code=2).stderr
    said = dlvc("test", "one", "--kept", "--tta", "flip", code=2).stderr
    assert "what is kept is of --tta none" in said
    assert dlvc.json("test", "one", "--kept", "--tta", "none")["accuracy"] == once["accuracy"]
