"""Ops and network tried on a few images of noise or nothing, before any work is done."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from dlvc_cli.contract.batch import Batch
from dlvc_cli.contract.draws import Draws
from dlvc_cli.contract.specs import Variants
from dlvc_cli.errors import DlvcError, PluginError
from dlvc_cli.registry.registry import Choice, describe, guarded
from dlvc_cli.training.data.pipeline import AppliedOp
from dlvc_cli.training.network.build import split_outputs
from dlvc_cli.training.network.freezing import Learning

__all__ = ["try_network", "try_ops"]

# So many copies of an image are drawn forms for, if they are not large.
_COPIES = 32


def try_ops(ops: Sequence[AppliedOp], size: tuple[int, int], num_classes: int) -> tuple[int, int]:
    """Run every op on two blank images of this size.

    Returns:
        The (height, width) that images have after the ops.

    Raises:
        BadOption: an op cannot work on such images.
        PluginError: an op breaks the contract.
    """
    ids = torch.arange(2)
    blank = Batch(torch.zeros(2, 3, *size), torch.zeros(2, dtype=torch.int64), ids, num_classes)
    trained = evaluated = blank
    for op in ops:
        given = evaluated
        trained = op.run(trained, seed=0, epoch=0, training=True)
        evaluated = op.run(evaluated, seed=0, epoch=0, training=False)
        for batch in (trained, evaluated):
            _check_batch(batch, op)
        if trained.images.shape != evaluated.images.shape:
            raise PluginError(
                f"{op.choice.offer.name} makes images of {_size_text(trained.images)} in "
                f"training and of {_size_text(evaluated.images)} elsewhere: its plugin "
                f"{op.choice.offer.plugin.name} should offer an eval_factory of the same size."
            )
        if op.views is not None:
            _check_views(op, op.views, given)
    return int(evaluated.images.shape[2]), int(evaluated.images.shape[3])


def _check_batch(batch: object, op: AppliedOp) -> None:
    name = op.choice.offer.described
    if not isinstance(batch, Batch) or not isinstance(batch.images, Tensor):
        got = batch.images if isinstance(batch, Batch) else batch
        raise PluginError(f"{name} must return images, not {type(got).__name__}.")
    images = batch.images
    if images.ndim != 4 or images.shape[:2] != (2, 3) or not images.is_floating_point():
        raise PluginError(
            f"{name} must keep images (N, 3, H, W) of floats; it made {tuple(images.shape)} "
            f"of {images.dtype}."
        )


def _size_text(images: Tensor) -> str:
    return f"{images.shape[2]}x{images.shape[3]}"


def _check_views(op: AppliedOp, views: Variants, given: Batch) -> None:
    """Hold an op against its views: images of one form are equal, and form 0 is evaluation's.

    Args:
        given: a batch of the size that the op gets.
    """
    name = op.choice.offer.described
    image = torch.rand(given.images[:1].shape, generator=torch.Generator().manual_seed(0))
    count = max(2, min(_COPIES, (1 << 22) // image.numel()))
    ids = torch.arange(count)
    drawn = guarded(op.choice.offer, views.draw, Draws(0, 0, op.position, ids))
    if (
        not isinstance(drawn, Tensor)
        or drawn.shape != ids.shape
        or drawn.dtype != torch.int64
        or not bool(((drawn >= 0) & (drawn < views.count)).all())
    ):
        raise PluginError(
            f"The views of {name} must draw int64 ({count},) from 0 to {views.count - 1} for "
            f"{count} images, not {_tensor_text(drawn)}."
        )

    def made(training: bool) -> Tensor:
        copies = image.repeat(count, 1, 1, 1)
        batch = Batch(copies, torch.zeros_like(ids), ids, given.num_classes)
        return op.run(batch, seed=0, epoch=0, training=training).images

    trained, evaluated = made(training=True), made(training=False)
    for form in drawn.unique().tolist():
        rows = trained[drawn == form]
        same = rows[:1] if form else evaluated[:1]
        if rows.shape[1:] != same.shape[1:] or not torch.allclose(rows, same.expand_as(rows)):
            what = "images of one form that differ" if form else "another form 0 than evaluation"
            raise PluginError(
                f"{name} makes {what}, so its views are wrong: they must say, from the same draws "
                "in the same order, what the op does."
            )


def _tensor_text(value: object) -> str:
    if not isinstance(value, Tensor):
        return type(value).__name__
    shape = f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    return f"{shape} up to {value.max().item():g}" if value.numel() else shape


def try_network(learning: Learning, model: Choice, num_classes: int, size: tuple[int, int]) -> None:
    """Run two images of noise through the network, evaluating and training; keep its state.

    Raises:
        PluginError: it fails on images of this size, gives logits of a wrong shape, or its
            features and head, run after each other, don't do what it does itself.
    """
    network = learning.network
    buffers = {name: value.clone() for name, value in network.named_buffers()}
    noise = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(0))
    try:
        for training in (False, True):
            with torch.no_grad():
                if training:
                    learning.train_mode()
                    logits, _ = split_outputs(learning.outputs(noise))
                else:
                    learning.eval_mode()
                    logits, _ = split_outputs(network(noise))
                    _refuse_other_parts(learning, model, noise, logits)
            if logits.shape != (2, num_classes):
                raise PluginError(
                    f"{model.offer.described} gives logits of shape {tuple(logits.shape)} for "
                    f"2 images of {num_classes} classes."
                )
    except DlvcError:
        raise
    except Exception as error:
        raise PluginError(
            f"{model.offer.described} cannot train on images of {size[0]}x{size[1]}: "
            f"{describe(error)}. Try another --image-size."
        ) from error
    finally:
        with torch.no_grad():
            for name, value in network.named_buffers():
                value.copy_(buffers[name])


def _refuse_other_parts(learning: Learning, model: Choice, images: Tensor, logits: Tensor) -> None:
    """Raise ``PluginError`` if features and head, where they are run alone, give other logits."""
    if not learning.frozen:
        return
    in_parts, _ = split_outputs(learning.outputs(images))
    tolerance = 1e-3 * float(logits.abs().max())
    if in_parts.shape != logits.shape or not torch.allclose(
        in_parts, logits, rtol=0, atol=tolerance, equal_nan=True
    ):
        raise PluginError(
            f"The split of {model.offer.described} does not do what the model does: "
            "head(features(images)) must give what model(images) gives."
        )
