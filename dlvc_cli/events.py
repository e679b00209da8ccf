"""What engines yield: frozen values that views, trackers, files and notebooks consume.

``to_json`` gives the form that ``--json`` prints, a line each: the fields, the event's name and
the version of this format. Keys may be added, never renamed.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

__all__ = [
    "CheckpointSaved",
    "DataProgress",
    "DescentProgress",
    "DescentStarted",
    "EpochDone",
    "Event",
    "FetchingWeights",
    "Notice",
    "RunEnded",
    "RunStarted",
    "StepDone",
    "StudyEnded",
    "StudyRun",
    "StudyStarted",
    "TestDone",
    "drain",
    "json_text",
    "jsonable",
]


Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events."""

    VERSION: ClassVar[int] = 1

    @property
    def name(self) -> str:
        """``EpochDone`` -> ``epoch_done``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain values."""
        return {"event": self.name, "version": self.VERSION} | dataclasses.asdict(self)

    def to_json(self) -> str:
        """Return the event as one line of JSON; numbers that are not finite become null."""
        return json_text(self.to_dict())


def jsonable(value: Any) -> Any:
    """Replace numbers that JSON does not have (NaN, infinity) by None, at any depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return value


def json_text(value: Any, *, ascii_only: bool = False, **options: Any) -> str:
    """Return a value as JSON that every reader takes, whatever names or numbers are in it.

    Numbers that are not finite become null. What stands for bytes that are no text (PEP 383), as
    in a file name that isn't UTF-8, is escaped, and read back the same.

    Args:
        ascii_only: escape all other letters too, for an encoding that may lack them.
        options: ``indent``, ``separators`` and ``sort_keys``, as ``json.dumps`` takes them.
    """
    options |= {"ensure_ascii": ascii_only, "allow_nan": False}
    try:
        text = json.dumps(value, **options)
    except ValueError:
        # Only now: long lists of numbers are seldom other than finite.
        text = json.dumps(jsonable(value), **options)
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def drain(events: Generator[Event, None, Result], handle: Callable[[Event], Any]) -> Result:
    """Hand every event of an engine to ``handle``, and return what the engine returns."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            result: Result = end.value
            return result
        handle(event)


@dataclass(frozen=True, kw_only=True)
class Notice(Event):
    """Something the user should know: ``level`` is ``info`` or ``warning``."""

    text: str
    level: str = "info"


@dataclass(frozen=True, kw_only=True)
class FetchingWeights(Event):
    """A model's own weights are about to be fetched, or have been (``done``).

    In between, the library that fetches them may show its own progress on standard error.
    """

    source: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class DataProgress(Event):
    """``done`` of ``total`` images of a split have been read.

    Attributes:
        task: ``measuring`` while their sizes are looked at, ``decoding`` when their pixels are.
    """

    split: str
    done: int
    total: int
    task: str = "decoding"


@dataclass(frozen=True, kw_only=True)
class RunStarted(Event):
    """Everything is ready and the first step comes next.

    Attributes:
        run: the run's directory.
        parameters, trainable: numbers of parameters.
        stored_size, input_size: (height, width) in pixels of the images that ops work on, and
            of the network's input.
        device_memory: bytes of the GPU's memory, None on the CPU.
        epochs: that will be trained, ``--patience`` aside: fewer than asked for where
            ``max_steps`` end before; the last may have fewer steps than others.
        first_epoch_costs_most: later ones use what it computes, and take next to no time.
        start_epoch, start_step: where a resumed run goes on (epochs count from 0 here).
        history: the lines of ``metrics.jsonl`` so far.
        train_counts, val_counts: images of each class; empty where that isn't known.
        monitor: the key of ``metrics.jsonl`` by which the best epoch is chosen.
    """

    run: str
    model: str
    parameters: int
    trainable: int
    data: str
    classes: tuple[str, ...]
    train_images: int
    val_images: int
    stored_size: tuple[int, int]
    input_size: tuple[int, int]
    device: str
    device_memory: int | None
    precision: str
    threads: int
    seed: int
    epochs: int
    steps_per_epoch: int
    first_epoch_costs_most: bool = False
    start_epoch: int = 0
    start_step: int = 0
    history: tuple[Mapping[str, Any], ...] = ()
    train_counts: tuple[int, ...] = ()
    val_counts: tuple[int, ...] = ()
    max_steps: int | None = None
    monitor: str = "val_acc"


@dataclass(frozen=True, kw_only=True)
class StepDone(Event):
    """A training step; yielded a few times a second, not for every step.

    Attributes:
        epoch: from 1.
        step, steps: steps done in this epoch, of how many.
        loss: training loss of a recent step (of the newest that needs no waiting).
        images_per_s: training images a second, lately.
    """

    epoch: int
    step: int
    steps: int
    loss: float | None
    lr: float
    images_per_s: float


