"""The files of a study's jobs: what each is asked, what it writes, the error that it ends with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dlvc_cli.errors import WeightsUnavailable
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.files import read_json

__all__ = ["JobFiles", "failure_of", "files_of", "missing_of", "word_left"]


@dataclass(frozen=True)
class JobFiles:
    """Places of a job's files.

    Attributes:
        config: what is asked.
        log: what it writes.
        error: the error that it ends with.
    """

    config: Path
    log: Path
    error: Path


def files_of(folder: Path, planned: PlannedRun) -> JobFiles:
    """Say where the files of a run's job are.

    Args:
        folder: of the study.
    """
    # A name may hold a dot, so that nothing of it is a suffix.
    return JobFiles(
        *(folder / "jobs" / f"{planned.run.name}.{kind}" for kind in ("json", "log", "error"))
    )


def word_left(error: Path) -> tuple[str, str] | None:
    """Read the error that a job has ended with, its kind and its text; None where there is none."""
    try:
        said = read_json(error)
        return str(said["kind"]), str(said["text"])
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def missing_of(folder: Path, planned: PlannedRun) -> str | None:
    """Say what a run lacked here when it was last begun; None where it lacked nothing."""
    kind, text = _last_word(folder, planned)
    return text if kind == WeightsUnavailable.__name__ else None


def failure_of(folder: Path, planned: PlannedRun) -> str | None:
    """Say why a run failed when it was last begun; None where it didn't, or lacked something."""
    kind, text = _last_word(folder, planned)
    return text if kind not in (None, WeightsUnavailable.__name__) else None


def _last_word(folder: Path, planned: PlannedRun) -> tuple[str | None, str | None]:
    word = None if planned.finished else word_left(files_of(folder, planned).error)
    return word if word is not None else (None, None)
