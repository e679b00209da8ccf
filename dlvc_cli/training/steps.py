"""One training step, and the order in which an epoch takes the images.

What a step computes depends on the configuration, the data and (epoch, step) alone: the order of
samples, the ops' draws and torch's generator are all seeded from these. So a run that goes on
from a checkpoint does exactly what an uninterrupted one would have done (to rounding, where frozen
features are computed anew: in a batch of another size, the last digits may differ).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlvc_cli.contract.draws import stream_seed
from dlvc_cli.contract.learning_rates import Progress
from dlvc_cli.training.session import Session

__all__ = ["epoch_order", "measure_running", "set_learning_rate", "train_step"]

# The course's running accuracy is that of one and the same validation batch of this size.
_RUNNING_BATCH = 128


def epoch_order(session: Session) -> Tensor:
    """The epoch's order of samples, int64 (N,), where the images are."""
    seed = session.plan.config.seed
    generator = torch.Generator().manual_seed(stream_seed(seed, 2, session.state.epoch))
    data = session.forward.data
    order = torch.randperm(len(data), generator=generator)
    return order.to(data.images.device)


def set_learning_rate(session: Session, steps: int) -> float:
    """Set and return the learning rate of the step to come, of ``steps`` an epoch."""
    state, config = session.state, session.plan.config
    progress = Progress(state.epoch + state.step / steps, config.epochs)
    factor = session.schedule(progress)
    for group in session.optimizer.param_groups:
        group["lr"] = group["initial_lr"] * factor
    return float(session.optimizer.param_groups[0]["lr"])


def train_step(session: Session, ids: Tensor) -> None:
    """One batch forward, backward and through the optimiser."""
    state, config = session.state, session.plan.config
    # Dropout and the like draw from torch's own generator.
    torch.manual_seed(stream_seed(config.seed, 3, state.epoch, state.step))
    session.optimizer.zero_grad(set_to_none=True)
    outputs, targets = session.forward.training(ids, state.epoch)
    loss = session.objective(outputs, targets)
    session.scaler.scale(loss).backward()
    if config.clip_grad is not None:
        session.scaler.unscale_(session.optimizer)
        nn.utils.clip_grad_norm_(session.network.parameters(), config.clip_grad)
    session.scaler.step(session.optimizer)
    session.scaler.update()
    state.losses[state.step] = loss.detach()


def measure_running(session: Session) -> None:
    """Count correct predictions on the one validation batch of the running accuracy."""
    state = session.state
    targets = session.forward.validation.targets[:_RUNNING_BATCH]
    session.learning.eval_mode()
    logits = session.forward.logits(0, len(targets))
    state.running_correct += int((logits.argmax(1) == targets).sum())
    state.running_seen += len(targets)
    session.learning.train_mode()
