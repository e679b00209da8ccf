"""Trains a session to its end, epoch by epoch and step by step, yielding events.

What a step computes depends on the configuration, the data and (epoch, step) alone: the order of
samples, the draws of ops and torch's generator are all seeded from these. So a run that goes on
from a checkpoint does exactly what an uninterrupted one would have done (to rounding, where a GPU
computes frozen features anew: in a batch of another size, the last digits may differ).
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from dlvc_cli.errors import Diverged, DlvcError, LostProcess, cause_of
from dlvc_cli.events import CheckpointSaved, EpochDone, Event, StepDone
from dlvc_cli.training.divergence import (
    diverged,
    never_defined,
    not_defined,
    not_finite,
    refuse_bad_loss,
)
from dlvc_cli.training.evaluate import Evaluation, count_correct, hits
from dlvc_cli.training.network.build import split_outputs
from dlvc_cli.training.session import Session
from dlvc_cli.training.state import TrainState, loss_statistics
from dlvc_cli.training.throttle import Emitter, LossProbe, SaveClock

__all__ = ["RUNNING_BATCH", "train"]

RUNNING_BATCH = 128
"""The course's running accuracy is that of one and the same validation batch of this size."""

# What is said of it where it is monitored; of anything else, the key of its line.
_WORDS = {"val_acc": "validation accuracy"}


def train(session: Session, stop: Callable[[], bool]) -> Generator[Event, None, bool]:
    """Train to the end, or until ``stop()`` is true after a step; what is needed to go on is saved.

    Returns:
        Whether it was stopped.

    Raises:
        DlvcError: the loss is no number any more, memory runs out, or a file cannot be written.
        LostProcess: another process of the run has ended.
    """
    session.runtime.attend(partial(_left, session))
    try:
        return (yield from _train(session, stop))
    except Exception as raised:
        lost = session.runtime.lost(raised)
        error = raised if lost is None else _left(session, lost)
        why = str(error) if isinstance(error, DlvcError) else cause_of(error)
        with contextlib.suppress(DlvcError):
            session.write_status("failed", why, diverged=isinstance(error, Diverged))
        yield session.ended("failed", why)
        if error is raised:
            raise
        raise error from raised


def _left(session: Session, lost: DlvcError) -> DlvcError:
    """Save what can be where another process is gone; returns what to say, and how to go on."""
    kept = "What was saved last is there"
    with contextlib.suppress(DlvcError, OSError, RuntimeError):
        if session.save_what_stands(str(lost)):
            kept = "All but the step under way is saved"
    error = LostProcess(
        f"{lost} {kept}. Go on, in as many processes as you like: dlvc train --resume "
        f"{session.run.path}",
        code=lost.exit_code,
        told=session.runtime.rank != session.runtime.heir(),
    )
    with contextlib.suppress(DlvcError):
        session.write_status("failed", str(error))
    return error


def _train(session: Session, stop: Callable[[], bool]) -> Generator[Event, None, bool]:
    clock = SaveClock()
    bounds = session.bounds
    session.write_status("running")
    reason = _reason_to_end(session, len(bounds))
    while reason is None:
        stops = session.runtime.any(stop())
        # All have kept what they had to keep before they answered.
        session.forward.share()
        if stops or (yield from _run_steps(session, bounds, clock, stop)):
            yield _save(session, clock)
            yield from session.forward.keep()
            yield session.end("stopped", "interrupted")
            return True
        done, result = _finish_epoch(session, bounds)
        if not result.finite and (lost := diverged(session.network, done)) is not None:
            # Nothing is saved: it could not be gone on with.
            yield done
            raise lost
        reason = _reason_to_end(session, len(bounds))
        if done.best or reason is not None or clock.due(epoch_ended=True):
            yield _save(session, clock)
        if done.best:
            # After the checkpoint: the best weights never come from a future that a resume,
            # with other epochs or on another device, might not see again.
            session.save_best(result)
        yield from session.forward.keep()
        # Before anyone is told: whoever fails then must not keep the files from agreeing.
        session.write_status("running")
        yield done
        if not result.finite:
            yield not_finite(result, done)
        elif done.metrics[session.plan.monitor.key] is None:
            yield not_defined(session.plan.monitor.key, done)
    if not session.run.last_file.exists():
        yield _save(session, clock)
    if session.state.best_epoch is None:
        raise never_defined(session.plan.monitor.key, session.metrics)
    if session.plan.config.holds_out_test:
        yield session.test_best()
        yield from session.forward.keep()
    yield session.end("finished", reason)
    return False


