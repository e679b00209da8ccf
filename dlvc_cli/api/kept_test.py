"""A test from what a run has kept of its images: nothing is run, and no data is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.config.plan import Plan
from dlvc_cli.errors import BadOption, DlvcError, RunError
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.predictions import Predictions, digest_of_names, read_predictions

__all__ = ["kept_of", "loss_of", "names_of"]


def kept_of(
    run: RunDir, record: Mapping[str, Any], split: str | None, tta: str | None = None
) -> Predictions:
    """Return what a run has kept of a split; by default of its test, if it held one out.

    Args:
        tta: over what it must be averaged; None for anything.

    Raises:
        BadOption: it is averaged over something else.
        RunError: it has kept nothing of the split, or what it has is damaged or of another network.
    """
    if split is None:
        split = "test" if run.predictions_file("test").exists() else "val"
    file = run.predictions_file(split)
    kept = read_predictions(file, record.get("id"))
    best = run.status().get("best_epoch")
    if kept.epoch != best:
        raise RunError(
            f"{file} is of epoch {kept.epoch}, and the best is epoch {best}. Leave out --kept: the "
            "network is run again then."
        )
    if tta not in (None, kept.tta):
        raise BadOption(
            f"--kept: what is kept is of --tta {kept.tta}. Leave out --tta, or --kept: the network "
            "is run again then."
        )
    if kept.probabilities.shape != (len(kept.targets), len(record["data"]["classes"])):
        raise RunError(f"{file} does not fit the classes of {run.name}.")
    return kept


def loss_of(run: RunDir, kept: Predictions) -> float | None:
    """The loss that was measured with it, None where that isn't recorded."""
    if kept.split != "val":
        return None
    lines = [line for line in run.metrics() if line["epoch"] == kept.epoch]
    return lines[0].get("val_loss") if lines else None


def names_of(kept: Predictions, record: Mapping[str, Any], plan: Plan) -> Sequence[str] | None:
    """The names of the images, from the data set; None where it is gone, or another now."""
    from dlvc_cli.training.data.built import build_dataset
    from dlvc_cli.training.data.hold_out import names_of_run

    data = record["data"]
    try:
        names = names_of_run(
            build_dataset(plan.data),
            kept.split,
            plan.config,
            data["skipped"],
            data.get("reading", 1),
        )
    except DlvcError:
        return None
    return names if digest_of_names(names) == kept.images else None
