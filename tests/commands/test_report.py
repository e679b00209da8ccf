"""``dlvc report``, and the report that a training leaves behind."""

from __future__ import annotations

from helpers.folders import make_folder


def test_a_training_leaves_a_report_and_the_command_adds_images(dlvc, tmp_path):
    data = make_folder(tmp_path / "images", {"train": 20, "val": 12})
    asked = ["--data", f"folder:{data}", "--aug", "flip", "--epochs", "1", "--batch-size", "8"]
    dlvc("train", "cnn", *asked, "--out", "run", "--quiet")
    file = dlvc.folder / "run" / "report.html"
    before = file.read_text()
    assert "Confusion matrix" in before and "Why the last batch reads" in before
    assert "data:image" not in before
    assert dlvc("report", "run").stdout == "report: run/report.html\n"
    after = file.read_text()
    assert "What the network saw" in after and "the run&#x27;s ops (flip)" in after
    # Six images as they are stored, and in eight epochs.
    assert after.count("data:image/png") >= 6 * 9
    # Without the data the rest is there.
    data.rename(tmp_path / "moved")
    dlvc("report", "run", "--out", "bare.html")
    bare = (dlvc.folder / "bare.html").read_text()
    assert "Images are left out" in bare and "Confusion matrix" in bare
    dlvc("report", "run", "--data", f"folder:{tmp_path / 'moved'}", "--out", "moved.html")
    assert "data:image/png" in (dlvc.folder / "moved.html").read_text()
    assert "name must end in .html" in dlvc("report", "run", "--out", "x.pdf", code=2).stderr
