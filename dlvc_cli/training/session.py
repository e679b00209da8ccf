"""All the parts of a run under way, and what it writes."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from dlvc_cli.config.plan import Plan
from dlvc_cli.events import Notice, RunEnded, TestDone
from dlvc_cli.files import remove_leftovers
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.predictions import write_predictions
from dlvc_cli.training.checkpoint import save_checkpoint
from dlvc_cli.training.evaluate import Evaluation, evaluate
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.network.optimizer import build_optimizer
from dlvc_cli.training.network.saved_weights import restore_weights, save_weights
from dlvc_cli.training.optimizer_state import (
    restore_optimizer,
    state_of_optimizer,
    try_optimizer,
)
from dlvc_cli.training.plain_state import to_plain
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.seeds import Seeds
from dlvc_cli.training.state import TrainState, batch_bounds
from dlvc_cli.training.step_rate import StepRate
from dlvc_cli.training.weight_average import WeightAverage

__all__ = ["Session"]


@dataclass
class Session:
    """All the parts of a run under way.

    What it writes, one process writes; in the others the methods that write do nothing.

    Attributes:
        num_classes: of the data.
        run_id: the run's, which its checkpoints and weights bear; None for one of before ids.
        metrics: the lines of ``metrics.jsonl`` so far.
        tested: of the best network, on the images held out for the test at the end.
        tried: whether it is known that the optimiser's state can be saved.
        average: of the weights over steps, where it is asked for: what is evaluated and kept.
        stands: whether the network is what ``state`` says, but for its buffers: not between an
            optimiser's step and the end of the step.
    """

    run: RunDir
    plan: Plan
    runtime: Runtime
    forward: Forward
    objective: Objective
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    rate: StepRate
    state: TrainState
    seeds: Seeds
    num_classes: int
    run_id: str | None = None
    metrics: list[dict[str, Any]] = field(default_factory=list)
    tested: Evaluation | None = None
    tried: bool = False
    average: WeightAverage | None = None
    stands: bool = True
    _buffers: list[Tensor] = field(default_factory=list, init=False)

    @property
    def learning(self) -> Learning:
        """The network, and what of it learns."""
        return self.forward.learning

    @property
    def network(self) -> nn.Module:
        """The whole network."""
        return self.forward.learning.network

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """(start, stop) of an epoch's batches."""
        return batch_bounds(len(self.forward.data), self.plan.config.batch_size)

    @property
    def epochs(self) -> int:
        """Epochs that will be trained: all that are asked for, or as many as have steps."""
        asked, limit = self.plan.config.epochs, self.plan.config.max_steps
        return asked if limit is None else min(asked, math.ceil(limit / len(self.bounds)))

    def checkpoint(self) -> dict[str, Any]:
        """Return all that a resume needs, as plain values and tensors.

        Raises:
            PluginError: the optimiser's state holds something else.
        """
        average = {} if self.average is None else {"average": self.average.state_dict()}
        return average | {
            "run": self.run_id,
            "network": self.network.state_dict(),
            "optimizer": state_of_optimizer(self.optimizer, self.plan.optimizer),
            "scaler": to_plain(self.scaler.state_dict(), "the gradient scaler"),
            "state": to_plain(self.state.to_dict(), "the run"),
            "metrics": self.metrics,
        }

    def try_saving(self) -> Iterator[Notice]:
        """Find out, after the first step, whether a run could go on from what would be saved.

        Raises:
            PluginError: it could not: the optimiser's state cannot be saved, or not taken back.
        """
        if self.tried:
            return
        self.tried = True
        fresh = build_optimizer(self.plan, self.learning)
        if problem := try_optimizer(self.optimizer, fresh, self.plan.optimizer):
            yield Notice(text=problem, level="warning")

    def restore(self, checkpoint: dict[str, Any]) -> None:
        """Go back to what :meth:`checkpoint` returned."""
        self.network.load_state_dict(checkpoint["network"])
        restore_optimizer(self.optimizer, checkpoint["optimizer"])
        if checkpoint["scaler"]:
            self.scaler.load_state_dict(checkpoint["scaler"])
        if self.average is not None:
            self.average.load_state_dict(checkpoint["average"])
        self.state = TrainState.from_dict(checkpoint["state"], self.runtime.device)

    def save(self) -> None:
        """Write a checkpoint."""
        if self.runtime.writes:
            save_checkpoint(self.run, self.checkpoint())

    def averaged(self) -> contextlib.AbstractContextManager[None]:
        """The context in which the network holds the weights that are evaluated and kept."""
        return contextlib.nullcontext() if self.average is None else self.average.applied()

    def note_buffers(self) -> None:
        """Before a step of several processes: keep what it may change before all have agreed."""
        if self.runtime.world > 1 and (buffers := list(self.network.buffers())):
            self._buffers = self._buffers or [torch.empty_like(buffer) for buffer in buffers]
            torch._foreach_copy_(self._buffers, buffers)

    def save_what_stands(self, why: str) -> bool:
        """Save where another process has ended; returns whether all but a part of a step is.

        All have what is saved: if it is the one that writes that has ended, the next one does,
        and leaves the run's files as that one would have.

        Args:
            why: the run ends.

        Raises:
            RunError: that one still holds the run, or nothing can be written.
        """
        if self.runtime.rank != self.runtime.heir() or not self.stands:
            return False
        for buffer, kept in zip(self.network.buffers(), self._buffers, strict=False):
            buffer.copy_(kept)
        if self.runtime.writes:
            save_checkpoint(self.run, self.checkpoint())
            return True
        with self.run.locked():
            remove_leftovers(self.run.path)
            save_checkpoint(self.run, self.checkpoint())
            self.run.write_metrics(self.metrics)
            self._write_status("failed", why)
        return True

    def evaluate(self) -> Evaluation:
        """Evaluate on the validation split, in evaluation mode."""
        self.settle()
        with self.averaged():
            return self._evaluate("val")

    def _evaluate(self, split: str) -> Evaluation:
        """Evaluate the network on a split, with the weights that it holds."""
        self.settle()
        self.learning.eval_mode()
        tta = self.plan.config.tta_words
        return evaluate(
            lambda start, stop: self.forward.logits(start, stop, split, tta),
            self.forward.held[split].targets,
            self.num_classes,
            self.objective,
            self.plan.config.batch_size,
            self.runtime,
        )

    def settle(self) -> None:
        """Let all processes have one network: the buffers of the one that writes.

        While they train, each counts the statistics of batch norm on its own rows.
        """
        self.runtime.align(self.network.buffers())

    def save_best(self, result: Evaluation) -> None:
        """Write the network's weights as the best, and what it says of the validation split.

        Args:
            result: of the network, on the validation split.
        """
        if self.runtime.writes:
            epoch = self.state.best_epoch or self.state.epoch
            self.save_predictions("val", result, epoch)
            with self.averaged():
                save_weights(self.network, self.run.best_file, self.run_id, epoch)

    def save_predictions(self, split: str, result: Evaluation, epoch: int) -> None:
        """Write what the network of an epoch says of each image of a split."""
        if not self.runtime.writes:
            return
        names, tta = self.forward.held[split].names, self.plan.config.tta_words
        predictions = result.kept(split, names, epoch, tta)
        write_predictions(self.run.predictions_file(split), predictions, self.run_id)

    def append_metrics(self, line: Mapping[str, Any]) -> None:
        """Write an epoch's line of ``metrics.jsonl``."""
        self.metrics.append(dict(line))
        if self.runtime.writes:
            self.run.append_metrics(line)

    def write_status(
        self, status: str, reason: str | None = None, *, diverged: bool = False
    ) -> None:
        """Write ``status.json``.

        Args:
            diverged: the same run would fail again, however often it is begun.
        """
        if self.runtime.writes:
            self._write_status(status, reason, diverged)

    def _write_status(self, status: str, reason: str | None, diverged: bool = False) -> None:
        state = self.state
        self.run.write_status(
            {
                "state": status,
                "reason": reason,
                "diverged": diverged,
                "epoch": state.epoch,
                "epochs": self.epochs,
                "best_acc": state.best_acc,
                "best_epoch": state.best_epoch,
                "best_balanced_acc": state.best_balanced_acc,
                "test_acc": self.test_acc,
                "seconds": state.seconds + state.train_seconds,
            },
            self.metrics,
        )

    @property
    def test_acc(self) -> float | None:
        """The best network's accuracy on the images held out for a test, once it is known."""
        return None if self.tested is None else self.tested.accuracy

    def test_best(self) -> TestDone:
        """Test the best network, which takes the network's place, on what was held out for it."""
        if self.runtime.writes:
            restore_weights(self.network, self.run.best_file, self.run_id)
        self.runtime.align(self.network.state_dict().values())
        self.tested = self._evaluate("test")
        self.save_predictions("test", self.tested, self.state.best_epoch or self.state.epoch)
        return TestDone(
            split="test",
            images=len(self.tested.targets),
            loss=self.tested.loss if math.isfinite(self.tested.loss) else None,
            accuracy=self.tested.accuracy,
            balanced_accuracy=self.tested.balanced_accuracy,
        )

    def end(self, status: str, reason: str) -> RunEnded:
        """Write the last status and return the last event.

        Of a finished run, one checkpoint is enough for whoever adds epochs.
        """
        self.write_status(status, reason)
        if status == "finished" and self.runtime.writes:
            with contextlib.suppress(OSError):
                self.run.previous_file.unlink(missing_ok=True)
        return self.ended(status, reason)

    def ended(self, status: str, reason: str) -> RunEnded:
        """Return the last event."""
        state = self.state
        return RunEnded(
            run=str(self.run.path),
            state=status,
            reason=reason,
            epochs=state.epoch,
            best_acc=state.best_acc,
            best_epoch=state.best_epoch,
            best_balanced_acc=state.best_balanced_acc,
            best_value=state.best_value,
            seconds=state.seconds + state.train_seconds,
            test_acc=self.test_acc,
        )
