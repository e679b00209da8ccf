"""The executor ``ray``, on clusters of its own."""

from __future__ import annotations

import csv
import dataclasses
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dlvc_executors.ray_executor import RayExecutor
from helpers.folders import make_folder

from dlvc_cli import DlvcError, RunError
from dlvc_cli.contract.executor_checks import EXECUTOR_CHECKS, probe
from dlvc_cli.runs.directory import RunDir

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="the extra ray is not installed"
)


def wait_until(there: Callable[[], Any], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until
        time.sleep(0.1)


@needs_ray
def test_it_keeps_to_the_contract(tmp_path, capfd, monkeypatch):
    """One cluster for all: it takes seconds to start."""
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    executor = RayExecutor()
    assert executor.threads(1) == os.cpu_count() and executor.threads(1000) == 1
    # Ctrl-C and SIGTERM are still the study's.
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == handlers
    for check in EXECUTOR_CHECKS:
        folder = tmp_path / check.__name__
        folder.mkdir()
        assert list(check(executor, folder)) == [], check
    loses_a_worker(executor, tmp_path)
    says_what_cannot_be(executor, tmp_path)
    executor.close()
    assert not sys.modules["ray"].is_initialized()
    assert capfd.readouterr() == ("", "")


def loses_a_worker(executor: RayExecutor, folder: Path) -> None:
    """Its job is told to be lost, and what it has started is told to end."""
    script = (
        "import os, sys, time\n"
        "open('ready', 'w').write(str(os.getppid()))\n"
        "sys.stdin.read()\n"
        "open('ended', 'w').close()\n"
    )
    handle = executor.submit(probe(folder, script))
    ready = folder / "ready"
    wait_until(lambda: ready.exists() and ready.read_text())
    os.kill(int(ready.read_text()), signal.SIGKILL)
    wait_until(lambda: handle.poll() is not None)
    code = handle.poll()
    assert code is not None and code < 0
    wait_until((folder / "ended").exists)


def says_what_cannot_be(executor: RayExecutor, folder: Path) -> None:
    job = probe(folder, "")
    with pytest.raises(RunError, match="No node of the Ray cluster has 999 CPUs and 0 GPUs"):
        executor.submit(dataclasses.replace(job, threads=999))
    handle = executor.submit(dataclasses.replace(job, log=folder / "nowhere" / "log"))
    with pytest.raises(RunError, match=r"cannot run it: It cannot be started .*must see"):
        wait_until(lambda: handle.poll() is not None)


def test_without_ray_the_command_that_installs_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(DlvcError, match=r"not installed\. Install it: .* 'dlvc-cli\[ray\]'\."):
        RayExecutor()


STUDY = """
[defaults]
model = "cnn"
epochs = 16
lr = 0.05
batch-size = 20
threads = 1
device = "cpu"
[[experiment]]
name = "plain"
[[experiment]]
name = "flip"
aug = "flip"
"""


@pytest.fixture
def cluster():
    """A head without CPUs, and two nodes with one each."""
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    yield made
    made.shutdown()


@needs_ray
@pytest.mark.slow
def test_a_node_is_killed_and_the_study_comes_out_the_same(dlvc, tmp_path, cluster):
    images = make_folder(tmp_path / "images", {"train": 100, "val": 30})
    (dlvc.folder / "ways.toml").write_text(STUDY)
    # Relative to the folder that the study is started in.
    words = ("reproduce", "ways.toml", "--data", f"folder:../{images.name}", "--jobs", "2")
    dlvc(*words, "--out", "here")
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    process = dlvc.start(*words, "--out", "there", "--on", "ray", RAY_ADDRESS=cluster.address)
    runs = dlvc.folder / "there" / "runs"
    wait_until(lambda: len(list(runs.glob("*/last.ckpt"))) == 2)
    assert all(len(lines_of(run)) < 16 for run in runs.iterdir())
    cluster.remove_node(nodes[0], allow_graceful=False)
    # What trained there is gone, too: nobody holds the run's lock.
    cut = ("cut off", "stopped")
    wait_until(lambda: any(RunDir(run).status()["state"] in cut for run in runs.iterdir()))
    out, told = process.communicate(timeout=400)
    assert process.returncode == 0, told
    assert "(raylet)" not in out + told and "Finished: 2 runs finished" in told
    assert figures(dlvc.folder / "there") == figures(dlvc.folder / "here")


def lines_of(run: Path) -> list[Any]:
    return [json.loads(line) for line in (run / "metrics.jsonl").open()]


def figures(study: Path) -> list[Any]:
    """The table and each run's lines, without times."""
    table = list(csv.DictReader((study / "table.csv").open()))
    lines = [line for run in sorted((study / "runs").iterdir()) for line in lines_of(run)]
    timed = ("minutes", "seconds", "images_per_s")
    return [
        {key: value for key, value in row.items() if not key.startswith(timed)}
        for row in table + lines
    ]
