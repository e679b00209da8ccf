"""A run that was killed while its curves were drawn gets them from the next command."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from helpers.folders import QUIET

import dlvc_cli
from dlvc_cli.api.run_figures import draw_missing_figures
from dlvc_cli.runs.directory import RunDir


def killed_while_drawing(dlvc, folder):
    """A finished run whose process was killed before it had drawn anything."""
    words = ("train", "cnn", "--data", f"folder:{folder}", "--epochs", "2", "--out", "killed")
    process = dlvc.start(*words)
    run = dlvc.folder / "killed"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        status = run / "status.json"
        if status.exists() and json.loads(status.read_text())["state"] == "finished":
            break
        time.sleep(0.005)
    # matplotlib takes its time.
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (run / "accuracy.png").exists()
    return run


def test_the_next_command_draws_what_a_killed_one_did_not(dlvc, folder):
    run = killed_while_drawing(dlvc, folder)
    for words, code in ((("--resume", "killed"), 2), (None, 0)):
        dlvc(*(("train", *words) if words else ("show", "killed")), code=code)
        for name in ("loss.png", "accuracy.png"):
            assert (run / name).stat().st_size > 1000
            (run / name).unlink()


def test_figures_are_drawn_only_where_they_lack_epochs(few, own_folder):
    run = dlvc_cli.train("cnn", data=few, epochs=1, **QUIET)
    files, said = RunDir(run.path), []
    figure = run.path / "loss.png"
    before = figure.stat().st_mtime_ns
    draw_missing_figures(files, said.append)
    assert figure.stat().st_mtime_ns == before
    os.utime(figure, (0, 0))
    with files.locked():
        draw_missing_figures(files, said.append)
        assert figure.stat().st_mtime == 0, "whoever is training it will draw them"
    draw_missing_figures(files, said.append)
    assert figure.stat().st_mtime_ns > before and not said


def test_what_cannot_be_drawn_is_said(few, own_folder, monkeypatch):
    run = dlvc_cli.train("cnn", data=few, epochs=1, **QUIET)
    (run.path / "loss.png").unlink()

    def fail(*args):
        raise ValueError("no fonts")

    monkeypatch.setattr("dlvc_cli.reporting.training.plots.plot_run", fail)
    said: list[str] = []
    draw_missing_figures(RunDir(run.path), said.append)
    assert said == [f"The curves of {run.name} could not be drawn: ValueError: no fonts"]


def test_a_run_without_epochs_has_no_figures(own_folder, tmp_path):
    draw_missing_figures(RunDir(tmp_path), lambda text: pytest.fail(text))
    assert not (tmp_path / "loss.png").exists()
