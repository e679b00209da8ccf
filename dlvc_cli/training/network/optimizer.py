"""How training minimises: the optimiser of what learns in a network."""

from __future__ import annotations

import sys

import torch

from dlvc_cli.config.plan import Plan
from dlvc_cli.contract.optimizer_checks import check_optimizer_holds_all
from dlvc_cli.errors import BadOption, DlvcError, PluginError, cause_of
from dlvc_cli.registry.offers import guarded
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.named_groups import named_groups

__all__ = ["build_optimizer"]


def build_optimizer(plan: Plan, learning: Learning) -> torch.optim.Optimizer:
    """Build the optimiser of what learns in a network; each group keeps its ``initial_lr``.

    Raises:
        BadOption: it refuses these parameters or settings.
        PluginError: it fails otherwise, or isn't one of all that learns.
    """
    config, optimizer = plan.config, plan.optimizer
    _without_compiler(not config.compile)
    assert config.lr is not None, "a resolved configuration has a learning rate"
    groups = named_groups(learning, plan.model, config)
    parameters = [named for group in groups for named in group["params"]]

    def build() -> torch.optim.Optimizer:
        try:
            built: torch.optim.Optimizer = optimizer.spec.build(
                groups, lr=config.lr, weight_decay=config.wd, **optimizer.values
            )
        except DlvcError:
            raise
        except (TypeError, ValueError, RuntimeError) as error:
            raise BadOption(f"optimizer {optimizer.offer.name}: {cause_of(error)}") from error
        return built

    built = guarded(optimizer.offer, build)
    for finding in check_optimizer_holds_all(built, parameters):
        raise PluginError(f"optimizer {optimizer.offer.described} {finding}.")
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
