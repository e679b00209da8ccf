"""A descent as plain values for ``--json``, and as CSV."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dlvc_cli.descent.basins import Summary, summarise
from dlvc_cli.descent.request_plan import MAX_PATHS
from dlvc_cli.descent.walks import Descent, Walk, Walks
from dlvc_cli.events import json_text, jsonable
from dlvc_cli.files import replace_file

__all__ = ["json_pieces", "write_csv"]


def json_pieces(descent: Descent) -> Iterator[str]:
    """Yield the descent as one JSON object, a walk at a time: paths may be long.

    Positions are [column, row]; keys may be added, never renamed.
    """
    head = _head(descent)
    minima: list[int | None] = [None] * len(descent)
    # It takes scikit-image half a second to import, and few walks need no summing up.
    if descent.basins or len(descent) > MAX_PATHS:
        summaries = [summarise(descent.surface, walks) for walks in descent.trials]
        pairs = zip(descent.trials, summaries, strict=True)
        head["trials"] = [_trial(walks, summary) for walks, summary in pairs]
        labels = (summary.basins.labels.tolist() for summary in summaries)
        minima = [None if label < 0 else label for some in labels for label in some]
    yield json_text(head, ascii_only=True).removesuffix("}") + ', "walks": ['
    for number, (walk, minimum) in enumerate(zip(descent, minima, strict=True)):
        record = _walk(walk) | ({} if "trials" not in head else {"minimum": minimum})
        yield (", " if number else "") + json_text(record, ascii_only=True)
    yield "]}\n"


def _head(descent: Descent) -> dict[str, Any]:
    surface = descent.surface
    frame = surface.frame
    return {
        "surface": surface.name,
        "size": [surface.columns, surface.rows],
        "domain": None if frame is None else list(frame.domain),
        "minima": surface.known.tolist(),
        "lowest": {"value": float(surface.values.min()), "at": surface.lowest[0].tolist()},
        "command": descent.command,
        "seconds": descent.seconds,
    }


def _trial(walks: Walks, summary: Summary) -> dict[str, Any]:
    """Of a trial, which minima its walks have come to; a walk's ``minimum`` is an index here."""
    basins = summary.basins
    minima = zip(
        basins.minima.tolist(), basins.values.tolist(), basins.counts.tolist(), strict=True
    )
    return {
        "label": walks.trial.label,
        "walks": summary.walks,
        "reach_global": summary.reached,
        "median_steps": summary.median_steps,
        "median_value": summary.median_value,
        "least_value": summary.least_value,
        "reasons": dict(summary.reasons),
        "minima": [{"at": at, "value": value, "walks": n} for at, value, n in minima],
    }


def _walk(walk: Walk) -> dict[str, Any]:
    return {
        "optimizer": walk.trial.optimizer,
        "settings": jsonable(dict(walk.trial.choice.values)),
        "lr": walk.trial.lr,
        "eps": walk.trial.eps,
        "start": list(walk.start),
        "end": list(walk.end),
        "value": walk.value,
        "steps": walk.steps,
        "reason": walk.reason,
        "gradient_norm": jsonable(walk.norm),
        "distance": walk.distance,
        "path": walk.path.tolist() if walk.has_path else None,
        # Where a position a step is kept, their places say it.
        "path_steps": _steps(walk),
    }


def _steps(walk: Walk) -> list[int] | None:
    if not walk.has_path or len(walk.path_steps) == walk.steps + 1:
        return None
    return walk.path_steps.tolist()


def write_csv(descent: Descent, target: Path) -> None:
    """Write a line for each position kept of each walk, or where there are none for each walk.

    Raises:
        RunError: the file can't be written.
    """
    with replace_file(target) as handle:
        writer = csv.writer(codecs.getwriter("utf-8")(handle))
        if descent.trials[0].paths is None:
            writer.writerow("trial start_x1 start_x2 end_x1 end_x2 value steps reason".split())
            for walk in descent:
                ends = (*walk.start, *walk.end, walk.value)
                writer.writerow([walk.trial.label, *ends, walk.steps, walk.reason])
        else:
            writer.writerow("walk trial step x1 x2 value".split())
            for number, walk in enumerate(descent):
                values = descent.field.value(walk.path)
                rows = np.column_stack([walk.path, values]).tolist()
                steps = walk.path_steps.tolist()
                writer.writerows(
                    [number, walk.trial.label, step, *row]
                    for step, row in zip(steps, rows, strict=True)
                )
