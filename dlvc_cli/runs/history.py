"""Finished and unfinished runs as plain values. Imports nothing heavy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.errors import RunError
from dlvc_cli.runs.balance import is_uneven
from dlvc_cli.runs.directory import RunDir, all_runs

__all__ = ["best_of", "describe_run", "describe_runs", "why_no_weights"]


def best_of(metrics: Sequence[Mapping[str, Any]]) -> tuple[int, Mapping[str, Any]] | None:
    """Return the epoch with the best validation, and its line; None where none is finite."""
    known = [
        (line.get("epoch", index), line)
        for index, line in enumerate(metrics, start=1)
        if _is_number(line.get("val_acc")) and _is_number(line.get("val_loss", 0.0))
    ]
    return max(known, key=lambda item: float(item[1]["val_acc"]), default=None)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def why_no_weights(run: RunDir) -> str:
    """Say of a run without ``best.safetensors`` why there is none, and what can be done."""
    if run.metrics():
        return (
            f"{run.name} has no weights: no validation of it was finite. Train anew, with a "
            "smaller --lr or --clip-grad 1."
        )
    return f"{run.name} has no weights yet: no epoch is finished."


def describe_run(run: RunDir) -> dict[str, Any]:
    """Return a run's description: name, model, data, state, epochs, best accuracy."""
    record = run.record()
    config = record["config"]
    status = run.status() | _of_metrics(run.metrics())
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
        "epochs": config["epochs"],
        "best_acc": status.get("best_acc"),
        "best_epoch": status.get("best_epoch"),
        "best_balanced_acc": status.get("best_balanced_acc"),
        "uneven": _is_uneven(record),
        "seconds": status.get("seconds"),
        "created": record["created"],
    }


def _of_metrics(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a table shows that ``metrics.jsonl`` knows best: figures are drawn from it, too."""
    if not lines:
        return {}
    known: dict[str, Any] = {"epoch": lines[-1].get("epoch", len(lines))}
    if (best := best_of(lines)) is not None:
        epoch, line = best
        known |= {"best_acc": line["val_acc"], "best_epoch": epoch}
        known["best_balanced_acc"] = line.get("val_balanced_acc")
    return known


def _is_uneven(record: Mapping[str, Any]) -> bool:
    """Whether the classes of a run's validation split are; not known of older ones."""
    counts: Any = record
    for key in ("data", "class_counts", "val"):
        counts = counts.get(key) if isinstance(counts, Mapping) else None
    return isinstance(counts, list) and all(map(_is_number, counts)) and is_uneven(counts)


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
    "plugin", "model", "data", "epoch", "epochs", "best_acc", "best_epoch", "best_balanced_acc",
    "uneven", "seconds",
)  # fmt: skip


def _damaged(run: RunDir, why: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(_UNKNOWN)
    named = {"name": run.name, "kind": "runs", "path": str(run.path), "aliases": []}
    return row | named | {"summary": why, "state": "damaged", "created": None}
