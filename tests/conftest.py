"""What tests share: the command line in a real process, made-up plugins, and small data sets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# One thread a test process, as many processes as cores; before anything imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from helpers.folders import make_folder
from helpers.warm_process import WarmProcesses, suits

# What a script starts in the background ignores Ctrl-C, and so would all that these tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


_TIMEOUT = 240  # seconds


@dataclass
class CommandLine:
    """Runs ``dlvc`` as a user does: a process of its own, in a folder of its own.

    Attributes:
        warm: gives what forks processes that have imported torch already; None to begin at nothing.
    """

    folder: Path
    environment: dict[str, str]
    warm: Callable[[], WarmProcesses] | None = None
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __call__(
        self, *words: str | Path, code: int | None = 0, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        done = self._run([*map(str, words)], self.environment | variables)
        assert code is None or done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def _run(
        self, words: list[str], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        if self.warm is not None and suits(environment):
            return self.warm().run(words, self.folder, environment, _TIMEOUT)
        return subprocess.run(
            [sys.executable, "-m", "dlvc_cli", *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )

    def start(self, *words: str | Path, **variables: str) -> subprocess.Popen[str]:
        """Start ``dlvc`` and return the running process; it ends with the test."""
        process = subprocess.Popen(
            [sys.executable, "-m", "dlvc_cli", *map(str, words)],
            cwd=self.folder,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # As from a terminal, where the tests themselves run under nohup.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        self.started.append(process)
        return process

    def json(self, *words: str | Path, **variables: str) -> Any:
        """Run with ``--json`` and parse standard output."""
        return json.loads(self(*words, "--json", **variables).stdout)

    def events(self, *words: str | Path, **variables: str) -> list[dict[str, Any]]:
        """Train with ``--json`` and parse the events, one a line."""
        lines = self(*words, "--json", **variables).stdout.splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def warm() -> Iterator[Callable[[], WarmProcesses]]:
    """What forks processes that have imported torch already, made when it is first asked for."""
    made: list[WarmProcesses] = []

    def give() -> WarmProcesses:
        if not made or made[-1].closed:
            made.append(WarmProcesses())
        return made[0]

    yield give
    for processes in made:
        if not processes.closed:
            processes.close()


@pytest.fixture
def dlvc(
    tmp_path: Path, request: pytest.FixtureRequest, warm: Callable[[], WarmProcesses]
) -> Iterator[CommandLine]:
    """The command line, with home and data folders of its own and one thread.

    Its processes are forks of one that has imported torch, but for those of slow tests and those
    that are started to be watched: these begin at nothing.
    """
    environment = os.environ | {
        "DLVC_HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "COLUMNS": "100",
        "OMP_NUM_THREADS": "1",
        "NO_COLOR": "1",
    }
    # As users run it: compiled once, where a build machine may be set to compile every time.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    folder = tmp_path / "work"
    folder.mkdir()
    slow = request.node.get_closest_marker("slow") is not None
    command_line = CommandLine(
        folder, environment, None if slow or not hasattr(os, "fork") else warm
    )
    yield command_line
    for process in command_line.started:
        process.kill()


@pytest.fixture
def make_plugin(tmp_path: Path, dlvc: CommandLine) -> Callable[..., None]:
    """Install a made-up package whose entry point is a module with the given source."""

    def make(name: str, source: str, entry: str | None = None, **modules: str) -> None:
        site = tmp_path / "site"
        about = site / f"{name.replace('-', '_')}-1.0.dist-info"
        about.mkdir(parents=True)
        module = name.replace("-", "_")
        about.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        about.joinpath("entry_points.txt").write_text(f"[dlvc]\n{entry or name} = {module}\n")
        for file, text in {module: source, **modules}.items():
            (site / f"{file}.py").write_text(textwrap.dedent(text))
        rest = os.environ.get("PYTHONPATH")
        dlvc.environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(site), rest]))

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set of 40 training and 13 validation images a class."""
    return make_folder(tmp_path / "images", {"train": 40, "val": 13})


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is kept for other runs is the tests' own; but for Matplotlib's list of fonts."""
    import matplotlib

    os.environ.setdefault("MPLCONFIGDIR", matplotlib.get_configdir())
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of the test's own, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def few(tmp_path: Path) -> str:
    """A data set of 4 training and 2 validation images a class, as ``--data`` names it."""
    return f"folder:{make_folder(tmp_path / 'few', {'train': 4, 'val': 2})}"


@pytest.fixture
def course(tmp_path: Path) -> Any:
    """A student's ``best_model.pth`` of the course's network, for two classes."""
    from helpers.transfer import make_weights

    return make_weights("cnn", tmp_path / "best_model.pth", classes=2)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two short runs, ``runs/one`` and ``runs/two``, and their images."""
    import dlvc_cli

    home = tmp_path_factory.mktemp("trained")
    images = make_folder(home / "images", {"train": 60, "val": 15, "test": 10})
    for name, options in (("one", {}), ("two", {"aug": "flip", "wd": 1e-4})):
        dlvc_cli.train(
            "cnn",
            data=f"folder:{images}",
            epochs=3,
            lr=0.05,
            batch_size=20,
            out=home / "runs" / name,
            view="quiet",
            **options,
        )
    return home
