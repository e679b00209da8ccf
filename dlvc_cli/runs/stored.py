"""The files of a run that hold JSON: what must be in them, and the one door to read them through.

``run.json`` and ``status.json`` end with a digest of all else in them. Files of before there was
one have none, and one that somebody has taken out is not missed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dlvc_cli.errors import RunError
from dlvc_cli.events import json_text
from dlvc_cli.files import open_regular, parse_json, read_json, write_json
from dlvc_cli.runs.schema import (
    COUNT,
    NUMBER,
    POSITIVE,
    TEXT,
    each,
    either,
    list_of,
    nullable,
    optional,
    problem_with,
)

__all__ = [
    "FORMAT", "Metrics", "digest_of_lines", "read_metrics", "read_record", "read_status",
    "write_checked",
]  # fmt: skip

FORMAT = 1

_SIZE = list_of(POSITIVE, 2)
_CHANNELS = list_of(NUMBER, 3)

# What commands and the engine ask of it; there is more, for people.
_RECORD = {
    "format": either(FORMAT),
    "id": optional(TEXT),
    "created": TEXT,
    "command": TEXT,
    "config": {"model": TEXT, "data": TEXT, "epochs": POSITIVE, "tracker": list_of(TEXT)},
    "seed": COUNT,
    "device": TEXT,
    "threads": POSITIVE,
    "processes": optional(POSITIVE),
    "launch": nullable(TEXT),
    "versions": each(TEXT),
    "notices": list_of(TEXT),
    "model": {"parameters": COUNT, "trainable": COUNT},
    "data": {
        "classes": list_of(TEXT),
        "images": each(COUNT),
        "fingerprints": each(TEXT),
        "skipped": each(list_of(TEXT)),
        "class_counts": optional(each(list_of(COUNT))),
        "reading": optional(POSITIVE),
    },
    "input": {"stored_size": _SIZE, "input_size": _SIZE, "mean": _CHANNELS, "std": _CHANNELS},
    "weights": nullable({"source": TEXT, "digest": TEXT}),
}

_STATUS = {
    "state": either("running", "stopped", "finished", "failed"),
    "reason": nullable(TEXT),
    "diverged": optional(either(True, False)),
    "epoch": optional(COUNT),
    "epochs": optional(POSITIVE),
    "best_acc": nullable(NUMBER),
    "best_epoch": nullable(POSITIVE),
    "best_balanced_acc": nullable(NUMBER),
    "test_acc": nullable(NUMBER),
    "seconds": nullable(NUMBER),
    "metrics": optional(TEXT),
}

_LINE = {"epoch": POSITIVE, "best": optional(either(True, False))} | {
    key: nullable(NUMBER)
    for key in (
        "train_loss train_loss_std train_acc val_loss val_acc val_balanced_acc "
        "val_acc_last_batch val_acc_running lr images_per_s seconds"
    ).split()
}


class Metrics(NamedTuple):
    """The lines of ``metrics.jsonl`` that are sound, and what is wrong with the others."""

    lines: list[dict[str, Any]]
    problems: list[str]


def read_record(file: Path) -> dict[str, Any]:
    """Return what a ``run.json`` holds.

    Raises:
        RunError: it cannot be read, is damaged, or of a later version.
    """
    record = _read(file)
    if isinstance(record.get("format"), int) and record["format"] > FORMAT:
        raise RunError(f"{file} is a run's record that this dlvc cannot read: it is too new.")
    _check(file, record, _RECORD)
    return record


def read_status(file: Path) -> dict[str, Any]:
    """Return what a ``status.json`` holds.

    Raises:
        RunError: it cannot be read or is damaged.
    """
    status = _read(file)
    _check(file, status, _STATUS)
    return status


def _read(file: Path) -> dict[str, Any]:
    try:
        value = read_json(file)
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise RunError(f"{file} is damaged: {error}.") from error
    if not isinstance(value, dict):
        raise RunError(f"{file} is damaged: it is no object.")
    return value


def _check(file: Path, value: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """Raise ``RunError`` unless a value is as it should be; take its digest out."""
    if problem := problem_with(value, schema):
        raise RunError(f"{file} is damaged: {problem}.")
    digest = value.pop("digest", None)
    if digest is not None and digest != _digest(value):
        raise RunError(
            f"{file} is damaged or was changed by hand: its digest does not agree. If the change "
            'was meant, take the line "digest" out.'
        )


def write_checked(file: Path, value: Mapping[str, Any]) -> None:
    """Write plain values as JSON, with their digest.

    Raises:
        RunError: it cannot be written.
    """
    # As they will be read: tuples become lists, numbers that JSON lacks null.
    plain = parse_json(json_text(value).encode())
    write_json(file, plain | {"digest": _digest(plain)})


def _digest(value: Any) -> str:
    text = json_text(value, sort_keys=True, ascii_only=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def digest_of_lines(lines: Sequence[Mapping[str, Any]]) -> str:
    """A digest of lines of ``metrics.jsonl``, which ``status.json`` holds of those so far."""
    return _digest([dict(line) for line in lines])


def read_metrics(file: Path) -> Metrics:
    """Return the sound lines of a ``metrics.jsonl``, in the order of their epochs.

    A last line that was cut off while it was written is no damage.
    """
    try:
        with open_regular(file) as handle:
            content = handle.read()
    except FileNotFoundError:
        return Metrics([], [])
    except OSError as error:
        return Metrics([], [f"{file} cannot be read: {error.strerror or error}."])
    *whole, rest = content.split(b"\n")
    metrics = Metrics([], [])
    for number, text in enumerate([*whole, rest] if rest else whole, start=1):
        line, problem = _line(text, after=metrics.lines[-1]["epoch"] if metrics.lines else 0)
        if line is not None:
            metrics.lines.append(line)
        elif number <= len(whole):
            metrics.problems.append(f"{file} is damaged in line {number}: {problem}.")
    return metrics


def _line(text: bytes, after: int) -> tuple[dict[str, Any] | None, str | None]:
    """One line, which must be of a later epoch than ``after``; or what is wrong with it."""
    try:
        line = parse_json(text)
    except ValueError as error:
        return None, str(error)
    if problem := problem_with(line, _LINE):
        return None, problem
    if line["epoch"] <= after:
        return None, f"epoch {line['epoch']} comes after epoch {after}"
    return line, None