def _reason_to_end(session: Session, steps: int) -> str | None:
    """Why training is over after the epochs so far, or None."""
    state, config = session.state, session.plan.config
    if state.epoch >= config.epochs:
        return f"all {config.epochs} epochs are done" if config.epochs > 1 else "its epoch is done"
    if config.max_steps is not None and state.epoch * steps >= config.max_steps:
        return f"--max-steps {config.max_steps} is reached"
    since_best = state.epoch - (state.best_epoch or 0)
    if config.patience is not None and state.epoch and since_best >= config.patience:
        key = session.plan.monitor.key
        what = _WORDS.get(key, key)
        return f"no better {what} for {config.patience} epochs"
    return None


def _run_steps(
    session: Session,
    bounds: list[tuple[int, int]],
    clock: SaveClock,
    stop: Callable[[], bool],
) -> Generator[Event, None, bool]:
    """Train the rest of the epoch; returns whether ``stop()`` cut it short."""
    planned = _planned_steps(session, len(bounds))
    order = _epoch_order(session)
    batches = [order[start:end] for start, end in bounds[session.state.step : planned]]
    with session.forward.reading(batches):
        return (yield from _run_batches(session, bounds, order, planned, clock, stop))


def _run_batches(
    session: Session,
    bounds: list[tuple[int, int]],
    order: Tensor,
    planned: int,
    clock: SaveClock,
    stop: Callable[[], bool],
) -> Generator[Event, None, bool]:
    """Train the batches of the epoch's order up to the step ``planned``."""
    state, config = session.state, session.plan.config
    emitter, probe = Emitter(), LossProbe(session.runtime.device)
    session.learning.train_mode()
    mark = time.perf_counter()
    while state.step < planned:
        start, end = bounds[state.step]
        lr = _set_learning_rate(session)
        _train_step(session, order, start, end)
        yield from session.try_saving()
        if config.running_accuracy:
            _measure_running(session)
        state.step += 1
        session.stands = True
        # What views and checkpoints take counts too: it is the speed that a user sees.
        now = time.perf_counter()
        state.train_seconds += now - mark
        mark = now
        rate = emitter.due(end - start)
        if rate is not None:
            loss = probe.read(state.losses[state.step - 1])
            refuse_bad_loss(loss, state.epoch + 1)
            yield StepDone(
                epoch=state.epoch + 1,
                step=state.step,
                steps=planned,
                loss=loss,
                lr=lr,
                images_per_s=rate,
            )
        if state.step < planned:
            # If any process has been asked to stop, all do, after the same step.
            if session.runtime.any_lately(stop()):
                return True
            if clock.due(epoch_ended=False):
                yield _save(session, clock)
                yield from session.forward.keep()
                emitter.restart()
    return False


def _planned_steps(session: Session, steps: int) -> int:
    """Steps of this epoch: all, or what ``--max-steps`` leaves."""
    limit = session.plan.config.max_steps
    return steps if limit is None else min(steps, limit - session.state.epoch * steps)


def _epoch_order(session: Session) -> Tensor:
    """The epoch's order of samples, int64 (N,), where the images are."""
    generator = torch.Generator().manual_seed(session.seeds.order(session.state.epoch))
    data = session.forward.data
    order = torch.randperm(len(data), generator=generator)
    return order.to(data.device)


def _set_learning_rate(session: Session) -> float:
    """Set and return the learning rate of the step to come."""
    factor = session.rate.factor(session.state.epoch, session.state.step)
    for group in session.optimizer.param_groups:
        group["lr"] = group["initial_lr"] * factor
    return float(session.optimizer.param_groups[0]["lr"])


def _train_step(session: Session, order: Tensor, start: int, stop: int) -> None:
    """One batch, the rows from ``start`` to ``stop`` of the order: forward, backward, optimiser.

    Of the batch, each process takes its part. All that needs the others comes before the optimiser:
    if one is gone, the network is still what it was.
    """
    state, config, runtime = session.state, session.plan.config, session.runtime
    # Dropout and the like draw from torch's own generator.
    torch.manual_seed(session.seeds.step(state.epoch, state.step, runtime.stream))
    session.optimizer.zero_grad(set_to_none=True)
    session.note_buffers()
    first, last = runtime.shard(0, stop - start)
    own, part = last - first, runtime.part(stop - start)
    outputs, targets = session.forward.training(order[start:stop], state.epoch, part)
    loss = session.objective(
        outputs, targets, lambda losses: runtime.mean(losses[:own], stop - start)
    )
    session.scaler.scale(loss).backward()
    right = hits(split_outputs(outputs)[0].detach()[:own], targets[:own])
    # On the device, without waiting for it.
    figures = runtime.sum(torch.stack([loss.detach() / runtime.world, right.to(loss.dtype)]))
    session.stands = False
    if config.clip_grad is not None:
        session.scaler.unscale_(session.optimizer)
        nn.utils.clip_grad_norm_(session.network.parameters(), config.clip_grad)
    session.scaler.step(session.optimizer)
    session.scaler.update()
    if session.average is not None:
        session.average.update()
    state.losses[state.step], state.correct[state.step] = figures


