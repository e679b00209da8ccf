"""A fork of a process that has imported torch does what a process that begins at nothing does."""

from __future__ import annotations

import os
import subprocess

import pytest
from helpers.warm_process import WarmProcesses, suits

PROBE = """
from dlvc_cli import CommandSpec, hookimpl

def probe(how: str = "") -> int:
    "Tell of this process."
    import os, signal, sys
    print(sorted(name for name in sys.modules if name.split(".")[0].startswith("dlvc")))
    print(os.getcwd(), sys.argv[1:], sys.stdin.read(), os.environ["COLUMNS"], os.getpgid(0) > 0)
    print(signal.getsignal(signal.SIGTERM) is not None, sys.stdout.encoding, sys.stdout.isatty())
    print("told", file=sys.stderr)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "raises":
        raise RuntimeError("boom")
    return 3

@hookimpl
def dlvc_commands():
    return [CommandSpec(name="probe", summary="Probe.", factory=probe)]
"""


@pytest.mark.parametrize("how", ["", "--how=raises", "--how=killed"])
def test_a_fork_is_as_a_process_of_its_own(dlvc, make_plugin, how):
    make_plugin("probing", PROBE)
    words = ["probe", *filter(None, [how])]
    forked = dlvc(*words, code=None)
    dlvc.warm = None
    fresh = dlvc(*words, code=None)
    assert forked.returncode == fresh.returncode == {"": 3, "--how=raises": 1}.get(how, -9)
    assert forked.stderr == fresh.stderr
    # Lines that a killed process had not written yet are lost in both.
    assert forked.stdout == fresh.stdout


def test_a_fork_that_takes_too_long_is_ended(tmp_path):
    processes = WarmProcesses()
    environment = os.environ | {"DLVC_HOME": str(tmp_path)}
    with pytest.raises(subprocess.TimeoutExpired):
        processes.run(["gd", "schaffer", "--max-steps", "1000000000"], tmp_path, environment, 3)
    assert processes.closed


def test_what_counts_when_an_interpreter_starts_is_left_to_one():
    assert suits(os.environ | {"PYTHONPATH": "x", "NO_COLOR": "1"})
    for name in ("PYTHONIOENCODING", "LC_ALL", "OMP_NUM_THREADS"):
        assert not suits(os.environ | {name: "7"})
