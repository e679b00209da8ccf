"""All the parts of a run under way, and what it writes about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from dlvc_cli.config.plan import Plan
from dlvc_cli.contract.learning_rates import Progress
from dlvc_cli.events import RunEnded
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training.forward import Forward
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.state import TrainState, batch_bounds

__all__ = ["Session"]


@dataclass
class Session:
    """All the parts of a run under way."""

    run: RunDir
    plan: Plan
    runtime: Runtime
    forward: Forward
    objective: Objective
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    schedule: Callable[[Progress], float]
    state: TrainState

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

    def write_status(self, status: str, reason: str | None = None) -> None:
        """Write ``status.json``."""
        state = self.state
        self.run.write_status(
            {
                "state": status,
                "reason": reason,
                "epoch": state.epoch,
                "epochs": self.plan.config.epochs,
                "best_acc": state.best_acc,
                "best_epoch": state.best_epoch,
                "seconds": state.seconds + state.train_seconds,
            }
        )

    def end(self, status: str, reason: str) -> RunEnded:
        """Write the last status and return the last event."""
        self.write_status(status, reason)
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
            seconds=state.seconds + state.train_seconds,
        )
