"""``dlvc report``, and the report that a training leaves behind."""

from __future__ import annotations

import shutil

from helpers.folders import make_folder

from dlvc_cli.commands.completion import complete_reported


def test_a_training_leaves_a_report_and_the_command_adds_images(dlvc, tmp_path):
    data = make_folder(tmp_path / "images", {"train": 20, "val": 12})
    asked = ["--data", f"folder:{data}", "--aug", "flip", "--epochs", "1", "--batch-size", "8"]
    dlvc("train", "cnn", *asked, "--out", "run", "--quiet")
    file = dlvc.folder / "run" / "report.html"
    before = file.read_text()
    assert "Confusion matrix" in before and "Why the last batch reads" in before
    assert "data:image" not in before and "<code>dlvc report run</code>" in before
    assert dlvc("report", "run").stdout == "report: run/report.html\n"
    after = file.read_text()
    assert "Where the network looks" in after and after.count(">Grad-CAM</figcaption>") == 12
    assert after.count(">integrated gradients</figcaption>") == 12
    assert "What the network saw" in after and "the run&#x27;s ops (flip)" in after
    # Six images as they are stored, and in eight epochs.
    assert after.count("data:image/png") >= 6 * 9 + 12 * 3
    # Without the data the rest is there.
    data.rename(tmp_path / "moved")
    assert "Images are left out" in dlvc("report", "run", "--out", "bare.html").stderr
    bare = (dlvc.folder / "bare.html").read_text()
    assert "Images are left out" in bare and "Confusion matrix" in bare
    dlvc("report", "run", "--data", f"folder:{tmp_path / 'moved'}", "--out", "moved.html")
    assert "data:image/png" in (dlvc.folder / "moved.html").read_text()
    # Data that was named must be the run's; else the page that is there stays.
    file.write_text("as it was")
    other = make_folder(tmp_path / "other", {"train": 20, "val": 8})
    for wrong, said in ((tmp_path / "nowhere", "nowhere"), (other, "not those that the run had")):
        assert said in dlvc("report", "run", "--data", f"folder:{wrong}", code=None).stderr
        assert file.read_text() == "as it was"
    assert "name must end in .html" in dlvc("report", "run", "--out", "x.pdf", code=2).stderr


def test_what_is_damaged_of_a_run_is_said(dlvc, tmp_path):
    data = make_folder(tmp_path / "images", {"train": 8, "val": 4})
    dlvc("train", "cnn", "--data", f"folder:{data}", "--epochs", "1", "--out", "run", "--quiet")
    kept = dlvc.folder / "run" / "predictions.safetensors"
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    said = "predictions.safetensors is damaged"
    assert said in dlvc("report", "run").stderr
    assert said in (dlvc.folder / "run" / "report.html").read_text()
    (dlvc.folder / "run" / "best.safetensors").unlink()
    assert "best.safetensors is missing" in dlvc("test", "run", code=2).stderr


def test_the_folder_of_a_study_is_enough_for_its_page(dlvc, tmp_path, monkeypatch):
    data = make_folder(tmp_path / "images", {"train": 8, "val": 4})
    asked = ["--data", f"folder:{data}", "--epochs", "1", "--batch-size", "8"]
    dlvc("train", "cnn", *asked, "--sweep", "wd=0,1e-5", "--name", "<b>ways", "--quiet")
    folder = dlvc.folder / "studies" / "<b>ways"
    (folder / "report.html").unlink()
    shutil.rmtree(data)
    # By its name, and, without what it was made from, by its folder elsewhere.
    assert dlvc("report", "<b>ways").stdout == "report: studies/<b>ways/report.html\n"
    moved = folder.rename(dlvc.folder / "moved")
    dlvc("report", "moved", "--out", "page.html")
    page = (dlvc.folder / "page.html").read_text()
    assert page == (moved / "report.html").read_text()
    assert "2 experiments, 2 of 2 runs are finished" in page
    assert "TOML file" in dlvc("report", "moved", "--folder", "x", code=2).stderr
    assert "has its own" in dlvc("report", "moved", "--data", "pets", code=2).stderr
    moved.rename(folder)
    monkeypatch.chdir(dlvc.folder)
    assert complete_reported("<b") == ["<b>ways"]
    (folder / "study.json").write_text("{}")
    assert "study.json is damaged" in dlvc("report", "<b>ways", code=1).stderr
    none = dlvc("report", "<b>way", code=2).stderr
    assert "no run and no study called '<b>way'. Did you mean <b>ways?" in none
    (dlvc.folder / "runs" / "empty").mkdir(parents=True)
    assert "runs/empty is not a run but a folder" in dlvc("report", "empty", code=2).stderr
    (folder / "study.json").unlink()
    assert "has no study.json" in dlvc("report", "<b>ways", code=2).stderr
