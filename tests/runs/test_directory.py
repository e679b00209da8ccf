"""A run's directory: made, found, written and read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from helpers.records import record_of

from dlvc_cli.errors import RunError, UsageError
from dlvc_cli.runs.directory import (
    RUNS,
    RunDir,
    all_runs,
    create_run,
    find_run,
    refuse_occupied,
)
from dlvc_cli.runs.manage import named_directory


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def recorded(run: RunDir) -> RunDir:
    run.write_record(record_of())
    return run


@pytest.mark.parametrize(
    ("model", "data", "name"),
    [
        ("cnn", "pets", "cnn-pets-1"),
        ("cnn", "folder:../shared/my pets/", "cnn-my-pets-1"),
        ("timm:vit_tiny", "folder:C:\\data\\leaves", "vit_tiny-leaves-1"),
        ("cnn", "folder:..", "cnn-run-1"),
    ],
)
def test_a_new_run_is_named_after_model_and_data(
    here: Path, model: str, data: str, name: str
) -> None:
    assert create_run(model, data).path == Path("runs", name)
    assert create_run(model, data).name == name[:-1] + "2"


def test_an_occupied_folder_is_refused(here: Path) -> None:
    (here / "out").mkdir()
    (here / "out" / ".hidden").touch()
    run = recorded(create_run("cnn", "pets", Path("out")))
    with pytest.raises(UsageError, match=r"go on with it: dlvc train --resume out\.$"):
        create_run("cnn", "pets", run.path)
    (here / "notes").touch()
    with pytest.raises(UsageError, match=r"Choose another --out\.$"):
        create_run("cnn", "pets", Path("notes"))


def test_runs_are_found_by_path_and_by_name_the_oldest_first(here: Path) -> None:
    assert all_runs() == []
    runs = [recorded(create_run("cnn", "pets")) for _ in range(3)]
    create_run("cnn", "pets")  # nothing in it yet
    for age, run in enumerate(runs):
        os.utime(run.record_file, (1e9 - age, 1e9 - age))
    assert [run.name for run in all_runs()] == ["cnn-pets-3", "cnn-pets-2", "cnn-pets-1"]
    assert find_run("cnn-pets-2").path == find_run("runs/cnn-pets-2").path


def test_a_line_that_was_cut_off_is_left_out_and_lines_are_replaced(tmp_path: Path) -> None:
    run = RunDir(tmp_path)
    assert run.metrics() == []
    lines = [{"epoch": epoch, "val_acc": epoch / 8} for epoch in (1, 2, 3)]
    for line in lines:
        run.append_metrics(line)
    with run.metrics_file.open("a") as file:
        file.write('{"epoch": 4, "val')
    assert run.metrics() == lines
    assert run.damage() == [], "it was cut off, not damaged"
    run.write_metrics(lines[:2])
    assert [json.loads(line) for line in run.metrics_file.read_text().splitlines()] == lines[:2]


def test_a_status_says_running_only_while_the_lock_is_held(tmp_path: Path) -> None:
    run = RunDir(tmp_path)
    assert run.status() == {"state": "cut off"}
    run.write_status({"state": "running", "epoch": 2}, [])
    with run.locked():
        assert run.status() == {"state": "running", "epoch": 2}
    assert run.status() == {"state": "cut off", "epoch": 2}


def test_what_is_wrong_with_status_and_metrics_is_told(tmp_path: Path) -> None:
    run = RunDir(tmp_path)
    lines = [{"epoch": epoch, "val_acc": epoch / 8} for epoch in (1, 2, 3)]
    assert run.damage() == [], "it has just begun"
    run.write_metrics(lines)
    assert run.damage() == [], "it was killed before it wrote any status"
    run.write_status({"state": "running", "epoch": 2}, lines[:2])
    assert run.damage() == [], "it was killed before it wrote that the third is done"
    run.write_metrics([lines[0], lines[1] | {"val_acc": 0.26}, lines[2]])
    assert "other figures" in run.damage()[0]
    run.write_metrics(lines[:1])
    assert "lacks the lines of 1 of 2 epochs" in run.damage()[0]
    run.metrics_file.unlink()
    assert "lacks every line" in run.damage()[0]
    run.status_file.write_text("{")
    assert "status.json is damaged" in run.damage()[0]


def test_a_damaged_status_is_summed_up_from_the_metrics(tmp_path: Path) -> None:
    run = RunDir(tmp_path)
    run.write_metrics([{"epoch": 1, "val_acc": 0.5}, {"epoch": 2, "val_acc": 0.5}, {"epoch": 3}])
    run.status_file.write_text("{")
    status = run.status()
    assert (status["epoch"], status["best_acc"], status["best_epoch"]) == (3, 0.5, 1)
    assert status["state"] == "damaged" and "status.json" in status["reason"]
    with run.locked():
        assert run.status()["state"] == "running"


@pytest.mark.parametrize(
    "content", [None, "{", "[]", '{"format": 99, "config": {}}', '{"format": 1}']
)
def test_a_record_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    run = RunDir(tmp_path)
    if content is not None:
        run.record_file.write_text(content)
    with pytest.raises(RunError, match=r"run\.json"):
        run.record()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(dlvc, folder):
    dlvc.folder.chmod(0o555)
    failed = dlvc("train", "cnn", "--data", f"folder:{folder}", code=2)
    assert "Cannot make" in failed.stderr


def test_two_runs_at_once_take_two_names(dlvc, folder):
    words = ("train", "cnn", "--data", f"folder:{folder}", "--epochs", "1", "--quiet")
    processes = [dlvc.start(*words) for _ in range(2)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert {row["name"] for row in dlvc.json("list", "runs")} == {
        "cnn-images-1",
        "cnn-images-2",
    }


def test_why_a_run_has_no_weights(tmp_path: Path):
    run = create_run("cnn", "pets", tmp_path / "one")
    assert "no epoch is finished" in run.why_no_weights()
    run.append_metrics({"epoch": 1, "val_loss": float("nan"), "val_acc": 0.5})
    assert "no validation of it was finite" in run.why_no_weights()
    # Written as JSON has it.
    assert run.metrics_file.read_text() == '{"epoch": 1, "val_loss": null, "val_acc": 0.5}\n'


def test_a_run_under_way_is_not_to_be_gone_on_with(here: Path) -> None:
    run = recorded(create_run("cnn", "pets", RUNS / "one"))
    with run.locked(), pytest.raises(UsageError) as refusal:
        refuse_occupied(RUNS / "one")
    assert str(refusal.value) == (
        "runs/one is being trained by another process. Choose another --name."
    )
    with pytest.raises(UsageError, match=r"Choose another --name, or go on with it"):
        refuse_occupied(RUNS / "one")
    with pytest.raises(UsageError, match=r"File name too long. Choose another --out"):
        refuse_occupied(here / ("x" * 300))
    (here / "photos").mkdir()
    (here / "photos" / "cat.png").touch()
    with pytest.raises(UsageError):
        refuse_occupied(here / "photos")
    assert [file.name for file in (here / "photos").iterdir()] == ["cat.png"]


@pytest.mark.parametrize("name", ["--", "-x", ".x", "a/b", " ", "ü" * 101])
def test_a_name_that_a_folder_or_a_command_would_not_take_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"no name of a run|Choose a shorter one"):
        named_directory(name)
    assert named_directory("a-b.c") == RUNS / "a-b.c"
