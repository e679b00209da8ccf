"""What is left of a damaged run when it is resumed: it goes on, or says what is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from dlvc_cli.errors import RunError
from dlvc_cli.events import Notice
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.stored import read_metrics
from dlvc_cli.training.network.saved_weights import epoch_of_run_weights
from dlvc_cli.training.session import Session

__all__ = ["refuse_to_begin_anew", "restore_best", "restore_metrics"]


def refuse_to_begin_anew(run: RunDir, problems: Sequence[str]) -> None:
    """Refuse to resume a run without a sound checkpoint, unless it was cut off before its first.

    The first is written at the end of the first epoch at the latest, before its best network is:
    one finished epoch without either has been cut off, or has found no room, at that moment.

    Args:
        problems: what is wrong with its checkpoints.

    Raises:
        RunError: it has finished epochs, or checkpoints that cannot be used.
    """
    status = run.status()
    lines = run.metrics()
    epochs = max([status.get("epoch") or 0, *(line["epoch"] for line in lines)])
    best = os.path.lexists(run.best_file)
    if epochs <= 1 and not best and not problems:
        return
    why = " ".join(problems) or "last.ckpt and previous.ckpt are missing."
    lost = f"its {epochs} finished epochs" if epochs > 1 else "what it has done"
    anew = "train anew under another name"
    if best:
        anew = f"start from its best network (dlvc train MODEL --weights {run.path}), or {anew}"
    raise RunError(
        f"{run.name} cannot go on: {why} Without a checkpoint, {lost} cannot be continued, and it "
        f"does not begin anew by itself. You can {anew}."
    )


def restore_best(session: Session) -> Iterator[Notice]:
    """See to it that the best network on disk is the one that a checkpoint speaks of.

    Raises:
        RunError: the file is damaged or another run's.
    """
    run, state = session.run, session.state
    if state.best_epoch is None:
        return
    if state.step == 0 and state.epoch == state.best_epoch:
        # It may have been cut off before it wrote the best weights.
        session.save_best(session.evaluate())
        return
    if not os.path.lexists(run.best_file):
        text = f"{run.best_file.name} is missing: the best of the epochs to come takes its place."
        yield Notice(text=text, level="warning")
        state.forget_best()
        return
    try:
        epoch = epoch_of_run_weights(run.best_file, session.run_id)
    except RunError as error:
        raise RunError(
            f"{error} To go on without it, remove it: the best of the epochs to come is kept then."
        ) from error
    if epoch not in (None, state.best_epoch):
        text = (
            f"{run.best_file.name} is of epoch {epoch}, and the best before this checkpoint was "
            f"epoch {state.best_epoch}: it stays until an epoch is better."
        )
        yield Notice(text=text, level="warning")


def restore_metrics(session: Session, checkpoint: dict[str, Any]) -> Iterator[Notice]:
    """Take the lines of ``metrics.jsonl`` up to a checkpoint, from there where they are damaged."""
    run, done = session.run, session.state.epoch
    for text in run.damage_of_status():
        yield Notice(text=text, level="warning")
    lines = [line for line in run.metrics() if line["epoch"] <= done]
    # Checkpoints of before they held the lines have none.
    saved = checkpoint.get("metrics")
    session.metrics = lines if saved is None else saved
    if saved is not None and (saved != lines or read_metrics(run.metrics_file).problems):
        text = f"{run.metrics_file.name} is damaged: it is restored from the checkpoint."
        yield Notice(text=text, level="warning")
    if saved is None and len(lines) < done:
        text = (
            f"{run.metrics_file.name} has only {len(lines)} of {done} epochs, and the others are "
            "lost: training goes on, and the curves have gaps."
        )
        yield Notice(text=text, level="warning")
