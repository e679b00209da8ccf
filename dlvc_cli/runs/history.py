"""Finished and unfinished runs as plain values. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.errors import RunError
from dlvc_cli.runs.balance import is_uneven
from dlvc_cli.runs.directory import RunDir, all_runs
from dlvc_cli.runs.statistics import interval_of_share

__all__ = ["describe_run", "describe_runs"]


def describe_run(run: RunDir) -> dict[str, Any]:
    """Return a run's description: name, model, data, state, epochs, best accuracy."""
    record = run.record()
    config = record["config"]
    status = run.status()
    return {
        "name": run.name,
        "kind": "runs",
        "plugin": None,
        "summary": record["command"],
        "aliases": [],
        "path": str(run.path),
        "model": config["model"],
        "data": config["data"],
        "state": status["state"],
        "epoch": status.get("epoch", 0),
        # Fewer than were asked for where --max-steps end before.
        "epochs": status.get("epochs") or config["epochs"],
        "best_acc": status.get("best_acc"),
        "interval": interval_of_share(
            status.get("best_acc"), record["data"]["images"].get("val", 0)
        ),
        "best_epoch": status.get("best_epoch"),
        "best_balanced_acc": status.get("best_balanced_acc"),
        "test_acc": status.get("test_acc"),
        "uneven": _is_uneven(record),
        "seconds": status.get("seconds"),
        "created": record["created"],
    }


def _is_uneven(record: Mapping[str, Any]) -> bool:
    """Whether the classes of a run's validation split are; not known of older ones."""
    return is_uneven(record["data"].get("class_counts", {}).get("val", ()))


def describe_runs(search: str | None = None) -> list[dict[str, Any]]:
    """Describe the runs in ``runs/``; a damaged one says so in its state."""
    rows: list[dict[str, Any]] = []
    for run in all_runs():
        try:
            rows.append(describe_run(run))
        except RunError as error:
            rows.append(_damaged(run, str(error)))
    return [row for row in rows if not search or any(search in str(row[k]) for k in _SEARCHED)]


_SEARCHED: Sequence[str] = ("name", "model", "data", "state")


_UNKNOWN: Sequence[str] = (
    "plugin", "model", "data", "epoch", "epochs", "best_acc", "interval", "best_epoch",
    "best_balanced_acc", "test_acc", "uneven", "seconds",
)  # fmt: skip


def _damaged(run: RunDir, why: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(_UNKNOWN)
    named = {"name": run.name, "kind": "runs", "path": str(run.path), "aliases": []}
    return row | named | {"summary": why, "state": "damaged", "created": None}
