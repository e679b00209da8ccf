"""The learning rate of each step: what a run's schedule says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dlvc_cli.contract.learning_rates import Progress
from dlvc_cli.contract.schedule_checks import factor_of, points_of
from dlvc_cli.errors import PluginError
from dlvc_cli.events import Notice
from dlvc_cli.registry.offers import Choice, guarded

if TYPE_CHECKING:
    from dlvc_cli.training.session import Session

__all__ = ["StepRate", "notice_of_change"]


@dataclass(frozen=True)
class StepRate:
    """A schedule, and the length that it is spread over.

    Attributes:
        choice: the plugin object.
        schedule: what it has built.
        epochs: its length; past its end, the factor of its last step stays.
        steps: of an epoch.
    """

    choice: Choice
    schedule: Callable[[Progress], Any]
    epochs: int
    steps: int

    def factor(self, epoch: int, step: int) -> float:
        """Return what multiplies the learning rate in a step.

        Args:
            epoch, step: both from 0, the step within its epoch.

        Raises:
            PluginError: the schedule gives no number from 0 up, or fails.
        """
        if epoch >= self.epochs:
            epoch, step = self.epochs - 1, self.steps - 1
        return self._at(
            Progress(
                epoch + step / self.steps,
                self.epochs,
                epoch * self.steps + step,
                self.epochs * self.steps,
            )
        )

    def last_factor(self, epoch: int, step: int) -> float:
        """Return the factor of the step before this one; of the first, its own."""
        place = max(epoch * self.steps + step - 1, 0)
        return self.factor(*divmod(place, self.steps))

    def is_spread_as(self, other: StepRate) -> bool:
        """Whether the other, of another length, gives the same factors as far as both go."""
        length = {"epochs": other.epochs, "steps": other.epochs * other.steps}
        return all(
            self._at(point) == self._at(point._replace(**length))
            for point in points_of(self.epochs, self.steps)
            if point.epoch < other.epochs
        )

    def _at(self, progress: Progress) -> float:
        made = guarded(self.choice.offer, self.schedule, progress)
        factor = factor_of(made)
        if factor is None:
            raise PluginError(
                f"{self.choice.offer.described} must give a number from 0 up for every step, not "
                f"{made!r:.60} at epoch {progress.epoch:g}."
            )
        return factor


def notice_of_change(session: Session, recorded: Mapping[str, Any]) -> Notice | None:
    """What to say before a resumed run's first step of a schedule that has another length now.

    Args:
        recorded: the configuration that the run has had so far.
    """
    config, rate, state = session.plan.config, session.rate, session.state
    before = replace(rate, epochs=recorded.get("schedule_epochs") or recorded["epochs"])
    if before.epochs == rate.epochs or before.is_spread_as(rate):
        return None
    lr = session.optimizer.param_groups[0]["initial_lr"]
    was = lr * before.last_factor(state.epoch, state.step)
    now = lr * rate.factor(state.epoch, state.step)
    text = (
        f"The schedule {config.schedule} spans {rate.epochs} epochs now, not {before.epochs}: the "
        f"learning rate was {was:.3g} in the last step, and is {now:.3g} in the next."
    )
    if config.schedule_epochs not in (None, recorded.get("schedule_epochs")):
        return Notice(text=text)
    hint = f" --schedule-epochs {before.epochs} keeps the schedule as it was."
    return Notice(text=text + hint, level="warning")
