"""A run on disk: where its files are, and reading and writing them. Imports nothing heavy."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import RunError, UsageError
from dlvc_cli.events import json_text
from dlvc_cli.files import flush_folder, replace_file
from dlvc_cli.runs.best import best_of, summed_up
from dlvc_cli.runs.stored import (
    FORMAT,
    digest_of_lines,
    read_metrics,
    read_record,
    read_status,
    write_checked,
)

__all__ = [
    "RUNS",
    "RunDir",
    "all_runs",
    "create_run",
    "find_run",
    "is_run",
    "label_of",
    "refuse_occupied",
]

RUNS = Path("runs")
"""Where runs are made and looked up by name, in the current folder."""


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

    def predictions_file(self, split: str = "val") -> Path:
        """The file of what the best network says of a split's images."""
        return self.path / f"predictions{'' if split == 'val' else '-' + split}.safetensors"

    def record(self) -> dict[str, Any]:
        """Return ``run.json``: config, versions, device, seed, data, and how to make it again."""
        return read_record(self.record_file)

    def status(self) -> dict[str, Any]:
        """Return ``status.json``; its state is ``cut off`` where its process is gone.

        Where the file is damaged, the state says so and the reason why. Where it is behind
        ``metrics.jsonl``, from which figures are drawn, epochs and the best of them are from there.
        """
        if not os.path.lexists(self.status_file):
            return {"state": "running" if self.in_use() else "cut off", **summed_up(self.metrics())}
        try:
            status = read_status(self.status_file)
        except RunError as error:
            status = {"state": "running" if self.in_use() else "damaged", "reason": str(error)}
        status.pop("metrics", None)
        if status["state"] == "running" and not self.in_use():
            status["state"] = "cut off"
        told = summed_up(self.metrics())
        # Behind where it was cut off between the two; ahead where lines are lost.
        return status | told if told.get("epoch", 0) > status.get("epoch", 0) else status

    def why_no_weights(self) -> str | None:
        """Say why there is no ``best.safetensors``, and what can be done; None if there is one."""
        if os.path.lexists(self.best_file):
            return None
        lines = self.metrics()
        if best_of(lines) is not None:
            return (
                f"{self.best_file} is missing: it held the weights of {self.name}. Copy it back, "
                "or train the run again, elsewhere: dlvc show says how it was made."
            )
        if lines:
            return (
                f"{self.name} has no weights: no validation of it was finite. Train anew, with a "
                "smaller --lr or --clip-grad 1."
            )
        return f"{self.name} has no weights yet: no epoch is finished."

    def metrics(self) -> list[dict[str, Any]]:
        """Return the sound lines of ``metrics.jsonl``."""
        return read_metrics(self.metrics_file).lines

    def damage(self) -> list[str]:
        """Return what is wrong with ``status.json`` and ``metrics.jsonl``, a sentence each."""
        status, problems = self._checked_status()
        return problems + self._damage_of_metrics(status)

    def damage_of_status(self) -> list[str]:
        """Return what is wrong with ``status.json``: a sentence, or none."""
        return self._checked_status()[1]

    def _checked_status(self) -> tuple[dict[str, Any] | None, list[str]]:
        """``status.json``, None where there is none that is sound; and what is wrong with it."""
        try:
            return read_status(self.status_file), []
        except RunError as error:
            return None, [str(error)] if os.path.lexists(self.status_file) else []

    def _damage_of_metrics(self, status: dict[str, Any] | None) -> list[str]:
        metrics = read_metrics(self.metrics_file)
        if status is None or metrics.problems:
            return metrics.problems
        done = status.get("epoch") or 0
        lines = [line for line in metrics.lines if line["epoch"] <= done]
        if len(lines) < done:
            there = f"the lines of {done - len(lines)} of {done} epochs" if lines else "every line"
            return [f"{self.metrics_file} lacks {there}."]
        if status.get("metrics") not in (None, digest_of_lines(lines)):
            return [f"{self.metrics_file} holds other figures than training wrote there."]
        return []

    def append_metrics(self, line: Mapping[str, Any]) -> None:
        """Append a line and flush it to disk."""
        begun = self.metrics_file.exists()
        try:
            with self.metrics_file.open("a", encoding="utf-8") as handle:
                handle.write(json_text(line, ascii_only=True) + "\n")
                handle.flush()
                os.fsync(handle.fileno())
            if not begun:
                flush_folder(self.path)
        except OSError as error:
            raise RunError(
                f"Cannot write {self.metrics_file}: {error.strerror}. Free some space, then "
                f"dlvc train --resume {self.path}."
            ) from error

    def write_metrics(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Write these lines in the place of those that are there."""
        with replace_file(self.metrics_file) as handle:
            handle.write(
                "".join(json_text(line, ascii_only=True) + "\n" for line in lines).encode()
            )

    def write_record(self, record: Mapping[str, Any]) -> None:
        write_checked(self.record_file, {"format": FORMAT} | dict(record))

    def write_status(self, status: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> None:
        """Write ``status.json``, with a digest of the lines of ``metrics.jsonl`` so far."""
        write_checked(self.status_file, dict(status) | {"metrics": digest_of_lines(lines)})

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


def find_run(name: str | Path, studies: Sequence[str] | None = None) -> RunDir:
    """Return the run at a path, or of that name in ``runs/``.

    Args:
        studies: names of those that could have been meant, where a study would do, too.

    Raises:
        UsageError: there is none, or it isn't a run.
    """
    candidates = [Path(name), RUNS / name]
    for path in candidates:
        if _there(path / "run.json", Path.is_file):
            return RunDir(path)
    for existing in (path for path in candidates if _there(path, Path.exists)):
        what = "file" if existing.is_file() else "folder without run.json"
        raise UsageError(f"{existing} is not a run but a {what}. See dlvc list runs.")
    known = [*(run.name for run in all_runs()), *(studies or ())]
    hint = did_you_mean(near(Path(name).name, known, 2))
    none, see = "no run", "dlvc list runs"
    if studies is not None:
        none, see = "no run and no study", f"{see}, and studies/"
    raise UsageError(f"There is {none} called {str(name)!r}.{hint} See {see}.")


def is_run(name: str | Path) -> bool:
    """Whether there is a run at a path, or of that name in ``runs/``."""
    return any(_there(path / "run.json", Path.is_file) for path in (Path(name), RUNS / name))


def _there(path: Path, test: Callable[[Path], bool]) -> bool:
    """Whether a test of a path holds; one that may not be looked at, or no path can be, is not."""
    try:
        return test(path)
    except OSError:
        return False


def all_runs(folder: Path = RUNS) -> list[RunDir]:
    """Return the runs in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    found = [RunDir(path.parent) for path in folder.glob("*/run.json")]
    return sorted(found, key=_age)


def _age(run: RunDir) -> float:
    try:
        return run.record_file.stat().st_mtime
    except OSError:
        # Removed at this moment.
        return 0.0


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
        stem = f"{label_of(model)}-{label_of(data)}"
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
    """Refuse a run's directory that can't be made, or that holds something.

    Raises:
        UsageError: it is a file, or a folder that holds more than hidden files.
    """
    option = "--name" if out.parent == RUNS else "--out"
    try:
        if not out.is_file() and not (out.is_dir() and _holds_more_than_hidden(out)):
            return
    except OSError as error:
        text = f"{out} can't be a run's folder: {error.strerror}. Choose another {option}."
        raise UsageError(text) from error
    if (out / ".lock").exists() and RunDir(out).in_use():
        raise UsageError(f"{out} is being trained by another process. Choose another {option}.")
    hint = ""
    if (out / "run.json").is_file():
        hint = f", or go on with it: dlvc train --resume {out}"
    raise UsageError(f"{out} exists and is not empty. Choose another {option}{hint}.")


def _holds_more_than_hidden(folder: Path) -> bool:
    return any(not entry.name.startswith(".") for entry in folder.iterdir())


def label_of(text: str) -> str:
    """A name for folders: ``folder:../shared/pets`` -> ``pets``, ``timm:vit`` -> ``vit``."""
    last = re.split(r"[:/\\]", text.rstrip("/\\"))[-1]
    return re.sub(r"[^A-Za-z0-9_.+]+", "-", last).strip("-.") or "run"
