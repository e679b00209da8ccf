"""How training minimises: the optimiser of what learns in a network."""

from __future__ import annotations

import torch

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DlvcError, PluginError, cause_of
from dlvc_cli.registry.offers import Choice
from dlvc_cli.training.network.freezing import Learning

__all__ = ["build_optimizer"]


def build_optimizer(
    optimizer: Choice, learning: Learning, config: TrainConfig
) -> torch.optim.Optimizer:
    """Build the optimiser of what learns in a network; each group keeps its ``initial_lr``.

    Raises:
        BadOption: it refuses these parameters or settings.
    """
    assert config.lr is not None, "a resolved configuration has a learning rate"
    groups = learning.groups(config.lr, config.lr_backbone)
    try:
        built = optimizer.spec.build(
            groups, lr=config.lr, weight_decay=config.wd, **optimizer.values
        )
    except DlvcError:
        raise
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadOption(f"optimizer {optimizer.offer.name}: {cause_of(error)}") from error
    if not isinstance(built, torch.optim.Optimizer):
        raise PluginError(f"{optimizer.offer.name} must build a torch.optim.Optimizer.")
    for group in built.param_groups:
        group.setdefault("initial_lr", group["lr"])
    return built
