"""``dlvc reproduce``: a study is run, cut off, gone on with, checked."""

from __future__ import annotations

import csv
import json
import os
import signal
import time
from pathlib import Path

import pytest
from helpers.folders import make_folder

from dlvc_cli.runs.directory import RunDir

ROOT = Path(__file__).parents[2]

STUDY = """
title = "Two ways"
[defaults]
model = "cnn"
epochs = 2
lr = 0.05
batch-size = 20
running-accuracy = true
[[experiment]]
name = "plain"
reported = { best_acc = { value = 0.5, tolerance = 0.5 }, train_loss = 9.9 }
[[experiment]]
name = "flip"
aug = "flip"
[[finding]]
name = "sooner"
says = "Plain has a lower training loss than none."
near = "last_acc"
experiments = ["plain"]
value = 0.5
tolerance = 0.5
[[figure]]
name = "fig1"
title = "Loss"
draws = "train_loss"
experiments = ["*"]
"""

STRANGER = """
from dlvc_cli import LossSpec, hookimpl

def build():
    raise RuntimeError("it went astray")

@hookimpl
def dlvc_losses():
    return [LossSpec(name="stranger_loss", summary="Raises.", factory=build)]
"""


@pytest.fixture
def images(tmp_path) -> str:
    return f"folder:{make_folder(tmp_path / 'images', {'train': 20, 'val': 10})}"


@pytest.fixture
def file(dlvc):
    path = dlvc.folder / "ways.toml"
    path.write_text(STUDY)
    return path


