"""That the processes of a run were asked for the same and see the same images."""

from __future__ import annotations

import hashlib

from dlvc_cli.config.plan import Plan
from dlvc_cli.errors import BadOption, DataError
from dlvc_cli.events import json_text
from dlvc_cli.training.data.splits import ReadyData
from dlvc_cli.training.runtime import Runtime

__all__ = ["refuse_other_images", "refuse_other_options"]

# What may be said otherwise on another machine.
_OF_MACHINES = ("data", "threads", "tracker")


def refuse_other_options(plan: Plan, runtime: Runtime) -> None:
    """Raise ``BadOption``, in all processes, unless all have the same options."""
    options = {k: v for k, v in plan.config.to_dict().items() if k not in _OF_MACHINES}
    if not _agree(runtime, options):
        raise BadOption("The processes of the run were given different options. Start all alike.")


def refuse_other_images(data: ReadyData, runtime: Runtime) -> None:
    """Raise ``DataError``, in all processes, unless all have the same images."""
    skipped = {name: list(names) for name, names in data.skipped.items()}
    if not _agree(runtime, [dict(data.fingerprints), skipped]):
        raise DataError(
            "The images are not the same on all machines of the run. Give all the same copy."
        )


def _agree(runtime: Runtime, value: object) -> bool:
    if runtime.world == 1:
        return True
    text = json_text(value, sort_keys=True)
    # Shorter than what can be told.
    digest = hashlib.blake2b(text.encode()).hexdigest()
    return not runtime.any(runtime.text_of_writer(digest) != digest)
