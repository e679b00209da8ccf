"""What a user hands over as images never acts, and never keeps a command waiting."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_a_postscript_file_called_jpg_starts_no_program(dlvc, folder, trained):
    marker = dlvc.folder / "started"
    programs = dlvc.folder / "bin"
    programs.mkdir()
    for name in ("gs", "gswin32c", "gswin64c"):
        script = programs / name
        script.write_text(f"#!/bin/sh\necho $0 >> '{marker}'\nexit 1\n")
        script.chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    for name in ("train/left/trap.jpg", "val/right/trap.png"):
        Image.new("RGB", (32, 32)).save(folder / name, "EPS")
    Image.new("L", (32, 32)).save(dlvc.folder / "trap.png", "EPS")
    shutil.copytree(trained / "runs", dlvc.folder / "runs")

    train = ("train", "cnn", "--data", f"folder:{folder}", "--max-steps", "1")
    refused = dlvc(*train, code=1, PATH=path).stderr
    assert "2 files cannot be read" in refused and "trap.jpg is no image file" in refused
    assert "left out" in dlvc(*train, "--skip-bad-files", PATH=path).stderr
    trap = folder / "train" / "left" / "trap.jpg"
    assert "is no image file" in dlvc("predict", "one", trap, code=1, PATH=path).stderr
    assert "is no image file" in dlvc("gd", "trap.png", code=1, PATH=path).stderr
    assert not marker.exists(), marker.read_text()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_a_fifo_called_jpg_keeps_nothing_waiting(dlvc, folder, trained):
    pipe = folder / "train" / "left" / "pipe.jpg"
    os.mkfifo(pipe)
    Path(folder / "val" / "left" / "endless.png").symlink_to("/dev/zero")
    train = ("train", "cnn", "--data", f"folder:{folder}", "--max-steps", "1")
    assert "2 files cannot be read" in dlvc(*train, code=1).stderr
    assert "left out" in dlvc(*train, "--skip-bad-files").stderr
    assert "it is no regular file" in dlvc("gd", pipe, code=1).stderr
    shutil.copytree(trained / "runs" / "one", dlvc.folder / "runs" / "one")
    assert "it is no regular file" in dlvc("predict", "one", pipe, code=1).stderr