def test_a_study_is_run_skipped_and_checked(dlvc, file, images):
    words = ("reproduce", file, "--data", images)
    said = dlvc(*words, "--dry-run").stdout
    assert "2 of 2 runs are to be made: " in said and "dlvc train cnn" in said
    # Nothing has run yet, and nothing does.
    assert "on this machine, by a few steps measured just now." in said
    assert not (dlvc.folder / "studies").exists()

    first = dlvc(*words)
    assert "Finished: 2 runs finished" in first.stderr
    folder = dlvc.folder / "studies" / "ways"
    runs = sorted((folder / "runs").iterdir())
    assert [run.name.rpartition("-")[0] for run in runs] == ["flip-seed0", "plain-seed0"]
    table = (folder / "table.md").read_text()
    assert "# Two ways" in table and "![Loss](fig1.png)" in table and "**held**" in table
    assert (folder / "fig1.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader((folder / "table.csv").open()))
    status = json.loads((runs[1] / "status.json").read_text())
    assert float(rows[0]["best_acc"]) == status["best_acc"]
    assert float(rows[0]["train_loss_reported"]) == 9.9

    before = [(run / "metrics.jsonl").stat().st_mtime_ns for run in runs]
    again = dlvc(*words)
    assert "2 of them finished already" in again.stderr
    assert [(run / "metrics.jsonl").stat().st_mtime_ns for run in runs] == before

    assert dlvc(*words, "--check").returncode == 0
    file.write_text(STUDY.replace("value = 0.5, tolerance = 0.5 }", "value = 5, tolerance = 0.5 }"))
    failed = dlvc(*words, "--check", code=1)
    assert "error: plain: best_acc is" in failed.stderr and "of 5." in failed.stderr
    # Options that change make another run; a change of what is reported doesn't.
    dry = dlvc(*words, "--dry-run").stdout
    assert "4 of 4" not in dry and "0 of 2 runs are to be made." in dry
    # More epochs of what has run: nothing has to be measured.
    assert "by what earlier epochs took." in dlvc(*words, "--dry-run", "--epochs", "5").stdout
    assert "1 of 1 runs" in dlvc(*words, "--dry-run", "--only", "fl*", "--epochs", "1").stdout


def test_a_study_that_is_stopped_goes_on_where_it_was(dlvc, file, images):
    words = ("reproduce", file, "--data", images, "--epochs", "40")
    process = dlvc.start(*words)
    runs = dlvc.folder / "studies" / "ways" / "runs"
    until = time.monotonic() + 120
    while not any(runs.glob("plain*/metrics.jsonl")) and time.monotonic() < until:
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 143, told
    (plain,) = runs.glob("plain*")
    done = json.loads((plain / "status.json").read_text())
    assert done["state"] == "stopped" and 1 <= done["epoch"] < 40
    assert "Stopped" in told and not list(runs.glob("flip*"))
    dry = dlvc(*words, "--dry-run").stdout
    assert f"plain: goes on after epoch {done['epoch']}" in dry
    dlvc(*words, "--only", "plain")
    lines = (plain / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == list(range(1, 41))


def test_a_run_that_is_killed_is_begun_again_and_goes_on(dlvc, file, images):
    process = dlvc.start("reproduce", file, "--data", images, "--epochs", "30", "--only", "plain")
    runs = dlvc.folder / "studies" / "ways" / "runs"
    until = time.monotonic() + 120
    while not any(runs.glob("plain*/last.ckpt")) and time.monotonic() < until:
        time.sleep(0.1)
    (plain,) = runs.glob("plain*")
    workers = [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdecimal() and str(plain).encode() in _command_line(process)
    ]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    _, told = process.communicate(timeout=200)
    assert process.returncode == 0, told
    assert json.loads((plain / "status.json").read_text())["state"] == "finished"
    epochs = [json.loads(line)["epoch"] for line in (plain / "metrics.jsonl").open()]
    assert epochs == list(range(1, 31))


def test_a_study_that_is_killed_takes_its_runs_with_it_and_goes_on(dlvc, file, images):
    """Two at a time or one, killed or not: with as many threads, the same figures."""
    file.write_text(STUDY.replace("[defaults]", '[defaults]\nthreads = 1\ndevice = "cpu"'))
    words = ("reproduce", file, "--data", images, "--epochs", "12")
    process = dlvc.start(*words, "--jobs", "2", "--out", "two")
    runs = dlvc.folder / "two" / "runs"
    until = time.monotonic() + 120
    while len(list(runs.glob("*/last.ckpt"))) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    process.kill()
    process.wait()
    # The same command waits for what is still saving.
    assert "Finished: 2 runs finished" in dlvc(*words, "--jobs", "2", "--out", "two").stderr
    dlvc(*words, "--out", "one")
    assert _figures(dlvc.folder / "two") == _figures(dlvc.folder / "one")
    logs = [log.read_text() for log in (dlvc.folder / "two" / "jobs").glob("*.log")]
    assert any("Stopping after this step" in log for log in logs), "they were told"


def _figures(study: Path) -> list[dict[str, object]]:
    """The table and each run's lines, without times."""
    rows: list[dict[str, object]] = list(csv.DictReader((study / "table.csv").open()))
    for run in sorted((study / "runs").iterdir()):
        rows += [json.loads(line) for line in (run / "metrics.jsonl").open()]
    timed = ("minutes", "seconds", "images_per_s")
    return [{k: v for k, v in row.items() if not k.startswith(timed)} for row in rows]


def test_ctrl_c_twice_leaves_at_once_and_runs_save(dlvc, file, images):
    process = dlvc.start("reproduce", file, "--data", images, "--epochs", "200", "--only", "plain")
    runs = dlvc.folder / "studies" / "ways" / "runs"
    until = time.monotonic() + 120
    while not any(runs.glob("plain*/last.ckpt")) and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in told, told
    (run,) = map(RunDir, runs.glob("plain*"))
    while run.in_use() and time.monotonic() < until:
        time.sleep(0.1)
    status = run.status()
    assert status["state"] == "stopped" and 1 <= status["epoch"] < 200


def test_what_is_in_the_way_of_a_study_is_said(dlvc, file, images):
    words = ("reproduce", file, "--data", images, "--only", "plain", "--epochs", "1")
    (dlvc.folder / "studies" / "ways").mkdir(parents=True)
    jobs = dlvc.folder / "studies" / "ways" / "jobs"
    jobs.write_text("")
    assert "Cannot write" in dlvc(*words, code=1).stderr
    jobs.unlink()
    dlvc(*words)
    # What is left of a job is written anew, and a damaged run is named.
    (left,) = jobs.glob("*.json")
    left.write_text("{")
    (run,) = (dlvc.folder / "studies" / "ways" / "runs").iterdir()
    (run / "status.json").write_text("{")
    (run / "run.json").write_text("{")
    said = dlvc(*words, code=1).stderr
    assert "failed: plain" in said and "run.json" in said, said
    assert json.loads(left.read_text())["config"]["model"] == "cnn"


def _command_line(process: Path) -> bytes:
    try:
        return process.joinpath("cmdline").read_bytes()
    except OSError:
        return b""


def test_sweeps_seeds_and_folds_need_no_file(dlvc, images):
    words = ("train", "cnn", "--data", images, "--epochs", "1", "--batch-size", "20")
    done = dlvc(*words, "--sweep", "wd=0,1e-3", "--seeds", "2", "--name", "decay")
    assert "wd=0" in done.stdout and "wd=1e-3" in done.stdout and "±" in done.stdout
    assert len(list((dlvc.folder / "studies" / "decay" / "runs").iterdir())) == 4
    folds = dlvc(*words, "--folds", "2", "--name", "parts")
    assert "2/2" in folds.stdout and "test" in folds.stdout
    for wrong, said in (
        (("--sweep", "wd=x"), "takes a number"),
        (("--seeds", "2", "--seed", "1"), "exclude each other"),
        (("--sweep", "wd=1", "--sweep", "wd=2"), "given twice"),
        (("--sweep", "lr=1", "--lr", "2"), "exclude each other"),
        (("--seeds", "2", "--on", "lcal"), "Did you mean local?"),
    ):
        assert said in dlvc(*words, *wrong, code=2).stderr


def test_an_experiment_that_is_wrong_is_named_before_any_work(dlvc, file, images):
    file.write_text(STUDY.replace('aug = "flip"', 'aug = "flop"'))
    failed = dlvc("reproduce", file, "--data", images, code=2)
    assert "flip: There is no op called 'flop'. Did you mean" in failed.stderr
    assert not (dlvc.folder / "studies").exists()
    assert "no experiment is called so" in dlvc("reproduce", file, "--only", "x*", code=2).stderr


def test_a_run_that_cannot_be_made_is_named_with_its_reason_and_the_rest_goes_on(
    dlvc, file, images, make_plugin
):
    """Weights that are out of reach, an error of a plugin's, and names that differ after a dot."""
    make_plugin("stranger", STRANGER)
    absent = '[[experiment]]\nname = "weights"\nmodel = "squeezenet"\npretrained = true\n'
    broken = '[[experiment]]\nname = "broken"\nloss = "stranger_loss"\n'
    rates = '[[experiment]]\nname = "rate {lr}"\nsweep = { lr = [0.01, 0.05] }\n'
    file.write_text(STUDY.partition("[[experiment]]")[0] + absent + broken + rates)
    # Nothing listens there.
    nowhere = "http://127.0.0.1:9"
    environment = {"https_proxy": nowhere, "TORCH_HOME": str(dlvc.folder / "torch")}
    done = dlvc("reproduce", file, "--data", images, "--epochs", "1", code=1, **environment)
    assert "weights: can't run here" in done.stderr and "put that file at" in done.stderr
    assert "broken: failed" in done.stderr and "went astray" in done.stderr
    folder = dlvc.folder / "studies" / "ways"
    checked = dlvc("reproduce", file, "--data", images, "--epochs", "1", "--check", code=1)
    assert "skipped: weights: The weights of" in checked.stderr
    assert "error: broken: broken failed:" in checked.stderr and "astray" in checked.stderr
    kept = {}
    for run in sorted((folder / "runs").glob("rate*")):
        assert (folder / "jobs" / f"{run.name}.log").exists()
        kept[run.name.partition("-seed")[0]] = json.loads((run / "run.json").read_text())
    assert {name: record["config"]["lr"] for name, record in kept.items()} == {
        "rate-0.01": 0.01,
        "rate-0.05": 0.05,
    }


def test_the_table_of_the_docs_is_within_what_the_file_states(dlvc, tmp_path):
    study = ROOT / "examples" / "assignment2.toml"
    kept = ROOT / "docs" / "table" / "table.csv"
    done = dlvc("reproduce", study, "--check", "--table", kept)
    assert "skipped: ResNet: The weights of resnet18 cannot be fetched" in done.stderr
    assert "error" not in done.stderr
    with kept.open(newline="") as file:
        rows = list(csv.DictReader(file))
    name = "CNN without augmentation"
    for change, said in (
        ({"best_running_acc": "0.9"}, f"error: {name}: best_running_acc is 0.9000"),
        ({"best_running_acc": ""}, f"error: {name}: best_running_acc is not there."),
        ({"runs": "1"}, f"error: {name}: 1 of 3 runs are finished."),
        ({"experiment": "another"}, f"error: {name}: it hasn't been run."),
    ):
        spoiled = tmp_path / "spoiled.csv"
        with spoiled.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows([row | change if row["experiment"] == name else row for row in rows])
        assert said in dlvc("reproduce", study, "--check", "--table", spoiled, code=1).stderr
    assert dlvc("reproduce", study, "--check", "--table", study, code=2).stderr.count("\n") == 1
    assert "goes with --check" in dlvc("reproduce", study, "--table", kept, code=2).stderr
