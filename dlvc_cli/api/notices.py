"""What a user is told before training begins: where the weights come from, and what learns."""

from __future__ import annotations

from dlvc_cli.config.plan import Plan
from dlvc_cli.training.features.disk import cache_limit

__all__ = ["starting_notices"]


def starting_notices(plan: Plan) -> tuple[str, ...]:
    """Return the sentences about a new run's network."""
    config, source = plan.config, plan.source()
    if source is None:
        return (f"{config.model} starts from scratch: its weights are drawn at random.",)
    start = f"{config.model} starts from {source.text}."
    if config.feature_extract:
        return (_features(plan), start)
    layer = config.freeze_until
    where = f"{layer} and what follows are" if layer else "All of it is"
    rates = (
        f"{where} trained by {config.optimizer}, learning rate {config.lr:g} for the head and "
        f"{config.lr_backbone:g} for pretrained layers."
    )
    return (start, rates)


def _features(plan: Plan) -> str:
    why = plan.obstacle_to_cache()
    if why is not None:
        return f"Only the head is trained; training runs in full, since {why}."
    kept = "computed once, and kept" if cache_limit() else "computed once"
    return f"Only the head is trained; the frozen features of an image are {kept}."
