"""Epochs and steps: trains a session to its end, yielding events.

What a step computes depends on the configuration, the data and (epoch, step) alone: the order of
samples, the ops' draws and torch's generator are all seeded from these. So a run that goes on
from a checkpoint does exactly what an uninterrupted one would have done.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlvc_cli.draws import stream_seed
from dlvc_cli.errors import DlvcError
from dlvc_cli.events import CheckpointSaved, EpochDone, Event, RunEnded, StepDone
from dlvc_cli.resolve import Plan
from dlvc_cli.rundir import RunDir
from dlvc_cli.specs import Progress
from dlvc_cli.training.checkpoint import save_checkpoint
from dlvc_cli.training.clocks import Emitter, LossProbe, SaveClock
from dlvc_cli.training.evaluate import Evaluation, evaluate, logits_of
from dlvc_cli.training.network import save_weights
from dlvc_cli.training.objective import Objective
from dlvc_cli.training.pipeline import Pipeline
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.state import TrainState, batch_bounds, loss_statistics
from dlvc_cli.training.stored import Stored

__all__ = ["Session", "train"]

_RUNNING_BATCH = 128


@dataclass
class Session:
    """All the parts of a run under way."""

    run: RunDir
    plan: Plan
    runtime: Runtime
    network: nn.Module
    objective: Objective
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    schedule: Callable[[Progress], float]
    pipeline: Pipeline
    training: Stored
    validation: Stored
    state: TrainState

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """(start, stop) of an epoch's batches."""
        return batch_bounds(len(self.training), self.plan.config.batch_size)

    def checkpoint(self) -> dict[str, Any]:
        """Return all that a resume needs, as plain values and tensors."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "state": self.state.to_dict(),
        }

    def restore(self, checkpoint: dict[str, Any]) -> None:
        """Go back to what :meth:`checkpoint` returned."""
        self.network.load_state_dict(checkpoint["network"])
        self.optimizer.load_state_dict(checkpoint["optimizer"])
        if checkpoint["scaler"]:
            self.scaler.load_state_dict(checkpoint["scaler"])
        self.state = TrainState.from_dict(checkpoint["state"], self.runtime.device)


def train(session: Session, stop: Callable[[], bool]) -> Iterator[Event]:
    """Train to the end, or until ``stop()`` is true after a step; what is needed to go on is saved.

    Raises:
        DlvcError: the loss is no number any more, memory runs out, or a file cannot be written.
    """
    run = session.run
    clock = SaveClock()
    bounds = session.bounds
    _write_status(session, "running")
    reason = _reason_to_end(session, len(bounds))
    while reason is None:
        stopped = yield from _run_steps(session, bounds, clock, stop)
        if stopped:
            yield _save(session, clock)
            _write_status(session, "stopped")
            yield _ended(session, "stopped", "interrupted")
            return
        yield _finish_epoch(session, bounds)
        reason = _reason_to_end(session, len(bounds))
        if reason is not None or clock.due(epoch_ended=True):
            yield _save(session, clock)
        _write_status(session, "running")
    if not run.last_file.exists():
        yield _save(session, clock)
    _write_status(session, "finished", reason)
    yield _ended(session, "finished", reason)


def _reason_to_end(session: Session, steps: int) -> str | None:
    """Why training is over after the epochs so far, or None."""
    state, config = session.state, session.plan.config
    if state.epoch >= config.epochs:
        return f"all {config.epochs} epochs are done"
    if config.max_steps is not None and state.epoch * steps >= config.max_steps:
        return f"--max-steps {config.max_steps} is reached"
    since_best = state.epoch - (state.best_epoch or 0)
    if config.patience is not None and state.epoch and since_best >= config.patience:
        return f"no better validation accuracy for {config.patience} epochs"
    return None


def _run_steps(
    session: Session,
    bounds: list[tuple[int, int]],
    clock: SaveClock,
    stop: Callable[[], bool],
) -> Generator[Event, None, bool]:
    """Train the rest of the epoch; returns whether ``stop()`` cut it short."""
    state, config = session.state, session.plan.config
    planned = _planned_steps(session, len(bounds))
    order = _epoch_order(session)
    emitter, probe = Emitter(), LossProbe(session.runtime.device)
    session.network.train()
    mark = time.perf_counter()
    while state.step < planned:
        start, end = bounds[state.step]
        lr = _set_learning_rate(session, len(bounds))
        _step(session, order[start:end])
        if config.running_accuracy:
            _measure_running(session)
        state.step += 1
        # Views and checkpoints count too: it is the speed that a user sees.
        now = time.perf_counter()
        state.train_seconds += now - mark
        mark = now
        rate = emitter.due(end - start)
        if rate is not None:
            loss = probe.read(state.losses[state.step - 1])
            _refuse_bad_loss(session, loss)
            yield StepDone(
                epoch=state.epoch + 1,
                step=state.step,
                steps=planned,
                loss=loss,
                lr=lr,
                images_per_s=rate,
            )
        if state.step < planned:
            if stop():
                return True
            if clock.due(epoch_ended=False):
                yield _save(session, clock)
                emitter.restart()
    return False


def _planned_steps(session: Session, steps: int) -> int:
    """Steps of this epoch: all, or what ``--max-steps`` leaves."""
    limit = session.plan.config.max_steps
    return steps if limit is None else min(steps, limit - session.state.epoch * steps)


def _epoch_order(session: Session) -> Tensor:
    """The epoch's order of samples, int64 (N,), where the pictures are."""
    seed = session.plan.config.seed
    generator = torch.Generator().manual_seed(stream_seed(seed, 2, session.state.epoch))
    order = torch.randperm(len(session.training), generator=generator)
    return order.to(session.training.images.device)


