"""Options whose edge value is a number like any other, but leaves nothing to train."""

from __future__ import annotations

from dlvc_cli.config.options import flag
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption

__all__ = ["refuse_idle"]

_WHY_NOT_ZERO = {
    "lr": "nothing would be trained. Give a learning rate above 0.",
    "clip_grad": "every gradient would be clipped to nothing, and nothing trained. Give a norm "
    "above 0, or leave it out.",
}


def refuse_idle(config: TrainConfig) -> None:
    """Refuse a new run that would leave its network as it is.

    A run's record may hold such values: it was made before they were refused.

    Raises:
        BadOption: an option is 0 that must be above.
    """
    for name, why in _WHY_NOT_ZERO.items():
        if getattr(config, name) == 0:
            raise BadOption(f"{flag(name)} 0: {why}")
