"""A run's ops: built once, checked, and applied to whole batches with their own draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.contract.batch import Batch, BatchOp, as_batch_op
from dlvc_cli.contract.draws import Draws
from dlvc_cli.contract.op import Op
from dlvc_cli.contract.specs import OpSpec
from dlvc_cli.errors import PluginError
from dlvc_cli.registry.offers import Choice, guarded

__all__ = ["AppliedOp", "build_ops"]


@dataclass(frozen=True)
class AppliedOp:
    """One op of a run, built.

    Attributes:
        choice: the op's plugin object and parameters.
        position: its place among the run's ops, from 0.
        op: what runs in training, elsewhere (``stand_in``; None: nothing), and its variants; all on
            whole batches, and what fails in them names the plugin.
    """

    choice: Choice
    position: int
    op: Op

    def run(self, batch: Batch, seed: int, epoch: int, training: bool) -> Batch:
        """Apply the op to a batch with its own draws."""
        apply = self.op.apply if training else self.op.stand_in
        if apply is None:
            return batch
        made: Batch = apply(batch, Draws(seed, epoch, self.position, batch.ids))
        return made

    def drawn_variants(self, seed: int, epoch: int, ids: Tensor) -> Tensor:
        """Which variant each image of a training batch becomes, int64 (N,); 0 if it has none."""
        if self.op.variants is None:
            return torch.zeros_like(ids)
        drawn: Tensor = self.op.variants.draw(Draws(seed, epoch, self.position, ids))
        return drawn

    @property
    def mixes(self) -> bool:
        """Whether what it makes of an image may depend on the others of its batch."""
        spec: OpSpec = self.choice.spec
        return spec.takes == "batch"

    @property
    def variant_count(self) -> int:
        """How many variants of an image it makes in training; 1 if it has none."""
        return 1 if self.op.variants is None else self.op.variants.count


def build_ops(choices: Sequence[Choice]) -> tuple[AppliedOp, ...]:
    """Build a run's ops, in order.

    Raises:
        PluginError: a factory fails, or returns something else than an op.
    """
    return tuple(AppliedOp(choice, at, _build_op(choice)) for at, choice in enumerate(choices))


def _build_op(choice: Choice) -> Op:
    spec: OpSpec = choice.spec
    name = choice.offer.described
    built = choice.build()
    if not isinstance(built, Op) and not callable(built):
        raise PluginError(f"{name} must build a function or an Op, not {built!r:.40}.")
    op = built if isinstance(built, Op) else Op(apply=built)
    for field in ("stand_in", "variants"):
        if getattr(op, field) is not None and not spec.random:
            raise PluginError(
                f"{name} builds an Op with {field}, so its OpSpec must say random=True."
            )

    def on_batches(function: Callable[..., Any]) -> BatchOp:
        return partial(guarded, choice.offer, as_batch_op(function, spec.takes))

    apply = on_batches(op.apply)
    if not spec.random:
        return Op(apply=apply, stand_in=apply)
    variants = op.variants
    if variants is not None:
        variants = replace(variants, draw=partial(guarded, choice.offer, variants.draw))
    return Op(
        apply=apply,
        stand_in=None if op.stand_in is None else on_batches(op.stand_in),
        variants=variants,
    )
