"""What goes wrong around a run: a full disk, a closed pipe, no network, an early interrupt."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys

from helpers.folders import make_folder

import dlvc_cli
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training.checkpoint import load_checkpoint


def shell(dlvc, command: str, code: int) -> subprocess.CompletedProcess[str]:
    """Run a shell line in which ``dlvc`` is the command."""
    program = f'dlvc() {{ {shlex.quote(sys.executable)} -m dlvc_cli "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", program],
        cwd=dlvc.folder,
        env=dlvc.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_a_full_disk_is_said_and_the_run_goes_on_once_there_is_room(dlvc, folder):
    words = f"train cnn --data folder:{folder} --epochs 2 --quiet"
    # A file may have 8 MB: the weights fit, a checkpoint of 12 MB does not.
    failed = shell(dlvc, f"ulimit -f 8000; dlvc {words} --out hurt", code=1)
    assert "last.ckpt" in failed.stderr and "Make room" in failed.stderr
    assert not list((dlvc.folder / "hurt").glob(".*.tmp"))
    dlvc("train", "--resume", "hurt", "--quiet")
    options = {"data": f"folder:{folder}", "epochs": 2, "threads": 1, "view": "quiet"}
    dlvc_cli.train("cnn", **options, out=dlvc.folder / "whole")
    states = [load_checkpoint(RunDir(dlvc.folder / name))[0] for name in ("hurt", "whole")]
    a, b = (state["network"] for state in states)
    assert all((a[key] == b[key]).all() for key in a)


def test_a_closed_pipe_is_no_error(dlvc):
    done = shell(dlvc, "dlvc list --json | head -1; exit ${PIPESTATUS[0]}", code=0)
    assert done.stderr == ""


def test_named_data_without_network_says_what_to_put_where(dlvc):
    url = "http://127.0.0.1:9/cifar.tar.gz"
    failed = dlvc("train", "cnn", "--data", "pets", code=1, DLVC_CIFAR10_URL=url)
    assert url in failed.stderr and str(dlvc.environment["DLVC_HOME"]) in failed.stderr
    assert not (dlvc.folder / "runs").exists()


def test_without_data_the_toy_set_is_used_and_the_reason_is_said_first(dlvc):
    done = dlvc("train", "cnn", "--max-steps", "1")
    assert done.stderr.startswith("Data: toy-pets, since no --data is given")
    assert "pets" in dlvc.json("list", "runs")[0]["data"]


def test_an_interrupt_while_reading_leaves_nothing_behind(dlvc, tmp_path):
    images = make_folder(tmp_path / "images", {"train": 1500, "val": 2})
    process = dlvc.start("train", "cnn", "--data", f"folder:{images}")
    line = process.stderr.readline()
    while line and "reading" not in line:
        line = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    if (dlvc.folder / "runs").exists():
        # Reading was over before the signal came: then the run was stopped in order.
        assert dlvc.json("list", "runs")[0]["state"] == "stopped"
