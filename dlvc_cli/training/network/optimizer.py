"""How training minimises: the optimiser of what learns in a network."""

from __future__ import annotations

import sys

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
    _without_compiler(not config.compile)
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


def _without_compiler(without: bool) -> None:
    """Have optimisers made, used and saved without torch's compiler, or as torch has it.

    torch imports it, a second's work, to leave these methods out of what is compiled, and keeps the
    method to call in an attribute. Where it has no such attribute, this changes nothing.
    """
    for name in ("add_param_group", "zero_grad", "state_dict", "load_state_dict"):
        method = getattr(getattr(torch.optim.Optimizer, name), "__wrapped__", None)
        if method is None:
            continue
        kept = getattr(method, _KEPT, None)
        if without and kept is None and "torch._dynamo" not in sys.modules:
            setattr(method, _KEPT, method)
        elif not without and kept is method:
            delattr(method, _KEPT)


_KEPT = "__dynamo_disable"
