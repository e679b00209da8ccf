"""What of a new network depends on the training images, set before the first step."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from dlvc_cli.config.plan import Plan
from dlvc_cli.contract.model_checks import check_initialise_repeats
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.errors import PluginError
from dlvc_cli.registry.offers import guarded
from dlvc_cli.training.data.applied_op import AppliedOp
from dlvc_cli.training.data.decoded import DecodedSplit
from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.record import Preprocessing

__all__ = ["initialise_network"]

# Images that are shown: as many as have so many numbers, about 5,000 of 32 x 32.
_MOST_NUMBERS = 1 << 24


def initialise_network(
    plan: Plan,
    network: nn.Module,
    ops: Sequence[AppliedOp],
    preprocessing: Preprocessing,
    split: DecodedSplit,
) -> None:
    """Have a model set what depends on data, if anything does and it starts from no weights.

    Args:
        network: on the CPU or elsewhere; it is left where it is.
        split: the training images.

    Raises:
        PluginError: the model fails, or sets something else each time.
    """
    spec: ModelSpec = plan.model.spec
    if spec.initialise is None or plan.source is not None:
        return
    height, width = preprocessing.input_size
    count = min(len(split), max(1, _MOST_NUMBERS // (3 * height * width)))
    # From all over the split, whatever its order.
    rows = torch.linspace(0, len(split) - 1, count).long()
    pipeline = Pipeline(ops, preprocessing, plan.config.seed, torch.device("cpu"))
    shown = pipeline.evaluation(split.take(rows.to(split.device)).cpu())
    offer = plan.model.offer
    # What it fails at, it fails at while the findings are taken.
    for finding in guarded(
        offer, lambda: [*check_initialise_repeats(spec.initialise, network, shown)]
    ):
        raise PluginError(f"{offer.described} {finding}.")
