"""Findings: sentences about experiments that figures hold or refute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

__all__ = ["TESTS", "Finding", "Verdict", "judge", "matching"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A sentence, and the test of it.

    Attributes:
        name: what messages call it.
        says: the sentence.
        expect: ``held`` or ``refuted``: what the study's author expects of it.
        test: ``highest`` and ``lowest``: of all in ``among``, one of ``experiments`` has the
            highest or lowest figure; ``above`` and ``below``: each of ``experiments`` has a figure
            above or below that of each in ``among``; ``near``: each has one within ``tolerance``
            of ``value``.
        outcome: which figure, a key of ``OUTCOMES``.
        experiments, among: patterns of experiments' names.
        value, tolerance: of ``near``.
    """

    name: str
    says: str
    expect: str
    test: str
    outcome: str
    experiments: tuple[str, ...]
    among: tuple[str, ...] = ()
    value: float = 0.0
    tolerance: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """Whether a finding is held.

    Attributes:
        held: None where figures are missing.
        why: the figures that decide, or what is missing.
        lacking: experiments of which there are no figures.
    """

    finding: Finding
    held: bool | None
    why: str
    lacking: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """``held``, ``refuted`` or ``not known yet``."""
        return "not known yet" if self.held is None else "held" if self.held else "refuted"

    @property
    def as_expected(self) -> bool | None:
        """Whether it came out as the author expects; None where it can't be told."""
        return None if self.held is None else self.held == (self.finding.expect == "held")


def judge(finding: Finding, figures: Mapping[str, float | None]) -> Verdict:
    """Hold a finding against figures, by experiment; None where there is none (yet)."""
    meant = matching(finding.experiments, figures)
    others = [name for name in matching(finding.among, figures) if name not in meant]
    missing = [name for name in (*meant, *others) if figures[name] is None]
    if missing or not meant or not (others or finding.test == "near"):
        lacking = ", ".join(missing) or "experiments that it speaks of"
        return Verdict(finding, None, f"there are no figures of {lacking}", tuple(missing))
    known = {name: value for name, value in figures.items() if value is not None}
    held = TESTS[finding.test](finding, [known[n] for n in meant], [known[n] for n in others])
    told = sorted({*meant, *others}, key=lambda name: -known[name])
    return Verdict(finding, held, ", ".join(f"{name} {known[name]:.4f}" for name in told))


def matching(patterns: Sequence[str], names: Iterable[str]) -> list[str]:
    """Return the names that one of the patterns matches (``*`` and ``?``), in their order."""
    # A name may hold what a pattern gives a meaning.
    return [
        name
        for name in names
        if any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)
    ]


def _near(finding: Finding, meant: list[float], others: list[float]) -> bool:
    return all(abs(figure - finding.value) <= finding.tolerance for figure in meant)


TESTS: Mapping[str, Callable[[Finding, list[float], list[float]], bool]] = {
    "highest": lambda finding, meant, others: max(meant) > max(others),
    "lowest": lambda finding, meant, others: min(meant) < min(others),
    "above": lambda finding, meant, others: min(meant) > max(others),
    "below": lambda finding, meant, others: max(meant) < min(others),
    "near": _near,
}
