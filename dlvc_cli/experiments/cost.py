"""What an epoch of a run costs in seconds, by what decides on it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import DlvcError
from dlvc_cli.runs.directory import RUNS, RunDir

__all__ = [
    "START_UP",
    "Cost",
    "Kind",
    "cost_of_lines",
    "kind_of",
    "network_of",
    "recorded_costs",
    "threads_of",
]

START_UP = 6.0
"""Seconds that a run takes beside its epochs, where nobody has measured it: a process starts,
imports torch, reads the images, and draws curves at the end."""

# What decides how long an epoch takes, beside the machine, its threads and the number of images.
_DECIDES = (
    "model", "data", "aug", "batch_size", "image_size", "store_size", "fit", "loss", "optimizer",
    "pretrained", "weights", "feature_extract", "freeze_until", "frozen_bn", "feature_cache",
    "running_accuracy", "ema", "tta", "precision", "device", "compile", "val_share", "test_share",
)  # fmt: skip
# So many runs are looked at for what epochs have taken, the newest first.
_MOST_RUNS = 200

Kind = tuple[str, ...]
"""What runs have in common that take as long an epoch."""


@dataclass(frozen=True)
class Cost:
    """What a run costs, in seconds.

    Attributes:
        epoch: of each epoch, without the features of a frozen network that are computed once.
        features: of computing these for all training images, in one variant of each.
        held_features: the same for images that are evaluated on, which have one variant.
        variants: how many variants of a training image there are to compute.
        start: of all that comes before and after epochs.
    """

    epoch: float
    features: float = 0.0
    held_features: float = 0.0
    variants: int = 1
    start: float = START_UP

    def seconds(self, done: int, epochs: int, shared: bool = False) -> float:
        """Return the seconds that the epochs after the first ``done`` take.

        An epoch draws one variant of each image: of V, a share of (1 - 1/V)^e is new in epoch e,
        from 0, and its features have to be computed.

        Args:
            shared: another run has computed the features.
        """
        left = max(0, epochs - done)
        seconds = left * self.epoch
        if left and not shared:
            known = 1 - 1 / self.variants
            seconds += self.features * self.variants * (known**done - known**epochs)
            seconds += self.held_features if done == 0 else 0.0
        return seconds


def threads_of(config: TrainConfig, jobs: int) -> int:
    """The CPU threads of a run of which so many go at a time: they share the cores."""
    return config.threads or max(1, (os.cpu_count() or 1) // jobs)


def kind_of(config: TrainConfig, threads: int) -> Kind:
    """Return what decides how long an epoch of a run takes on this machine."""
    parts = config.fold_of[1] if config.fold_of else None
    return (*(str(getattr(config, name)) for name in _DECIDES), str(parts), str(threads))


def network_of(config: TrainConfig) -> Kind:
    """Return what runs have in common that work alike, though not in batches of the same size or
    with the same ops."""
    # These decide whether features can be kept at all.
    varied = {"batch_size"} if config.keeps_features else {"batch_size", "aug"}
    return tuple(str(getattr(config, name)) for name in _DECIDES if name not in varied)


def cost_of_lines(lines: Sequence[Mapping[str, Any]], config: TrainConfig) -> Cost | None:
    """Return what a run's lines of ``metrics.jsonl`` say; None if they don't tell.

    The first epoch is left out where there are more, as it warms up. Where it also computes
    features that are kept, one epoch alone says nothing of those after it.
    """
    seconds = [line["seconds"] for line in lines if line.get("seconds") is not None]
    if not seconds or (config.keeps_features and len(seconds) < 2):
        return None
    if not config.keeps_features:
        return Cost(fmean(seconds[1:] or seconds))
    epoch = median(seconds[len(seconds) // 2 :])
    return Cost(epoch, features=max(0.0, sum(seconds) - len(seconds) * epoch))


def recorded_costs(folder: Path) -> dict[Kind, Cost]:
    """Return what epochs have taken on this machine, in ``runs/``, in studies beside a study's
    folder, and in its own."""
    places = (RUNS, *(place / "runs" for place in (folder, *_folders(folder.parent))))
    costs: dict[Kind, Cost] = {}
    for path in _newest(path for place in dict.fromkeys(places) for path in _folders(place)):
        if (known := _of_run(RunDir(path))) is not None:
            costs.setdefault(*known)
    return costs


def _of_run(run: RunDir) -> tuple[Kind, Cost] | None:
    try:
        record = run.record()
        if record.get("versions", {}).get("platform") != platform.platform():
            return None
        config = TrainConfig.from_dict(record["config"])
        cost = cost_of_lines(run.metrics(), config)
    except (DlvcError, KeyError, TypeError, AttributeError):
        return None
    threads = config.threads or record.get("threads")
    return None if cost is None or not threads else (kind_of(config, threads), cost)


def _folders(place: Path) -> list[Path]:
    try:
        return [path for path in place.iterdir() if path.is_dir()]
    except OSError:
        return []


def _newest(paths: Iterable[Path]) -> list[Path]:
    timed = []
    for path in paths:
        try:
            timed.append(((path / "metrics.jsonl").stat().st_mtime, path))
        except OSError:
            continue
    return [path for _, path in sorted(timed, reverse=True)[:_MOST_RUNS]]
