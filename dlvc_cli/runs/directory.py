"""A run on disk: where its files are, and reading and writing them. Imports nothing heavy."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dlvc_cli.errors import RunError, UsageError
from dlvc_cli.files import flush_folder, replace_file, write_json
from dlvc_cli.json_text import json_text

__all__ = ["RUNS", "RunDir", "all_runs", "create_run", "find_run", "refuse_occupied"]

RUNS = Path("runs")
"""Where runs are made and looked up by name, in the current folder."""

FORMAT = 1


class RunDir:
    """The directory of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.record_file = path / "run.json"
        self.status_file = path / "status.json"
        self.metrics_file = path / "metrics.jsonl"
        self.best_file = path / "best.safetensors"
        self.last_file = path / "last.ckpt"
        self.previous_file = path / "previous.ckpt"

    def __repr__(self) -> str:
        return f"RunDir({str(self.path)!r})"

    @property
    def name(self) -> str:
        return self.path.resolve().name

    def record(self) -> dict[str, Any]:
        """Return ``run.json``: config, versions, device, seed, data, and how to make it again."""
        record = self._json(self.record_file)
        if record.get("format") != FORMAT or not isinstance(record.get("config"), dict):
            raise RunError(f"{self.record_file} is not a run's record that this dlvc can read.")
        return record

    def status(self) -> dict[str, Any]:
        """Return ``status.json``; its state is ``cut off`` where its process is gone."""
        try:
            status = self._json(self.status_file)
        except RunError:
            # It only sums up what other files hold, and can be done without.
            return {"state": "running" if self.in_use() else "cut off"}
        if status.get("state") == "running" and not self.in_use():
            status["state"] = "cut off"
        return status

    def metrics(self) -> list[dict[str, Any]]:
        """Return the lines of ``metrics.jsonl``; a last line that was cut off is left out."""
        if not self.metrics_file.exists():
            return []
        lines = []
        for line in self.metrics_file.read_text(encoding="utf-8").splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                break
        return lines

    def append_metrics(self, line: Mapping[str, Any]) -> None:
        """Append a line and flush it to disk."""
        begun = self.metrics_file.exists()
        try:
            with self.metrics_file.open("a", encoding="utf-8") as handle:
                handle.write(json_text(line, ensure_ascii=True) + "\n")
                handle.flush()
                os.fsync(handle.fileno())
            if not begun:
                flush_folder(self.path)
        except OSError as error:
            raise RunError(
                f"Cannot write {self.metrics_file}: {error.strerror}. Free some space, then "
                f"dlvc train --resume {self.path}."
            ) from error

    def cut_metrics(self, epochs: int) -> None:
        """Keep the lines of the first ``epochs`` epochs only."""
        kept = [line for line in self.metrics() if line["epoch"] <= epochs]
        with replace_file(self.metrics_file) as handle:
            for line in kept:
                handle.write(json_text(line, ensure_ascii=True).encode() + b"\n")

    def write_record(self, record: Mapping[str, Any]) -> None:
        write_json(self.record_file, {"format": FORMAT} | dict(record))

    def write_status(self, status: Mapping[str, Any]) -> None:
        write_json(self.status_file, dict(status))

    def in_use(self) -> bool:
        """Whether another process holds this run's lock."""
        try:
            with FileLock(self.path / ".lock", timeout=0):
                return False
        except Timeout:
            return True
        except OSError:
            # A read-only copy: nobody is training into it.
            return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run's lock; the system releases it however the process ends.

        Raises:
            RunError: another process holds it.
        """
        try:
            # A moment's patience: a listing looks at the lock by taking it.
            lock = FileLock(self.path / ".lock", timeout=1)
            lock.acquire()
        except Timeout:
            raise RunError(f"{self.path} is being trained by another process.") from None
        except OSError as error:
            raise RunError(f"Cannot write to {self.path}: {error.strerror}.") from error
        try:
            yield
        finally:
            lock.release()

    def _json(self, file: Path) -> dict[str, Any]:
        try:
            value = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"{file} is missing or damaged ({error}).") from error
        if not isinstance(value, dict):
            raise RunError(f"{file} is damaged.")
        return value


def find_run(name: str | Path) -> RunDir:
    """Return the run at a path, or of that name in ``runs/``.

    Raises:
        UsageError: there is none, or it isn't a run.
    """
    candidates = [Path(name), RUNS / name]
    for path in candidates:
        if (path / "run.json").is_file():
            return RunDir(path)
    for existing in filter(Path.exists, candidates):
        what = "file" if existing.is_file() else "folder without run.json"
        raise UsageError(f"{existing} is not a run but a {what}. See dlvc list runs.")
    raise UsageError(f"There is no run called {str(name)!r}. See dlvc list runs.")


def all_runs(folder: Path = RUNS) -> list[RunDir]:
    """Return the runs in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    found = [RunDir(path.parent) for path in folder.glob("*/run.json")]
    return sorted(found, key=lambda run: run.record_file.stat().st_mtime)


def create_run(model: str, data: str, out: Path | None = None) -> RunDir:
    """Make a new run's directory: ``out``, or the next free ``runs/MODEL-DATA-N``.

    Raises:
        UsageError: ``out`` exists and is not an empty folder, or cannot be made.
    """
    try:
        if out is not None:
            refuse_occupied(out)
            out.mkdir(parents=True, exist_ok=True)
            return RunDir(out)
        RUNS.mkdir(exist_ok=True)
        stem = f"{_label(model)}-{_label(data)}"
        number = 1
        while True:
            path = RUNS / f"{stem}-{number}"
            try:
                path.mkdir()
            except FileExistsError:
                number += 1
                continue
            return RunDir(path)
    except OSError as error:
        raise UsageError(f"Cannot make {error.filename or out}: {error.strerror}.") from error


def refuse_occupied(out: Path) -> None:
    """Raise ``UsageError`` if ``out`` is a file, or a folder that holds more than hidden files."""
    if out.is_file() or (out.is_dir() and any(not f.name.startswith(".") for f in out.iterdir())):
        go_on = (out / "run.json").is_file()
        hint = f", or go on with it: dlvc train --resume {out}" if go_on else ""
        raise UsageError(f"{out} exists and is not empty. Choose another --out{hint}.")


def _label(text: str) -> str:
    """A name for folders: ``folder:../shared/pets`` -> ``pets``, ``timm:vit`` -> ``vit``."""
    last = re.split(r"[:/\\]", text.rstrip("/\\"))[-1]
    return re.sub(r"[^A-Za-z0-9_.+]+", "-", last).strip("-.") or "run"
