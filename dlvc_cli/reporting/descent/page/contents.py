"""What a page carries: the surface to the last bit, the walks that were made, the optimisers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.descent.basins import global_tolerance, low_enough
from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.walks import Descent, Walk, Walks
from dlvc_cli.events import jsonable
from dlvc_cli.reporting.colours import MINIMUM, TRIALS, map_colours
from dlvc_cli.reporting.descent.captions import WHY, heading
from dlvc_cli.reporting.descent.page.command_parts import base_words, trial_words, usual_settings
from dlvc_cli.reporting.descent.page.live_rules import LiveRules, NotLive
from dlvc_cli.reporting.descent.page.packing import pack, pack_grid
from dlvc_cli.reporting.scales import EARLY_SHARE, FALL_SHARE, FEW_STEPS, WIDE_RATIO

__all__ = ["page_data"]

# Points of paths: of a walk, and of all together.
_POINTS, _ALL_POINTS = 20_000, 400_000
_DEPTHS = (255, 65535)


def page_data(descent: Descent, live: LiveRules) -> dict[str, Any]:
    """All that the page knows, as plain values; ``live`` gets the rules that it needs."""
    surface, frame = descent.surface, descent.surface.frame
    walks = [] if descent.trials[0].paths is None else list(descent)
    start = descent.trials[0].starts[0].tolist() if walks else list(surface.start)
    trials = [_trial(surface, trial, live, descent.config.exact) for trial in descent.trials]
    records, paths = _walks(descent, walks, [trial["computed"] for trial in trials])
    return {
        "name": heading(descent),
        "columns": surface.columns,
        "rows": surface.rows,
        "domain": None if frame is None else list(frame.domain),
        "xAlong": None if frame is None else frame.x_along,
        "source": "" if frame is None else frame.source,
        "low": float(surface.values.min()),
        "high": float(surface.values.max()),
        **_values(surface),
        "tolerance": global_tolerance(surface),
        "lowEnough": low_enough(surface),
        "known": pack(surface.known, "float64"),
        "command": descent.command,
        "base": base_words(descent),
        "exact": descent.config.exact,
        "usual": usual_settings(descent),
        "start": start,
        "stop": descent.config.stop,
        "maxSteps": descent.config.max_steps,
        "palette": pack(map_colours(np.linspace(0, 1, 256)), "uint8"),
        "colours": {"trials": list(TRIALS), "minimum": MINIMUM},
        "why": WHY,
        "axes": {
            "wideRatio": WIDE_RATIO,
            "fewSteps": FEW_STEPS,
            "fallShare": FALL_SHARE,
            "earlyShare": EARLY_SHARE,
        },
        "optimizers": list(live.others()),
        "trials": trials,
        "walks": records,
        "paths": paths,
        "notes": _notes(descent),
    }


def _trial(surface: Surface, walks: Walks, live: LiveRules, exact: bool) -> dict[str, Any]:
    """A trial, and whether the page's scripts walk like it; where not, ``why``."""
    trial = walks.trial
    known: dict[str, Any] = {"computed": False, "why": ""}
    # Why exact walks are shown as they were made is said once, in a note.
    if not exact:
        try:
            known |= {"computed": True, **live.describe(trial.choice)}
        except NotLive as reason:
            known["why"] = str(reason)
    if not known["computed"]:
        known |= trial_words(surface, trial)
    return {"label": trial.label, "lr": trial.lr, "eps": trial.eps, **known}


def _notes(descent: Descent) -> list[str]:
    notes = list(descent.surface.notices)
    if descent.config.exact:
        notes.append(
            "The walks that were made followed the formula itself, with gradients by automatic "
            "differentiation; those that this page computes follow its samples."
        )
    if descent.trials[0].paths is None:
        notes.append(
            f"{len(descent):,} walks were made, too many to carry here: this page shows one start "
            "at a time."
        )
    return notes


def _walks(
    descent: Descent, walks: Sequence[Walk], computed: Sequence[bool]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Each walk's exact numbers, and the paths of those that the page doesn't compute."""
    records, kept = [], []
    numbers = [k for k, trial in enumerate(descent.trials) for _ in range(len(trial))]
    share = max(min(_POINTS, _ALL_POINTS // max(len(walks), 1)), 2)
    place, seen = 0, set[int]()
    for number, walk in zip(numbers, walks, strict=False):
        record = {
            "trial": number,
            "start": list(walk.start),
            "end": list(walk.end),
            "value": walk.value,
            "steps": walk.steps,
            "reason": walk.reason,
            "norm": jsonable(walk.norm),
            "distance": walk.distance,
            "path": None,
        }
        # A trial's first walk is computed by the page; of the others it carries the paths.
        if not computed[number] or number in seen:
            worth = _worth_drawing(walk.path, walk.path_steps, share)
            points, steps = walk.path[worth], walk.path_steps[worth]
            kept.append(np.column_stack([steps, points, descent.field.value(points)]))
            record["path"] = [place, place + len(steps)]
            place += len(steps)
        seen.add(number)
        records.append(record)
    columns = np.concatenate([np.empty((0, 4)), *kept]).T
    # More steps than 32 bits can count take days.
    kinds = {"steps": "uint32", "xs": "float32", "ys": "float32", "values": "float32"}
    packed = {
        name: pack(column, kind)
        for (name, kind), column in zip(kinds.items(), columns, strict=True)
    }
    return records, packed


def _worth_drawing(path: Array, steps: Steps, most: int) -> NDArray[np.int64]:
    """Some ``most`` positions of a path, by index, evenly spread over its steps and its length,
    both ends in."""
    if len(path) <= most:
        return np.arange(len(path))
    moves = np.sqrt((np.diff(path, axis=0) ** 2).sum(axis=1))
    length = np.concatenate([[0.0], np.cumsum(moves)])
    in_time = np.searchsorted(steps, np.linspace(0, steps[-1], most // 2).round())
    on_the_way = np.searchsorted(length, np.linspace(0, length[-1], most // 2))
    return np.unique(np.concatenate([in_time, on_the_way]))


def _values(surface: Surface) -> Mapping[str, Any]:
    """The values, exactly: those of an image as the levels they came from."""
    for depth in _DEPTHS:
        levels = np.rint(surface.values * depth)
        if np.array_equal(levels / depth, surface.values):
            return {"values": pack_grid(levels.astype(np.uint16)), "levels": depth}
    return {"values": pack_grid(surface.values), "levels": None}
