"""A training job, for the command line and for Python alike: planned first, then run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlvc_cli.api.absent_data import refuse_absent
from dlvc_cli.api.consumers import Consumers, consume
from dlvc_cli.api.run_figures import draw_missing_figures
from dlvc_cli.api.signals import StopSignal, on_leaving
from dlvc_cli.config.options import flag
from dlvc_cli.config.place import Place, place_of
from dlvc_cli.config.plan import Plan, plan_training
from dlvc_cli.config.resolve import resolve_resumed, resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DlvcError, Interrupted, UsageError
from dlvc_cli.events import Notice, RunEnded, RunStarted
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.base import SilentView
from dlvc_cli.runs.directory import RunDir, all_runs, find_run, refuse_occupied
from dlvc_cli.runs.manage import named_directory
from dlvc_cli.training.features.disk import IMAGE_LIMIT, bytes_of, cache_limit

__all__ = ["Job", "Outcome", "plan_job"]

_RESUMABLE = ("epochs", "schedule_epochs", "data", "device")


@dataclass(frozen=True)
class Outcome:
    """How a job ended: its first and last event, and the exit code that says so."""

    run: RunDir
    started: RunStarted
    ended: RunEnded
    exit_code: int


@dataclass(frozen=True)
class Job:
    """A job whose request has been checked as far as it can be without torch.

    Attributes:
        plan: what to train.
        run: the run to go on with, None for a new one.
        out: a new run's directory, None for the next free one.
        notices: what to tell the user first.
    """

    plan: Plan
    run: RunDir | None
    out: Path | None
    notices: tuple[str, ...]

    def run_with(self, view: Any) -> Outcome:
        """Train, telling a view and the trackers; draw the curves whatever happens.

        Args:
            view: a context manager that is called with every event.

        Of several processes, one shows and draws.

        Raises:
            DlvcError: as the engine does.
        """
        place = place_of()
        stop = StopSignal(alone=not place.launched, silent=not place.writes)
        consumers = Consumers(view if place.writes else SilentView(), give_up=stop.ask)
        try:
            with on_leaving(lambda: consumers.farewell), consumers.view_open():
                self._introduce(consumers)
                from dlvc_cli.training.start_up import run_training

                events = run_training(self.plan, self.run, self.out, self.notices, stop)
                started, ended = consume(events, consumers, draws=place.writes)
        except KeyboardInterrupt:
            raise Interrupted(consumers.farewell) from None
        finally:
            stop.restore()
        code = 128 + stop.number if ended.state == "stopped" and stop.number else 0
        return Outcome(RunDir(Path(started.run)), started, ended, code)

    def _introduce(self, consumers: Consumers) -> None:
        """Say what is known before anything heavy is imported, then build the trackers."""
        for plugin, problem in registry().unreported():
            text = f"Plugin {plugin.name} ({plugin.distribution}) {problem}."
            consumers(Notice(text=text, level="warning"))
        for text in self.notices:
            consumers(Notice(text=text))
        if place_of().writes:
            consumers.trackers = [(choice, choice.build()) for choice in self.plan.trackers]


def plan_job(
    given: Mapping[str, Any],
    *,
    file: Mapping[str, Any] | None = None,
    preset: str | None = None,
    name: str | None = None,
    out: Path | None = None,
    resume: str | Path | None = None,
) -> Job:
    """Check a request to train and plan it. Imports nothing heavy.

    Args:
        given: options by the names of ``TrainConfig``'s fields.
        file: options from a configuration file.
        preset: a preset's name.
        name: a new run's name in ``runs/``.
        out: a new run's directory, instead.
        resume: the run to go on with.

    Raises:
        UsageError: a name, an option or a value is wrong.
    """
    if resume is not None:
        if preset or name or out:
            raise BadOption(
                "--resume goes with --epochs, --schedule-epochs, --data and --device only."
            )
        return _plan_resume(given, find_run(resume))
    if name is not None:
        if out is not None:
            raise BadOption("--name and --out exclude each other: a name is a folder in runs/.")
        out = named_directory(name)
    resolved = resolve_training(registry(), given, file, preset)
    plan = plan_training(registry(), resolved)
    refuse_absent(plan.data, plan.config.data or "")
    if (begun := _begun_before(place_of(), plan.config, out)) is not None:
        return _plan_resume({}, begun)
    if out is not None:
        refuse_occupied(out)
    _check_cache_limit(plan.config)
    return Job(plan, None, out, (*resolved.notices, *plan.notices, *_starting_notices(plan)))


def _begun_before(place: Place, config: TrainConfig, out: Path | None) -> RunDir | None:
    """The run that the same processes have begun before torchrun started them anew, if they have.

    Args:
        out: a run's directory, None for one in ``runs/``.
    """
    if not place.restarts or place.launch is None:
        return None
    known = [RunDir(out)] if out is not None else all_runs()
    for run in reversed(known):
        try:
            record, state = run.record(), run.status()["state"]
        except DlvcError:
            continue
        same = record.get("launch") == place.launch and record["config"] == config.to_dict()
        if same and state != "finished":
            return run
    return None


def _check_cache_limit(config: TrainConfig) -> None:
    """Refuse a size of a cache that is no number, before the run needs to know it.

    Raises:
        BadOption: ``$DLVC_CACHE_GB`` or ``$DLVC_IMAGE_CACHE_GB`` is no number.
    """
    if config.image_cache:
        bytes_of(IMAGE_LIMIT, 0)
    if config.feature_extract and config.feature_cache:
        cache_limit()


def _starting_notices(plan: Plan) -> tuple[str, ...]:
    """What a user is told of a new network before training begins: its weights, what learns.

    Where the head alone is trained, the engine tells it, once the ops are built: whether features
    can be kept depends on these.
    """
    config, source = plan.config, plan.source
    if source is None:
        return (f"{config.model} starts from scratch: its weights are drawn at random.",)
    if config.feature_extract:
        return ()
    layer = config.freeze_until
    where = f"{layer} and what follows are" if layer else "All of it is"
    rates = (
        f"{where} trained by {config.optimizer}, learning rate {config.lr:g} for the head and "
        f"{config.lr_backbone:g} for pretrained layers."
    )
    return (source.sentence(config.model), rates)


def _listed(names: Sequence[str]) -> str:
    *first, last = map(flag, names)
    return f"{', '.join(first)} and {last}"


def _plan_resume(given: Mapping[str, Any], run: RunDir) -> Job:
    if refused := [flag(name) for name in given if name not in _RESUMABLE]:
        raise BadOption(
            f"A resumed run keeps its {', '.join(refused)}. Only {_listed(_RESUMABLE)} may change."
        )
    recorded = TrainConfig.from_dict(run.record()["config"], str(run.record_file))
    status = run.status()
    epochs = given.get("epochs", recorded.epochs)
    if epochs < status.get("epoch", 0):
        raise BadOption(f"--epochs {epochs}: {run.name} has done {status['epoch']} already.")
    if status["state"] == "finished" and status.get("epoch", 0) < recorded.epochs:
        raise UsageError(
            f"{run.name} is finished for good: {status.get('reason')}. Train anew without that."
        )
    if status["state"] == "finished" and epochs == recorded.epochs:
        # It may have been killed while it drew them.
        draw_missing_figures(run, lambda text: None)
        raise UsageError(
            f"{run.name} is finished ({status.get('reason')}). To go on, say --epochs with more "
            f"than {recorded.epochs}."
        )
    plan = plan_training(registry(), resolve_resumed(registry(), recorded, given))
    if "data" in given:
        refuse_absent(plan.data, plan.config.data or "")
    _check_cache_limit(plan.config)
    return Job(plan, run, None, (f"Going on with {run.name}.",))
