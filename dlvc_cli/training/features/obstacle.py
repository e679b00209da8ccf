"""Whether the features of a frozen network can be computed once, and what a user is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from dlvc_cli.config.plan import Plan
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.training.data.applied_op import AppliedOp
from dlvc_cli.training.features.disk import cache_limit

__all__ = ["frozen_notices", "obstacle_to_cache"]


def obstacle_to_cache(config: TrainConfig, ops: Sequence[AppliedOp]) -> str | None:
    """Why the features of images must be computed in every epoch; None if once will do."""
    if not config.feature_extract:
        return "more than the head is trained"
    if config.frozen_bn == "train":
        return "batch-norm statistics adapt to the images (--frozen-bn train)"
    if not config.feature_cache:
        return "the feature cache is off (--no-feature-cache)"
    choices = [applied.choice for applied in ops]
    changing = [
        applied.choice.offer.name
        for applied in ops
        if applied.choice.spec.random and applied.op.variants is None
    ]
    if changing:
        verb = "changes" if len(changing) == 1 else "change"
        return f"{' and '.join(changing)} {verb} the images anew in every epoch"
    whole = [choice.offer.name for choice in choices if choice.spec.takes == "batch"]
    if whole:
        return f"what {whole[0]} makes of an image may depend on the others of its batch"
    return None


def frozen_notices(plan: Plan, obstacle: str | None) -> tuple[str, ...]:
    """What a user is told of a new network whose head alone is trained; nothing of any other.

    Args:
        obstacle: why its features must be computed in every epoch, None if once will do.
    """
    if not plan.config.feature_extract or plan.source is None:
        return ()
    if obstacle is not None:
        how = f"training runs in full, since {obstacle}"
    else:
        kept = "computed once, and kept" if cache_limit() else "computed once"
        how = f"the frozen features of an image are {kept}"
    return f"Only the head is trained; {how}.", plan.source.sentence(plan.config.model)
