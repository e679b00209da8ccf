"""What a plugin's object must keep to: named checks, each of which yields what it finds.

A finding is the rest of a sentence that begins with the object's name: ``"must return images, not
NoneType"``. A check yields nothing where all is well, or where an earlier one has found what
keeps it from being made; what the object itself raises is not caught. scikit-learn's
``check_estimator`` is the model. Before each run, the engine makes those that guard it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

import torch
from torch import Tensor

from dlvc_cli.contract.batch import Batch, BatchOp
from dlvc_cli.contract.draws import Draws
from dlvc_cli.contract.op import Op

__all__ = [
    "LOSS_CHECKS",
    "MODEL_CHECKS",
    "OP_CHECKS",
    "Check",
    "check_logits_are_finite",
    "check_logits_shape",
    "check_loss_has_a_gradient",
    "check_loss_is_finite",
    "check_loss_shape",
    "check_op_keeps_shape",
    "check_op_repeats",
    "check_op_size_outside_training",
    "check_op_takes_probabilities",
    "check_split_is_the_model",
    "check_variants_are_the_op_s",
    "check_variants_draw",
]

Check = Callable[..., Iterator[str]]

Size = tuple[int, int]
Outputs = Tensor | tuple[Tensor, ...]
Network = Callable[[Tensor], Outputs]

# Copies of an image whose variants are drawn; fewer where they would hold more numbers than this.
_COPIES = 32
_MOST_NUMBERS = 1 << 22


# Each check of an op takes:
#   op           its functions work on whole batches (``as_batch_op``); of one that runs always,
#                ``apply`` is its own stand-in
#   size         (height, width) of the images that it is given
#   num_classes  of their targets
#   count        images of a batch: as few as training will ever give it


def check_op_keeps_shape(op: Op, size: Size, num_classes: int, count: int = 2) -> Iterator[str]:
    """An op makes float images (N, 3, H, W) of float images; height and width may change.

    In training and outside it: the next op, the resizing and the network all rely on it.
    """
    for run in _ways(op):
        given = _noise(count, size, num_classes)
        made: object = run(given, _draws(given))
        if not _holds_images(made, count):
            yield _wrong_images(made)
            return


def check_op_takes_probabilities(
    op: Op, size: Size, num_classes: int, count: int = 2
) -> Iterator[str]:
    """An op works where the targets are probabilities (N, C): an op before it may mix samples."""
    given = replace(_noise(count, size, num_classes), targets=_targets(num_classes, count)[1])
    made: object = op.apply(given, _draws(given))
    if not _holds_images(made, count):
        yield _wrong_images(made)


def check_op_size_outside_training(
    op: Op, size: Size, num_classes: int, count: int = 2
) -> Iterator[str]:
    """An op leaves images of one size in training and outside it: a network knows one size."""
    if op.stand_in is op.apply:
        return
    given = _noise(count, size, num_classes)
    evaluated: object = op.stand_in(given, _draws(given)) if op.stand_in is not None else given
    given = _noise(count, size, num_classes)
    trained: object = op.apply(given, _draws(given))
    if not _holds_images(trained, count) or not _holds_images(evaluated, count):
        return
    if trained.images.shape != evaluated.images.shape:
        yield (
            f"makes images of {_size_text(trained.images)} in training and of "
            f"{_size_text(evaluated.images)} elsewhere: its factory should return an Op whose "
            "stand_in makes the same size"
        )


def check_op_repeats(op: Op, size: Size, num_classes: int, count: int = 2) -> Iterator[str]:
    """An op gives the same result for the same images and draws, every time.

    Its randomness comes from the draws alone: else a run that is resumed, or done again, would be
    another one.
    """
    for run in _ways(op):
        made: list[Batch] = []
        for _ in range(2):
            # A new one each time: an op may well work in place.
            given = _noise(count, size, num_classes)
            result: object = run(given, _draws(given))
            if not _holds_images(result, count):
                return
            made.append(result)
        first, again = made
        if not _same(first.images, again.images) or not _same(first.targets, again.targets):
            yield (
                "gives another result for the same images and draws each time: all its randomness "
                "must come from the draws"
            )
            return


def check_variants_draw(op: Op, size: Size, num_classes: int, count: int = 2) -> Iterator[str]:
    """Variants are drawn as int64 (N,), from 0 to their count - 1.

    Features are looked up by them.
    """
    if op.variants is None:
        return
    ids = torch.arange(_copies(size))
    drawn: object = op.variants.draw(Draws(0, 0, 0, ids))
    if not _is_a_draw(drawn, len(ids), op.variants.count):
        yield (
            f"has wrong variants: they must draw int64 ({len(ids)},) from 0 to "
            f"{op.variants.count - 1} for {len(ids)} images, not {_tensor_text(drawn)}"
        )


def check_variants_are_the_op_s(
    op: Op, size: Size, num_classes: int, count: int = 2
) -> Iterator[str]:
    """Images of one variant are equal, and variant 0 is the image as it is outside training.

    The features of the image that is met first serve for all of its variant.
    """
    if op.variants is None:
        return
    given = _noise(1, size, num_classes)
    ids = torch.arange(_copies(size))
    copies = Batch(given.images.repeat(len(ids), 1, 1, 1), torch.zeros_like(ids), ids, num_classes)
    drawn: object = op.variants.draw(_draws(copies))
    trained: object = op.apply(copies, _draws(copies))
    evaluated: object = op.stand_in(copies, _draws(copies)) if op.stand_in is not None else copies
    if (
        not _is_a_draw(drawn, len(ids), op.variants.count)
        or not _holds_images(trained, len(ids))
        or not _holds_images(evaluated, len(ids))
    ):
        return
    for variant in drawn.unique().tolist():
        rows = trained.images[drawn == variant]
        same = rows[:1] if variant else evaluated.images[:1]
        if rows.shape[1:] != same.shape[1:] or not torch.allclose(rows, same.expand_as(rows)):
            what = (
                "images of one variant that differ"
                if variant
                else "another variant 0 than evaluation"
            )
            yield (
                f"makes {what}, so its variants are wrong: they must say, from the same draws in "
                "the same order, what the op does"
            )
            return


# Each check of a model takes:
#   network      what turns normalised images (N, 3, H, W) into logits, or (logits, auxiliary
#                logits): a module, in the mode that it is to be checked in
#   parts        the features and the head that its split gives; None where they aren't run alone
#   num_classes  that it was built for
#   size         (height, width) of the images
#   count        images of a batch: as few as the network will ever be given


def check_logits_shape(
    network: Network,
    parts: tuple[Network, Network] | None,
    num_classes: int,
    size: Size,
    count: int = 2,
) -> Iterator[str]:
    """A model gives a logit for each class: (N, classes)."""
    with torch.no_grad():
        outputs: object = network(_normal(size, count))
    logits = outputs[0] if isinstance(outputs, tuple) and outputs else outputs
    if not isinstance(logits, Tensor):
        yield f"must give logits, or (logits, auxiliary logits), not {type(outputs).__name__}"
    elif logits.shape != (count, num_classes):
        images = f"{count} image{'s' * (count > 1)}"
        yield f"gives logits of shape {tuple(logits.shape)} for {images} of {num_classes} classes"


def check_logits_are_finite(
    network: Network,
    parts: tuple[Network, Network] | None,
    num_classes: int,
    size: Size,
    count: int = 2,
) -> Iterator[str]:
    """A model gives finite numbers for ordinary images, in evaluation mode."""
    with torch.no_grad():
        logits = _logits(network(_normal(size, count)))
    if not bool(logits.isfinite().all()):
        yield "gives logits that are not finite numbers for images of noise"


def check_split_is_the_model(
    network: Network,
    parts: tuple[Any, Any] | None,
    num_classes: int,
    size: Size,
    count: int = 2,
) -> Iterator[str]:
    """Features and head, one after the other, do what the model does, in evaluation mode.

    A frozen training runs the two, and what it saves is the model.
    """
    if parts is None:
        return
    features, head = parts
    images = _normal(size, count)
    with torch.no_grad():
        whole = _logits(network(images)).double()
        in_parts = _logits(head(features(images))).double()
    # Of numbers that are not finite, only whether they are in the same places means something.
    tolerance = 1e-3 * float(whole[whole.isfinite()].abs().amax()) if whole.isfinite().any() else 0
    if in_parts.shape != whole.shape or not torch.allclose(
        in_parts, whole, rtol=0, atol=tolerance, equal_nan=True
    ):
        yield (
            "has a split that does not do what the model does: head(features(images)) must give "
            "what model(images) gives"
        )


# Each check of a loss takes:
#   loss         (logits, targets) -> losses
#   num_classes  of the logits


def check_loss_shape(loss: Callable[[Tensor, Tensor], Any], num_classes: int) -> Iterator[str]:
    """A loss gives a number for each sample, (N,), for targets of either form.

    The engine averages, over a batch or a whole split.
    """
    for targets in _targets(num_classes):
        losses = loss(torch.zeros(2, num_classes), targets)
        if not isinstance(losses, Tensor) or losses.shape != (2,):
            shape = tuple(getattr(losses, "shape", ()))
            yield f"must give one loss a sample, (N,), not {shape}"
            return


def check_loss_is_finite(loss: Callable[[Tensor, Tensor], Any], num_classes: int) -> Iterator[str]:
    """A loss of ordinary logits is a finite number: training stops at any other."""
    noise = torch.randn(2, num_classes, generator=torch.Generator().manual_seed(0))
    for logits in (torch.zeros(2, num_classes), noise):
        for targets in _targets(num_classes):
            losses = loss(logits, targets)
            if isinstance(losses, Tensor) and not bool(losses.isfinite().all()):
                yield f"must give finite numbers, not {losses.tolist()}, for ordinary logits"
                return


def check_loss_has_a_gradient(
    loss: Callable[[Tensor, Tensor], Any], num_classes: int
) -> Iterator[str]:
    """A loss changes with the logits, and its gradient is finite: training follows it."""
    noise = torch.randn(2, num_classes, generator=torch.Generator().manual_seed(0))
    steepest = 0.0
    for targets in _targets(num_classes):
        logits = noise.clone().requires_grad_()
        losses = loss(logits, targets)
        if not isinstance(losses, Tensor):
            return
        if not losses.requires_grad:
            yield "must be made of torch's functions of the logits: its losses have no gradient"
            return
        (gradient,) = torch.autograd.grad(losses.sum(), logits, allow_unused=True)
        if gradient is not None:
            steepest = max(steepest, float(gradient.abs().max()))
            if not bool(gradient.isfinite().all()):
                yield "must have a finite gradient for ordinary logits"
                return
    if not steepest:
        yield "has the gradient 0 whatever the logits: nothing would be trained"


OP_CHECKS: Sequence[Check] = (
    check_op_keeps_shape,
    check_op_takes_probabilities,
    check_op_size_outside_training,
    check_op_repeats,
    check_variants_draw,
    check_variants_are_the_op_s,
)
MODEL_CHECKS: Sequence[Check] = (
    check_logits_shape,
    check_logits_are_finite,
    check_split_is_the_model,
)
LOSS_CHECKS: Sequence[Check] = (check_loss_shape, check_loss_is_finite, check_loss_has_a_gradient)


def _ways(op: Op) -> list[BatchOp]:
    """What runs in training and, where that is something else, outside it."""
    return [op.apply] if op.stand_in in (None, op.apply) else [op.apply, op.stand_in]


def _draws(batch: Batch) -> Draws:
    return Draws(0, 0, 0, batch.ids)


def _copies(size: Size) -> int:
    """How many copies of an image of this size: two at least."""
    return max(2, min(_COPIES, _MOST_NUMBERS // (3 * size[0] * size[1])))


def _noise(count: int, size: Size, num_classes: int) -> Batch:
    """A batch of noise, always the same."""
    images = torch.rand(count, 3, *size, generator=torch.Generator().manual_seed(0))
    ids = torch.arange(count)
    return Batch(images, torch.zeros_like(ids), ids, num_classes)


def _normal(size: Size, count: int) -> Tensor:
    """Images of noise as a network is given them, (N, 3, H, W)."""
    return torch.randn(count, 3, *size, generator=torch.Generator().manual_seed(0))


def _targets(num_classes: int, count: int = 2) -> tuple[Tensor, Tensor]:
    """Targets of so many samples, in both forms."""
    return torch.zeros(count, dtype=torch.int64), torch.full((count, num_classes), 1 / num_classes)


def _holds_images(made: object, count: int) -> TypeGuard[Batch]:
    images = made.images if isinstance(made, Batch) else None
    return (
        isinstance(images, Tensor)
        and images.ndim == 4
        and images.shape[:2] == (count, 3)
        and images.is_floating_point()
    )


def _wrong_images(made: object) -> str:
    got = made.images if isinstance(made, Batch) else made
    if isinstance(got, Tensor):
        return f"must keep images (N, 3, H, W) of floats; it made {tuple(got.shape)} of {got.dtype}"
    return f"must return images, not {type(got).__name__}"


def _is_a_draw(drawn: object, images: int, count: int) -> TypeGuard[Tensor]:
    return (
        isinstance(drawn, Tensor)
        and drawn.shape == (images,)
        and drawn.dtype == torch.int64
        and bool(((drawn >= 0) & (drawn < count)).all())
    )


def _same(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and torch.allclose(one, other, equal_nan=True)


def _logits(outputs: Outputs) -> Tensor:
    return outputs if isinstance(outputs, Tensor) else outputs[0]


def _size_text(images: Tensor) -> str:
    return f"{images.shape[2]}x{images.shape[3]}"


def _tensor_text(value: object) -> str:
    if not isinstance(value, Tensor):
        return type(value).__name__
    shape = f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    return f"{shape} up to {value.max().item():g}" if value.numel() else shape
