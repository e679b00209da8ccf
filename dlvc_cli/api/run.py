"""Runs from Python: train one, load one, use it."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from dlvc_cli.api.absent_data import refuse_absent
from dlvc_cli.api.job import plan_job
from dlvc_cli.api.keywords import TrainOptions
from dlvc_cli.config.metrics import choose_metrics
from dlvc_cli.config.plan import Plan, plan_use
from dlvc_cli.config.resolve import absolute_data
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.config.tta import check_tta, tta_text
from dlvc_cli.errors import BadOption, DataError, DlvcError
from dlvc_cli.events import Notice, drain
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.training.views import open_view
from dlvc_cli.runs.directory import find_run
from dlvc_cli.runs.results import Prediction, TestResult

if TYPE_CHECKING:
    from dlvc_cli.runs.predictions import Predictions

__all__ = ["Run", "given_options", "load_run", "train"]


class Run:
    """A run on disk.

    Args:
        path: its directory.
    """

    def __init__(self, path: str | Path) -> None:
        self._dir = find_run(path)
        self._record = self._dir.record()

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def path(self) -> Path:
        return self._dir.path

    @property
    def name(self) -> str:
        return self._dir.name

    @property
    def config(self) -> TrainConfig:
        return TrainConfig.from_dict(self._record["config"], str(self._dir.record_file))

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(self._record["data"]["classes"])

    @property
    def record(self) -> dict[str, Any]:
        """What ``run.json`` holds."""
        return self._record

    @property
    def status(self) -> dict[str, Any]:
        """State (running, cut off, stopped, finished, failed), epochs, best accuracy."""
        return self._dir.status()

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """A dictionary for each finished epoch: ``train_loss``, ``val_loss``, ``val_acc`` ...

        Warns where the file is damaged: those of its lines that are sound are returned.
        """
        for problem in self._dir.damage():
            warnings.warn(problem, stacklevel=2)
        return self._dir.metrics()

    def predict(
        self, images: Any, *, device: str = "auto", tta: str | None = None
    ) -> list[Prediction]:
        """Classify images with the best network.

        Args:
            images: an image file, PIL image or array (H, W, 3), or several of them, or an array
                (N, H, W, 3). Arrays are uint8, uint16, bool, or floats in [0, 1].
            device: where to compute.
            tta: average over ``flip``, ``shift`` or ``flip,shift`` of each image, or ``none``; by
                default as the run was validated.

        Raises:
            DataError: an image cannot be read.
            RunError: the run has no weights, or is damaged.
        """
        sources = _images(images)
        predictions = []
        for source, result in zip(sources, self.probabilities(sources, device, tta), strict=True):
            if isinstance(result, DataError):
                raise result
            path = str(source) if isinstance(source, str | Path) else None
            predictions.append(self.prediction(path, result))
        return predictions

    def prediction(self, path: str | None, probabilities: Sequence[float]) -> Prediction:
        """Give probabilities their class names."""
        by_class = dict(zip(self.classes, probabilities, strict=True))
        return Prediction(path, max(by_class, key=by_class.__getitem__), by_class)

    def probabilities(
        self, sources: Iterable[Any], device: str = "auto", tta: str | None = None
    ) -> Iterable[list[float] | DataError]:
        """Yield softmax probabilities for each source, or why it cannot be read."""
        return self._inference(device, None, tta).probabilities(sources)

    def test(
        self,
        split: str | None = None,
        *,
        data: str | None = None,
        device: str = "auto",
        view: Any = None,
        metrics: str | Sequence[str] = (),
        kept: bool = False,
        tta: str | None = None,
    ) -> TestResult:
        """Evaluate the best network on a split.

        Args:
            split: ``train``, ``val`` or ``test``; by default ``test`` where there is one.
            data: where the data is now, if it is not where it was, or other images of its classes.
                A folder of class folders, without splits, is whichever split is asked for.
            device: where to compute.
            view: is called with events (progress of reading, warnings).
            metrics: names of metrics to measure, too: ``"auroc,ece"``, or several such.
            kept: take what the run has kept of its validation images (or of the test at its end,
                which then is the default): nothing is run again, and no data is needed.
            tta: as in :meth:`predict`.

        Raises:
            DlvcError: the data or the run cannot be read.
        """
        from dlvc_cli.api.kept_test import kept_of, loss_of
        from dlvc_cli.runs.split_figures import figures_of_split

        if kept and data is not None:
            raise BadOption("--kept and --data exclude each other: what is kept is of the run's.")
        wanted = None if tta is None else tta_text(check_tta(tta))
        asked = choose_metrics(registry(), metrics) if metrics else []
        tell = view if view is not None else lambda event: None
        if kept:
            found = kept_of(self._dir, self._record, split, wanted)
            names, loss = self._names_of(found), loss_of(self._dir, found)
        else:
            inference = self._inference(device, data, tta)
            name, result, names = drain(inference.on_split(split, data is not None), tell)
            epoch = self._dir.status().get("best_epoch") or 0
            found = result.kept(name, names, epoch, inference.tta)
            loss = result.loss
        measured = {one.text: one(found.targets, found.probabilities) for one in asked}
        for one in asked:
            if measured[one.text] is None:
                tell(Notice(text=f"{one.text} is {one.why_undefined}.", level="warning"))
        return figures_of_split(
            found, self.classes, loss, names, metrics=measured, data=data, from_run=kept
        )

    def _names_of(self, kept: Predictions) -> Sequence[str] | None:
        try:
            plan = self._plan()
        except DlvcError:
            # Its data set, or what it was trained with, is not installed here.
            return None
        from dlvc_cli.api.kept_test import names_of

        return names_of(kept, self._record, plan)

    def _plan(self, data: str | None = None) -> Plan:
        # Its trackers and what it monitored are not asked for: they may not be installed here.
        config = dataclasses.replace(self.config, tracker=(), monitor=TrainConfig.monitor)
        if data is not None:
            config = dataclasses.replace(config, data=absolute_data(registry(), data))
        plan = plan_use(registry(), config)
        if data is not None:
            refuse_absent(plan.data, config.data or "")
        return plan

    def _inference(self, device: str, data: str | None, tta: str | None) -> Any:
        words = check_tta(self.config.tta if tta is None else tta)
        from dlvc_cli.training.averaged import check_room_to_shift
        from dlvc_cli.training.inference import open_inference

        key = (device, data)
        if key not in self._opened:
            self._opened[key] = open_inference(self._dir, self._plan(data), device)
        opened = self._opened[key]
        check_room_to_shift(words, opened.preprocessing.input_size)
        return dataclasses.replace(opened, tta=words)

    @cached_property
    def _opened(self) -> dict[tuple[str, str | None], Any]:
        return {}


def _images(images: Any) -> list[Any]:
    """One image or many -> a list."""
    if isinstance(images, str | Path) or hasattr(images, "getbands"):
        return [images]
    shape = getattr(images, "shape", None)
    if shape is not None and len(shape) < 4:
        return [images]
    return list(images)


def load_run(path: str | Path) -> Run:
    """Load a run by its directory, or by its name in ``runs/``.

    Raises:
        UsageError: there is none, or it isn't a run.
    """
    return Run(path)


def given_options(options: TrainOptions) -> dict[str, Any]:
    """Return the options that are given, as the command line would write them."""
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    weights = given.get("weights")
    if isinstance(weights, Run | Path):
        given["weights"] = str(weights.path if isinstance(weights, Run) else weights)
    return given


def train(
    model: str | None = None,
    *,
    preset: str | None = None,
    name: str | None = None,
    out: str | Path | None = None,
    resume: str | Path | Run | None = None,
    view: Any = "auto",
    **options: Unpack[TrainOptions],
) -> Run:
    """Train a model, as ``dlvc train`` does.

    Args:
        model: a model's name.
        preset: a named bundle of options.
        name: the run's name in ``runs/``; None for the next free one.
        out: the run's directory, instead of a name.
        resume: a run to go on with; only ``epochs``, ``schedule_epochs``, ``data`` and ``device``
            may then be given.
        view: ``auto`` (live in a terminal or notebook), ``live``, ``plain``, ``json``, ``quiet``,
            or a context manager that is called with every event.
        **options: the fields of ``TrainConfig``: ``data``, ``aug``, ``wd``, ``lr``, ``epochs`` ...;
            ``weights`` may be a path or a run, too.

    Returns:
        The run, finished, or stopped by an interrupt.

    Raises:
        DlvcError: something in the request or the data is wrong, or training fails.
    """
    given = given_options(options)
    if model is not None:
        given["model"] = model
    job = plan_job(
        given,
        preset=preset,
        name=name,
        out=Path(out) if out is not None else None,
        resume=resume.path if isinstance(resume, Run) else resume,
    )
    outcome = job.run_with(open_view(view) if isinstance(view, str) else view)
    return Run(outcome.run.path)
