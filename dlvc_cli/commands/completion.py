"""Tab completion of plugin objects' and runs' names; a failure completes nothing."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["complete_measures", "complete_names", "complete_reported", "complete_runs"]


def complete_names(kind: str) -> Callable[[str], list[str]]:
    """Return a completer for names of a kind; of a list (``flip,cr``), the last is completed."""

    def complete(incomplete: str) -> list[str]:
        from dlvc_cli.registry.registry import registry

        before, comma, last = incomplete.rpartition(",")
        names = [offer.name for offer in registry().offers(kind)]
        names += [f"{family.spec.name}:" for family in registry().families(kind)]
        return [before + comma + name for name in names if name.startswith(last)]

    return complete


def complete_runs(incomplete: str) -> list[str]:
    """Complete the names of runs in ``runs/``."""
    from dlvc_cli.runs.directory import all_runs

    return [run.name for run in all_runs() if run.name.startswith(incomplete)]


def complete_reported(incomplete: str) -> list[str]:
    """Complete the names of runs in ``runs/`` and of studies in ``studies/``."""
    from dlvc_cli.experiments.study_folders import all_studies

    studies = [name for name in all_studies() if name.startswith(incomplete)]
    return complete_runs(incomplete) + studies


def complete_measures(incomplete: str) -> list[str]:
    """Complete the last of a list of curves (``train_acc,val``)."""
    from dlvc_cli.reporting.training.measures import MEASURES

    before, comma, last = incomplete.rpartition(",")
    return [before + comma + key for key in MEASURES if key.startswith(last)]
