"""What tests share: the command line in a real process, made-up plugins, and small data sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# One thread a test process, as many processes as cores; before anything imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from helpers.folders import make_folder


@dataclass
class CommandLine:
    """Runs ``dlvc`` as a user does: a process of its own, in a folder of its own."""

    folder: Path
    environment: dict[str, str]

    def __call__(
        self, *words: str | Path, code: int | None = 0, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "dlvc_cli", *map(str, words)],
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *words: str | Path, **variables: str) -> subprocess.Popen[str]:
        """Start ``dlvc`` and return the running process."""
        return subprocess.Popen(
            [sys.executable, "-m", "dlvc_cli", *map(str, words)],
            cwd=self.folder,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def json(self, *words: str | Path, **variables: str) -> Any:
        """Run with ``--json`` and parse standard output."""
        return json.loads(self(*words, "--json", **variables).stdout)

    def events(self, *words: str | Path, **variables: str) -> list[dict[str, Any]]:
        """Train with ``--json`` and parse the events, one a line."""
        lines = self(*words, "--json", **variables).stdout.splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def dlvc(tmp_path: Path) -> CommandLine:
    """The command line, with home and data folders of its own and one thread."""
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
    return CommandLine(folder, environment)


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
        dlvc.environment["PYTHONPATH"] = str(site)

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set of 40 training and 13 validation images a class."""
    return make_folder(tmp_path / "images", {"train": 40, "val": 13})
