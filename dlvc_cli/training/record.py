"""What ``run.json`` records of a run, and what later commands need of it."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from uuid import uuid4

from torch import nn

from dlvc_cli.config.plan import Plan
from dlvc_cli.training.chosen_precision import chosen_option
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.seeds import Seeds

__all__ = ["Preprocessing", "make_record", "new_identity", "preprocessing_of", "version_of"]


@dataclass(frozen=True)
class Preprocessing:
    """What was settled when the data was first read, and holds for the run ever after.

    Attributes:
        classes: class names; a label is an index into them.
        stored_size: (height, width) in pixels at which ops work.
        input_size: (height, width) of the network's input.
        mean, std: per-channel normalisation.
        fingerprints: of the data, by split.
        skipped: names of files that were left out, by split.
        reading: the version of how splits were read.
    """

    classes: tuple[str, ...]
    stored_size: tuple[int, int]
    input_size: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fingerprints: dict[str, str]
    skipped: Mapping[str, Sequence[str]]
    reading: int


def preprocessing_of(record: Mapping[str, Any]) -> Preprocessing:
    """Read it back from ``run.json``, which has been checked when it was read."""
    data, inputs = record["data"], record["input"]
    return Preprocessing(
        classes=tuple(data["classes"]),
        stored_size=tuple(inputs["stored_size"]),
        input_size=tuple(inputs["input_size"]),
        mean=tuple(inputs["mean"]),
        std=tuple(inputs["std"]),
        fingerprints=dict(data["fingerprints"]),
        skipped=dict(data["skipped"]),
        # Runs that say nothing are older than the versions.
        reading=data.get("reading", 1),
    )


def new_identity() -> dict[str, Any]:
    """What a new run is told from others by, and keeps: its id, and when it was begun (UTC)."""
    return {"id": uuid4().hex, "created": datetime.now(UTC).isoformat(timespec="seconds")}


def make_record(
    plan: Plan,
    runtime: Runtime,
    data: ReadyData,
    preprocessing: Preprocessing,
    network: nn.Module,
    seeds: Seeds,
    notices: Sequence[str],
) -> dict[str, Any]:
    """Return what ``run.json`` holds, but for what a run is born with (:func:`new_identity`)."""
    config = plan.config
    sizes = [(p.numel(), p.requires_grad) for p in network.parameters()]
    return {
        "command": plan.command + chosen_option(plan, runtime),
        "config": config.to_dict(),
        "seed": seeds.seed,
        "stream_version": seeds.version,
        "device": runtime.device_name,
        "precision": runtime.precision,
        "threads": runtime.threads,
        "processes": runtime.world,
        "versions": _versions_of(plan),
        "notices": [*notices, *(notice.text for notice in data.notices)],
        "model": {
            "name": config.model,
            "plugin": plan.model.offer.plugin.name,
            "parameters": sum(size for size, _ in sizes),
            "trainable": sum(size for size, trained in sizes if trained),
        },
        "data": {
            "name": config.data,
            "plugin": plan.data.offer.plugin.name,
            "classes": list(preprocessing.classes),
            "images": {name: len(split) for name, split in data.splits.items()},
            "class_counts": data.class_counts(len(preprocessing.classes)),
            "fingerprints": preprocessing.fingerprints,
            "skipped": {name: list(names) for name, names in data.skipped.items()},
            "reading": preprocessing.reading,
        },
        "input": {
            "stored_size": list(preprocessing.stored_size),
            "input_size": list(preprocessing.input_size),
            "mean": list(preprocessing.mean),
            "std": list(preprocessing.std),
        },
    }


def _versions_of(plan: Plan) -> dict[str, str]:
    """The versions of what a run's results depend on, by package."""
    choices = [plan.model, plan.data, *plan.ops, plan.loss, plan.optimizer, plan.schedule]
    if plan.monitor.metric is not None:
        choices.append(plan.monitor.metric.choice)
    names = ["dlvc-cli", "torch", "torchvision", "timm", "numpy"]
    names += [choice.offer.plugin.distribution for choice in choices]
    versions = {"python": platform.python_version(), "platform": platform.platform()}
    for name in dict.fromkeys(names):
        if (found := version_of(name)) is not None:
            versions[name] = found
    return versions


def version_of(package: str) -> str | None:
    """The version of an installed package; None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