def _measure_running(session: Session) -> None:
    """Count correct predictions on the one validation batch of the running accuracy."""
    state, forward = session.state, session.forward
    targets = forward.validation.targets[:RUNNING_BATCH]
    session.settle()
    session.learning.eval_mode()
    state.running_correct += count_correct(forward.logits, targets, session.runtime)
    state.running_seen += len(targets)
    session.learning.train_mode()


def _finish_epoch(session: Session, bounds: list[tuple[int, int]]) -> tuple[EpochDone, Evaluation]:
    """Validate, and write the epoch's line."""
    state, config = session.state, session.plan.config
    done = bounds[: state.step]
    started = time.perf_counter()
    # On a GPU this waits for the steps still under way.
    train_loss, train_loss_std = loss_statistics(state.losses[: state.step], done)
    state.train_seconds += time.perf_counter() - started
    started = time.perf_counter()
    refuse_bad_loss(train_loss, state.epoch + 1)
    result = session.evaluate()
    validation = _validation_metrics(result, config.batch_size)
    best = _takes_for_best(session, result, validation)
    seconds = state.train_seconds + time.perf_counter() - started
    metrics = {
        "epoch": state.epoch + 1,
        "train_loss": train_loss,
        "train_loss_std": train_loss_std,
        "train_acc": _training_accuracy(state, done),
        **validation,
        # An optimiser may have made another kind of number of it.
        "lr": float(session.optimizer.param_groups[0]["lr"]),
        "images_per_s": done[-1][1] / state.train_seconds,
        "seconds": seconds,
    }
    if config.running_accuracy:
        metrics["val_acc_running"] = state.running_correct / state.running_seen
    session.append_metrics(metrics)
    state.epoch += 1
    state.seconds += seconds
    state.begin_epoch()
    event = EpochDone(
        epoch=state.epoch,
        epochs=session.epochs,
        metrics=metrics,
        best=best,
        best_acc=state.best_acc,
        best_epoch=state.best_epoch,
        best_balanced_acc=state.best_balanced_acc,
        best_value=state.best_value,
    )
    return event, result


def _takes_for_best(session: Session, result: Evaluation, line: dict[str, Any]) -> bool:
    """Measure what is monitored, and take the epoch for the best if it is better than all before.

    Args:
        line: what is written of the validation, to which that is added; and whether it is the best
            so far, where that can't be told by the accuracy.
    """
    state, monitor = session.state, session.plan.monitor
    value = monitor.value(line, result.targets.numpy(), result.probabilities.numpy())
    best = result.finite and monitor.better(value, state.best_value)
    if best:
        state.best_value, state.best_epoch = value, state.epoch + 1
        state.best_acc, state.best_balanced_acc = result.accuracy, result.balanced_accuracy
    if not monitor.is_accuracy:
        line |= {monitor.key: value, "best": best}
    return best


def _training_accuracy(state: TrainState, bounds: Sequence[tuple[int, int]]) -> float | None:
    """Correct over total of the epoch's steps; None where some were not counted."""
    correct = float(state.correct[: state.step].sum(dtype=torch.float64))
    return None if math.isnan(correct) else correct / bounds[-1][1]


def _validation_metrics(result: Evaluation, batch_size: int) -> dict[str, Any]:
    return {
        "val_loss": result.loss if math.isfinite(result.loss) else None,
        "val_acc": result.accuracy,
        "val_balanced_acc": result.balanced_accuracy,
        "val_acc_last_batch": result.last_batch_accuracy(batch_size),
    }


def _save(session: Session, clock: SaveClock) -> CheckpointSaved:
    started = time.perf_counter()
    session.save()
    clock.saved(time.perf_counter() - started)
    return CheckpointSaved(epoch=session.state.epoch + 1, step=session.state.step)