def _set_learning_rate(session: Session, steps: int) -> float:
    state, config = session.state, session.plan.config
    progress = Progress(state.epoch + state.step / steps, config.epochs)
    factor = session.schedule(progress)
    for group in session.optimizer.param_groups:
        group["lr"] = group["initial_lr"] * factor
    return float(session.optimizer.param_groups[0]["lr"])


def _step(session: Session, ids: Tensor) -> None:
    """One batch forward, backward and through the optimiser."""
    state, config, runtime = session.state, session.plan.config, session.runtime
    # Dropout and the like draw from torch's own generator.
    torch.manual_seed(stream_seed(config.seed, 3, state.epoch, state.step))
    images = session.training.images.index_select(0, ids).to(runtime.device, non_blocking=True)
    ids = ids.to(runtime.device)
    targets = session.training.targets.index_select(0, ids)
    batch = session.pipeline.training(images, targets, ids, state.epoch)
    inputs = batch.images.contiguous(memory_format=runtime.memory_format)
    session.optimizer.zero_grad(set_to_none=True)
    with runtime.autocast():
        outputs = session.network(inputs)
    loss = session.objective(outputs, batch.targets)
    session.scaler.scale(loss).backward()
    if config.clip_grad is not None:
        session.scaler.unscale_(session.optimizer)
        nn.utils.clip_grad_norm_(session.network.parameters(), config.clip_grad)
    session.scaler.step(session.optimizer)
    session.scaler.update()
    state.losses[state.step] = loss.detach()


def _measure_running(session: Session) -> None:
    """Count correct predictions on the one validation batch of the running accuracy."""
    state, validation = session.state, session.validation
    session.network.eval()
    logits = logits_of(
        session.network, validation.images[:_RUNNING_BATCH], session.pipeline, session.runtime
    )
    targets = validation.targets[:_RUNNING_BATCH]
    state.running_correct += int((logits.argmax(1) == targets).sum())
    state.running_seen += len(targets)
    session.network.train()


def _finish_epoch(session: Session, bounds: list[tuple[int, int]]) -> EpochDone:
    """Validate, keep the best weights, and write the epoch's line."""
    state, config = session.state, session.plan.config
    done = bounds[: state.step]
    started = time.perf_counter()
    train_loss, train_loss_std = loss_statistics(state.losses[: state.step], done)
    state.train_seconds += time.perf_counter() - started
    _refuse_bad_loss(session, train_loss)
    result = evaluate(
        session.network,
        session.validation,
        session.pipeline,
        session.objective,
        session.runtime,
        config.batch_size,
    )
    best = state.best_acc is None or result.accuracy > state.best_acc
    if best:
        save_weights(session.network, session.run.best_file)
        state.best_acc, state.best_epoch = result.accuracy, state.epoch + 1
    seconds = state.train_seconds + time.perf_counter() - started
    metrics = {
        "epoch": state.epoch + 1,
        "train_loss": train_loss,
        "train_loss_std": train_loss_std,
        **_validation_metrics(result, config.batch_size),
        "lr": session.optimizer.param_groups[0]["lr"],
        "images_per_s": done[-1][1] / state.train_seconds,
        "seconds": seconds,
    }
    if config.running_accuracy:
        metrics["val_acc_running"] = state.running_correct / state.running_seen
    session.run.append_metrics(metrics)
    state.epoch += 1
    state.seconds += seconds
    state.begin_epoch()
    assert state.best_acc is not None and state.best_epoch is not None
    return EpochDone(
        epoch=state.epoch,
        epochs=config.epochs,
        metrics=metrics,
        best=best,
        best_acc=state.best_acc,
        best_epoch=state.best_epoch,
    )


def _validation_metrics(result: Evaluation, batch_size: int) -> dict[str, float | None]:
    return {
        "val_loss": result.loss if math.isfinite(result.loss) else None,
        "val_acc": result.accuracy,
        "val_acc_last_batch": result.last_batch_accuracy(batch_size),
    }


def _refuse_bad_loss(session: Session, loss: float | None) -> None:
    if loss is None or math.isfinite(loss):
        return
    _write_status(session, "failed", f"the training loss became {loss}")
    raise DlvcError(
        f"The training loss became {loss} in epoch {session.state.epoch + 1}: the steps are too "
        "large. Try a smaller --lr, or --clip-grad 1."
    )


def _save(session: Session, clock: SaveClock) -> CheckpointSaved:
    started = time.perf_counter()
    save_checkpoint(session.run, session.checkpoint())
    clock.saved(time.perf_counter() - started)
    return CheckpointSaved(epoch=session.state.epoch + 1, step=session.state.step)


def _write_status(session: Session, status: str, reason: str | None = None) -> None:
    state = session.state
    session.run.write_status(
        {
            "state": status,
            "reason": reason,
            "epoch": state.epoch,
            "epochs": session.plan.config.epochs,
            "best_acc": state.best_acc,
            "best_epoch": state.best_epoch,
            "seconds": state.seconds + state.train_seconds,
        }
    )


def _ended(session: Session, status: str, reason: str) -> RunEnded:
    state = session.state
    return RunEnded(
        run=str(session.run.path),
        state=status,
        reason=reason,
        epochs=state.epoch,
        best_acc=state.best_acc,
        best_epoch=state.best_epoch,
        seconds=state.seconds + state.train_seconds,
    )
