"""The plan of a request: what its names stand for, a surface and trials.

Nothing heavy is imported here, so that every mistake in a request is reported before any work.
"""

from __future__ import annotations

import math
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dlvc_cli.config.command_line import option_words
from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.config.options import default_of, flag, options_of
from dlvc_cli.descent.trials import Trial, make_trials
from dlvc_cli.errors import BadOption, UnknownName
from dlvc_cli.images.suffixes import IMAGE_SUFFIXES
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import Registry

__all__ = ["MAX_PATHS", "DescentPlan", "descent_words", "plan_descent"]

MAX_PATHS = 100
"""Paths are kept of so many walks at most."""

# Each takes about a hundred bytes.
_MAX_WALKS = 30_000_000


@dataclass(frozen=True)
class DescentPlan:
    """A complete configuration and what its names stand for.

    Attributes:
        surface: a surface plugin, or the path of an image.
        trials: the ways to descend, each from every start.
        command: the command line that makes it again.
        notices: what the user should be told first, a sentence each.
    """

    config: DescentConfig
    surface: Choice | Path
    trials: tuple[Trial, ...]
    command: str
    notices: tuple[str, ...] = ()

    @property
    def walks(self) -> int:
        """How many walks it makes."""
        config = self.config
        starts = config.random_starts or (config.basins or 0) ** 2 or len(config.start) or 1
        return starts * len(self.trials)


def plan_descent(registry: Registry, config: DescentConfig) -> DescentPlan:
    """Look up the names of a configuration and settle each trial.

    Raises:
        UsageError: an unknown name, or an option that doesn't go with another.
    """
    surface = _find_surface(registry, config.surface)
    if isinstance(surface, Path):
        _refuse_for_image(config)
    elif config.domain is not None:
        _check_domain(config.domain)
    trials = make_trials(registry, config)
    notices = _notices(registry, config, surface, trials)
    plan = DescentPlan(config, surface, tuple(trials), shlex.join(descent_words(config)), notices)
    if plan.walks > _MAX_WALKS:
        raise BadOption(
            f"{plan.walks // len(trials):,} starts of {len(trials)} trials are {plan.walks:,} "
            f"walks: {_MAX_WALKS:,} is the most. Take fewer starts, or fewer values of --sweep."
        )
    return plan


def _notices(
    registry: Registry, config: DescentConfig, surface: Choice | Path, trials: Sequence[Trial]
) -> tuple[str, ...]:
    """Say where a bare name means a built-in and could have meant another, and what is assumed."""
    named = {trial.text: trial.choice.offer for trial in trials}
    if not isinstance(surface, Path):
        named[config.surface] = surface.offer
    notices = [
        notice
        for text, offer in named.items()
        for notice in registry.shadow_notices(offer, text.partition(":")[0])
    ]
    # A family's member may have been made up on the spot: nobody has chosen where to look at it.
    if not isinstance(surface, Path) and surface.offer.prefix and config.domain is None:
        low, high = surface.spec.domain
        notices.append(f"x and y go from {low:g} to {high:g}, unless --domain says otherwise.")
    return tuple(notices)


def _find_surface(registry: Registry, text: str) -> Choice | Path:
    """A plugin's surface, a file, or what a family knows without its prefix."""
    if not text.strip():
        raise BadOption("Which surface? Try dlvc gd schaffer, or see dlvc list surfaces.")
    try:
        return registry.choose("surfaces", text)
    except UnknownName:
        # Unlike Path's, these two take any text: one that is too long, or the home of nobody.
        path = Path(os.path.expanduser(text))  # noqa: PTH111
        if os.path.exists(path) or path.suffix.lower() in IMAGE_SUFFIXES:  # noqa: PTH110
            return path
        member = registry.in_family("surfaces", text)
        if member is None:
            raise
        return registry.choose("surfaces", member)


def _refuse_for_image(config: DescentConfig) -> None:
    for name in ("domain", "exact", "grid"):
        if getattr(config, name) != default_of(DescentConfig, name):
            raise BadOption(f"An image has no formula: leave out {flag(name)}.")


def _check_domain(domain: tuple[float, ...]) -> None:
    if len(domain) != 2 or not -math.inf < domain[0] < domain[1] < math.inf:
        words = ",".join(f"{end:g}" for end in domain)
        raise BadOption(f"--domain takes two ends, the lower first: -5,5. Not {words}.")


def descent_words(config: DescentConfig) -> list[str]:
    """The words of a configuration's command line: what differs from the defaults."""
    words = ["dlvc", "gd", config.surface]
    for name in options_of(DescentConfig):
        value = getattr(config, name)
        if value == default_of(DescentConfig, name) or value is None:
            continue
        if name == "start":
            for column, row in value:
                words.append(f"--start={_number(column)},{_number(row)}")
        elif name == "domain":
            words.append(f"--domain={_number(value[0])},{_number(value[1])}")
        else:
            words += option_words(name, _number(value) if isinstance(value, float) else value)
    return words


def _number(value: float) -> str:
    """The shortest text that means the same number: ``10`` rather than ``10.0``."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
