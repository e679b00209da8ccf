"""Runs a plan: yields events, returns the walks."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import numpy as np

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent.advice import short_steps_notice
from dlvc_cli.descent.array_engine import ArrayEngine
from dlvc_cli.descent.gradients import ExactField, Field, SampledField
from dlvc_cli.descent.image_surface import read_surface
from dlvc_cli.descent.request_plan import MAX_PATHS, DescentPlan
from dlvc_cli.descent.sampling import sample
from dlvc_cli.descent.single import SingleEngine
from dlvc_cli.descent.starts import place_starts
from dlvc_cli.descent.steppers import RuleStepper, TorchStepper
from dlvc_cli.descent.suited_rates import with_suited_rates
from dlvc_cli.descent.surface import Array, Surface, distance_to_nearest
from dlvc_cli.descent.trials import Trial
from dlvc_cli.descent.walk_state import Engine, StepSettings, WalkState
from dlvc_cli.descent.walks import Descent, Walks
from dlvc_cli.errors import BadOption, PluginError, out_of_memory
from dlvc_cli.events import DescentProgress, DescentStarted, Event, Notice
from dlvc_cli.registry.offers import guarded

__all__ = ["descend_plan", "prepare_surface"]

# Progress is yielded about so often, with the positions of so many walks at most.
_SECONDS_BETWEEN_EVENTS = 0.1
_SHOWN = 400
# An engine buffers the positions of kept paths: so many at a time.
_BUFFER = 1_000_000
# Positions that are kept: of all walks together, and of one.
_ALL_KEPT, _MOST_KEPT = 4_000_000, 250_000
_MOST_STEPS = 10**9


def prepare_surface(plan: DescentPlan) -> Surface:
    """Sample or read the surface.

    Raises:
        DlvcError: it can't be, or ``eps`` is too large for it.
    """
    config = plan.config
    if isinstance(plan.surface, Path):
        surface = read_surface(plan.surface)
    else:
        domain = None if config.domain is None else (config.domain[0], config.domain[1])
        surface = sample(plan.surface, config.surface, domain, config.grid)
    most = min(surface.corner) / 2
    for trial in plan.trials:
        if trial.eps > most:
            raise BadOption(
                f"--eps {trial.eps:g} is too wide for a surface of {surface.columns} x "
                f"{surface.rows} points: {most:g} is the most."
            )
    return surface


def descend_plan(
    plan: DescentPlan, surface: Surface, keep_paths: bool = True
) -> Generator[Event, None, Descent]:
    """Walk every trial from every start; yields events, returns the walks.

    Args:
        keep_paths: of up to ``MAX_PATHS`` walks, keep the paths.

    Raises:
        DlvcError: a start off the surface, or an optimiser that can't be used here.
    """
    began = time.perf_counter()
    plan = with_suited_rates(plan, surface)
    config = plan.config
    starts = place_starts(config, surface)
    keep = keep_paths and plan.walks <= MAX_PATHS
    most_kept = min(_ALL_KEPT // plan.walks, _MOST_KEPT) if keep else 0
    said = set[str]()
    yield DescentStarted(
        surface=surface.name,
        size=(surface.columns, surface.rows),
        trials=tuple(trial.label for trial in plan.trials),
        starts=len(starts),
    )
    for text in (*plan.notices, *surface.notices):
        yield Notice(text=text)
    done = []
    for trial in plan.trials:
        walk_state = WalkState(starts, most_kept)
        field = _field(plan, trial, surface)
        engine, notice = _engine(plan, trial, surface, field, starts)
        if notice and notice not in said:
            said.add(notice)
            yield Notice(text=notice, level="warning")
        yield from _run(engine, walk_state, trial)
        done.append(_walks(trial, starts, walk_state, surface, field))
    thinned = _thinned_notice(done)
    if thinned:
        yield Notice(text=thinned)
    first = _field(plan, plan.trials[0], surface)
    if advice := short_steps_notice(surface, done, first):
        yield Notice(text=advice)
    return Descent(
        surface,
        done,
        first,
        config,
        plan.command,
        time.perf_counter() - began,
    )


def _field(plan: DescentPlan, trial: Trial, surface: Surface) -> Field:
    return ExactField(surface) if plan.config.exact else SampledField(surface, trial.eps)


def _engine(
    plan: DescentPlan, trial: Trial, surface: Surface, field: Field, starts: Array
) -> tuple[Engine, str | None]:
    """The fastest engine that can do it, and what to tell the user about that."""
    config, choice = plan.config, trial.choice
    step_settings = StepSettings(trial.lr, trial.eps, config.stop, config.max_steps)
    if choice.spec.rule is None:
        torch_stepper = TorchStepper(choice, trial.lr, starts)
        return ArrayEngine(surface, field, torch_stepper, step_settings), None
    rule = guarded(choice.offer, choice.spec.rule, **choice.values)
    if not isinstance(rule, Rule):
        plugin = choice.offer.plugin.name
        raise PluginError(f"The rule of {trial.optimizer} of plugin {plugin} is no dlvc_cli.Rule.")
    notice = None
    if not config.exact and len(starts) == 1:
        return SingleEngine(surface, rule, step_settings), None
    if not config.exact:
        try:
            from dlvc_cli.descent.compiled import CompiledEngine

            return CompiledEngine(surface, rule, step_settings), None
        except ImportError:
            notice = "numba is not installed: NumPy walks instead, some five times as slow."
        except Exception as error:
            if out_of_memory(error):
                raise
            notice = f"{trial.optimizer} cannot be compiled ({_cause(error)}): NumPy walks it."
    stepper = RuleStepper(rule, trial.lr, len(starts))
    return ArrayEngine(surface, field, stepper, step_settings), notice


def _cause(error: Exception) -> str:
    """What numba's message says below its headings, in a line."""
    lines = (line.strip() for line in str(error).splitlines())
    telling = (line for line in lines if line and not line.startswith(("Failed in", "During:")))
    return f"{type(error).__name__}: {next(telling, '')}"


