"""How training minimises: the optimiser of what learns in a network."""

from __future__ import annotations

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
    findings = guarded(optimizer.offer, lambda: [*check_optimizer_holds_all(built, parameters)])
    for finding in findings:
        raise PluginError(f"optimizer {optimizer.offer.described} {finding}.")
    for group in built.param_groups:
        group.setdefault("initial_lr", group["lr"])
    return built
