"""Signals at every moment: what is said, the exit code, and what stays on disk."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import threading
import time

import pytest

SLOW_IMPORT = """
import sys, time
print("importing", file=sys.stderr, flush=True)
try:
    time.sleep(60)
except BaseException:
    print("swallowed", file=sys.stderr, flush=True)
"""

# An op that waits as soon as a file says so: a step that lasts.
SLOW_OP = """
import pathlib, sys, time
from dlvc_cli import OpSpec, hookimpl

def build():
    def wait(images, draws):
        if pathlib.Path("slow").exists():
            print("in a step", file=sys.stderr, flush=True)
            time.sleep(60)
        return images
    return wait

@hookimpl
def dlvc_ops():
    return [OpSpec(name="wait", summary="Waits.", factory=build, random=True)]
"""


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def wait_for_line(process, words):
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"{words!r} never came")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_of_an_import_is_not_swallowed(dlvc, make_plugin, number):
    make_plugin("dlvc-slow", SLOW_IMPORT)
    process = dlvc.start("list", "ops")
    wait_for_line(process, "importing")
    process.send_signal(number)
    out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (128 + number, "", "Stopped.\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_saves_and_the_run_can_go_on(dlvc, few, number):
    process = dlvc.start("train", "cnn", "--data", few, "--epochs", "100000", "--out", "run")
    wait_for((dlvc.folder / "run" / "metrics.jsonl").exists)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number and "Stopping after this step" in errors
    (run,) = dlvc.json("show", "run")
    assert run["state"] == "stopped" and (dlvc.folder / "run" / "last.ckpt").exists()


def test_under_nohup_a_closed_terminal_is_no_reason_to_stop(dlvc, few):
    words = ["train", "cnn", "--data", few, "--epochs", "3", "--out", "run", "--quiet"]
    process = subprocess.Popen(
        [sys.executable, "-m", "dlvc_cli", *words],
        cwd=dlvc.folder,
        env=dlvc.environment,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    dlvc.started.append(process)
    wait_for((dlvc.folder / "run" / "run.json").exists)
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 0


def test_the_second_signal_leaves_at_once_and_says_how_to_go_on(dlvc, make_plugin, few):
    make_plugin("dlvc-wait", SLOW_OP)
    words = ["train", "cnn", "--data", few, "--aug", "wait", "--epochs", "100000", "--out", "run"]
    process = dlvc.start(*words)
    wait_for((dlvc.folder / "run" / "last.ckpt").exists)
    (dlvc.folder / "slow").touch()
    wait_for_line(process, "in a step")
    process.send_signal(signal.SIGINT)
    wait_for_line(process, "Stopping after this step")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == "Stopped at once. What was saved last is there: dlvc train --resume run\n"


def test_ctrl_c_saves_where_the_log_s_reader_has_gone(dlvc, few):
    read, write = os.pipe()
    words = ["train", "cnn", "--data", few, "--epochs", "100000", "--out", "run"]
    process = subprocess.Popen(
        [sys.executable, "-m", "dlvc_cli", *words],
        cwd=dlvc.folder,
        env=dlvc.environment,
        stdout=write,
        stderr=write,
    )
    dlvc.started.append(process)
    os.close(write)
    os.read(read, 1)
    os.close(read)
    wait_for((dlvc.folder / "run" / "metrics.jsonl").exists)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert dlvc.json("show", "run")[0]["state"] == "stopped"


class Terminal:
    """A terminal with a process in it; all that it shows is read as it comes."""

    def __init__(self, dlvc, *words):
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dlvc_cli", *words],
            cwd=dlvc.folder,
            env=dlvc.environment | {"TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            # A group of its own in this session: a group without parents could not be paused.
            process_group=0,
        )
        dlvc.started.append(self.process)
        os.close(theirs)
        self.shown = b""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        # A terminal that all have left is an error to read from.
        with contextlib.suppress(OSError):
            while some := os.read(self._ours, 65536):
                self.shown += some

    def wait_for(self, text, after=0):
        wait_for(lambda: text in self.shown[after:])


HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


def test_a_pause_shows_the_cursor_and_a_continued_run_ends_in_order(dlvc, few):
    words = ["train", "cnn", "--data", few, "--epochs", "100000", "--out", "run"]
    terminal = Terminal(dlvc, *words)
    wait_for((dlvc.folder / "run" / "metrics.jsonl").exists)
    assert SHOW not in terminal.shown
    terminal.process.send_signal(signal.SIGTSTP)
    wait_for(lambda: os.waitpid(terminal.process.pid, os.WUNTRACED | os.WNOHANG) != (0, 0))
    terminal.wait_for(SHOW)
    assert terminal.shown.rindex(LEAVE) < terminal.shown.rindex(SHOW)
    paused = len(terminal.shown)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(ENTER, after=paused)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.process.wait(60) == 130
    terminal.wait_for(b"interrupted")
    assert terminal.shown.count(ENTER) == terminal.shown.count(LEAVE)
    # What was said on the way is on the first screen, too.
    said = terminal.shown.index(b"Stopping after this step")
    assert terminal.shown[:said].count(ENTER) == terminal.shown[:said].count(LEAVE)


def test_leaving_while_the_live_view_is_open_shows_the_cursor(dlvc, make_plugin):
    make_plugin("dlvc-slow", SLOW_DATA)
    terminal = Terminal(dlvc, "train", "cnn", "--data", "slow")
    terminal.wait_for(b"building")
    assert HIDE in terminal.shown
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.process.wait(20) == 130
    terminal.wait_for(LEAVE, after=terminal.shown.rindex(ENTER))
    terminal.wait_for(b"nothing was written", after=terminal.shown.rindex(SHOW))


SLOW_DATA = """
import sys, time
from dlvc_cli import DatasetSpec, hookimpl

def build():
    print("building", flush=True)
    time.sleep(60)

@hookimpl
def dlvc_datasets():
    return [DatasetSpec(name="slow", summary="Slow.", factory=build)]
"""