def _run(engine: Engine, walk_state: WalkState, trial: Trial) -> Iterator[Event]:
    """Advance until every walk has ended, in portions that take about as long as a frame."""
    limit = 16
    # At random, since every n-th start of a grid would show as stripes.
    some = np.random.default_rng(0).permutation(len(walk_state))[:_SHOWN]
    most = _BUFFER // len(walk_state) if walk_state.kept is not None else _MOST_STEPS
    while walk_state.running:
        began = time.perf_counter()
        guarded(trial.choice.offer, engine.advance, walk_state, limit)
        seconds = max(time.perf_counter() - began, 1e-6)
        limit = max(1, min(int(limit * min(_SECONDS_BETWEEN_EVENTS / seconds, 4)), most))
        yield DescentProgress(
            trial=trial.label,
            step=int(walk_state.steps.max()),
            running=walk_state.running,
            walks=len(walk_state),
            positions=tuple(map(tuple, walk_state.positions[some].tolist())),
        )


def _walks(
    trial: Trial, starts: Array, walk_state: WalkState, surface: Surface, field: Field
) -> Walks:
    ends = walk_state.positions
    made = None if walk_state.kept is None else [kept.path() for kept in walk_state.kept]
    return Walks(
        trial=trial,
        starts=starts,
        ends=ends,
        values=field.value(ends),
        steps=walk_state.steps,
        reasons=walk_state.reasons,
        norms=walk_state.norms,
        distances=distance_to_nearest(ends, surface.minima),
        paths=None if made is None else [points for points, _ in made],
        path_steps=None if made is None else [steps for _, steps in made],
    )


def _thinned_notice(trials: Sequence[Walks]) -> str:
    """Of how many walks not every step is kept; empty where that is none."""
    thinned = sum(
        len(kept) <= steps
        for walks in trials
        for kept, steps in zip(walks.path_steps or (), walks.steps, strict=False)
    )
    if not thinned:
        return ""
    paths = "1 long path" if thinned == 1 else f"{thinned} long paths"
    return f"Of {paths}, the first steps and an even choice of the others are kept."