@dataclass(frozen=True, kw_only=True)
class EpochDone(Event):
    """An epoch and its validation.

    Attributes:
        epoch, epochs: from 1.
        metrics: the line of ``metrics.jsonl``.
        best: whether this is the best epoch so far, as the run's ``monitor`` has it, saved as
            ``best.safetensors``; never of a validation that isn't finite.
        best_epoch: the best so far, None where there is none.
        best_acc, best_balanced_acc: its validation accuracy, and the mean over classes of that.
        best_value: what is monitored, in that epoch.
    """

    epoch: int
    epochs: int
    metrics: Mapping[str, Any]
    best: bool
    best_acc: float | None
    best_epoch: int | None
    best_balanced_acc: float | None = None
    best_value: float | None = None


@dataclass(frozen=True, kw_only=True)
class CheckpointSaved(Event):
    """All that a resume needs is on disk: ``step`` steps into epoch ``epoch`` (from 1)."""

    epoch: int
    step: int


@dataclass(frozen=True, kw_only=True)
class TestDone(Event):
    """The best network has been tested on images that no choice has seen.

    Attributes:
        images: how many were held out.
        loss: mean over them, None where it isn't finite.
        accuracy, balanced_accuracy: of the network that was chosen on the validation split.
    """

    __test__: ClassVar[bool] = False  # no test case, whatever pytest makes of the name

    split: str
    images: int
    loss: float | None
    accuracy: float
    balanced_accuracy: float


@dataclass(frozen=True, kw_only=True)
class RunEnded(Event):
    """The run is over, or was stopped and can go on.

    Attributes:
        state: ``finished`` (all epochs, ``--patience`` or ``--max-steps``), ``stopped`` by an
            interrupt, or ``failed``.
        reason: in words.
        best_acc, best_epoch, best_balanced_acc, best_value: as of the last ``EpochDone``.
        seconds: of training in all, earlier parts of a resumed run included.
        test_acc: of the test at the end, None where nothing was held out for one.
    """

    run: str
    state: str
    reason: str
    epochs: int
    best_acc: float | None
    best_epoch: int | None
    seconds: float
    best_balanced_acc: float | None = None
    best_value: float | None = None
    test_acc: float | None = None


@dataclass(frozen=True, kw_only=True)
class StudyStarted(Event):
    """The runs of a study are about to start.

    Attributes:
        folder: of the study.
        runs: names of all.
        done: how many are finished already.
        epochs, epochs_done: of each run, in the same order.
        finished: whether each run is.
        jobs: how many run at a time.
        seconds_left: of the whole study; None as long as it can't be told.
    """

    study: str
    folder: str
    runs: tuple[str, ...]
    done: int
    epochs: tuple[int, ...] = ()
    epochs_done: tuple[int, ...] = ()
    finished: tuple[bool, ...] = ()
    jobs: int = 1
    seconds_left: float | None = None


@dataclass(frozen=True, kw_only=True)
class StudyRun(Event):
    """There is news of a run of a study.

    Attributes:
        run: its name.
        path: its directory.
        state: ``waiting``, ``running``, ``finished``, ``stopped``, ``failed``, or ``missing`` where
            weights that it needs can't be had here.
        epoch, epochs: epochs done, of how many.
        best_acc: the best validation accuracy so far.
        reason: why it failed, or what is missing.
        seconds_left: of the whole study; None as long as it can't be told.
        val_acc: the validation accuracy of each epoch done.
    """

    run: str
    path: str
    state: str
    epoch: int
    epochs: int
    best_acc: float | None
    reason: str | None
    seconds_left: float | None
    val_acc: tuple[float | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudyEnded(Event):
    """All runs of a study are over, or it was stopped and can go on.

    Attributes:
        state: ``finished`` or ``stopped``.
        finished: how many runs are.
        failed: names of those that failed.
        missing: names of those that lack weights.
    """

    study: str
    state: str
    finished: int
    failed: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DescentStarted(Event):
    """Walks are about to start.

    Attributes:
        size: (columns, rows) of the grid.
        trials: what each trial is called.
        starts: walks of each trial.
    """

    surface: str
    size: tuple[int, int]
    trials: tuple[str, ...]
    starts: int


@dataclass(frozen=True, kw_only=True)
class DescentProgress(Event):
    """Walks have gone on; yielded a few times a second.

    Attributes:
        trial: the one under way.
        step: the most steps that a walk has taken.
        running: walks that have not ended, of ``walks``.
        positions: where some of the walks are, (column, row).
    """

    trial: str
    step: int
    running: int
    walks: int
    positions: tuple[tuple[float, ...], ...]
