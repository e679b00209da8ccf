"""Each check finds what careless objects do, and nothing in careful ones."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlvc_cli import Batch, Draws, Op, Variants
from dlvc_cli.contract import checks
from dlvc_cli.contract.batch import as_batch_op

SIZE = (8, 8)


def on_batches(function: Callable[..., object]) -> Callable[..., Batch]:
    return as_batch_op(function, "images")


def mirror(images: Tensor, draws: Draws) -> Tensor:
    return torch.where(draws.chance(0.5)[:, None, None, None], images.flip(3), images)


FLIP = Op(
    apply=on_batches(mirror),
    variants=Variants(count=2, draw=lambda draws: draws.chance(0.5).long()),
)
PLAIN = Op(apply=on_batches(lambda images, draws: images * 0.5))


def found(check: checks.Check, *subject: object) -> str:
    return "; ".join(check(*subject))


def test_careful_ops_pass_every_check():
    always = replace(PLAIN, stand_in=PLAIN.apply)
    for op in (FLIP, PLAIN, always):
        for check in checks.OP_CHECKS:
            assert found(check, op, SIZE, 2) == ""


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (on_batches(lambda images, draws: None), "must return images, not NoneType"),
        (lambda batch, draws: batch.images, "it made (2, 3, 8, 8) of torch.float32"),
        (lambda batch, draws: None, "must return images, not NoneType"),
        (on_batches(lambda images, draws: images[:1]), "it made (1, 3, 8, 8)"),
        (on_batches(lambda images, draws: images.mean(1)), "it made (2, 8, 8)"),
        (on_batches(lambda images, draws: images.long()), "of torch.int64"),
    ],
)
def test_an_op_keeps_images(function, says):
    assert says in found(checks.check_op_keeps_shape, Op(apply=function), SIZE, 2)
    # Outside training, too.
    op = Op(apply=PLAIN.apply, stand_in=function)
    assert says in found(checks.check_op_keeps_shape, op, SIZE, 2)


def test_an_op_takes_probabilities():
    def class_indices_alone(batch: Batch, draws: Draws) -> Batch:
        return batch if batch.targets.ndim == 1 else replace(batch, images=batch.images[:, :1])

    op = Op(apply=class_indices_alone)
    says = "it made (2, 1, 8, 8) of torch.float32"
    assert says in found(checks.check_op_takes_probabilities, op, SIZE, 2)
    assert found(checks.check_op_keeps_shape, op, SIZE, 2) == ""


def test_an_op_has_one_size_in_training_and_outside():
    def smaller(images: Tensor, draws: Draws) -> Tensor:
        return images[:, :, 2:, 1:]

    op = Op(apply=on_batches(smaller))
    said = found(checks.check_op_size_outside_training, op, SIZE, 2)
    assert "6x7 in training and of 8x8 elsewhere" in said and "stand_in" in said
    op = replace(op, stand_in=op.apply)
    assert found(checks.check_op_size_outside_training, op, SIZE, 2) == ""


def test_an_op_s_randomness_comes_from_its_draws():
    noisy = on_batches(lambda images, draws: images + torch.rand_like(images))
    for op in (Op(apply=noisy), Op(apply=PLAIN.apply, stand_in=noisy)):
        assert "from the draws" in found(checks.check_op_repeats, op, SIZE, 2)

    def mixing(batch: Batch, draws: Draws) -> Batch:
        return replace(batch, targets=torch.rand(len(batch), 2))

    assert "from the draws" in found(checks.check_op_repeats, Op(apply=mixing), SIZE, 2)


@pytest.mark.parametrize(
    ("count", "draw", "says"),
    [
        (1, lambda draws: draws.chance(0.5).long(), "int64 (32,) from 0 to 0"),
        (2, lambda draws: draws.chance(0.5), "not bool (32,)"),
        (2, lambda draws: draws.integers(0, 2), "not int64 (32, 1)"),
        (2, lambda draws: 1, "not int"),
    ],
)
def test_variants_are_drawn_as_whole_numbers(count, draw, says):
    op = replace(FLIP, variants=Variants(count=count, draw=draw))
    assert says in found(checks.check_variants_draw, op, SIZE, 2)
    # That is no business of the next one.
    assert found(checks.check_variants_are_the_op_s, op, SIZE, 2) == ""


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda draws: draws.chance(0.5).logical_not().long(), "another variant 0"),
        (lambda draws: draws.integers(1, 2)[:, 0], "images of one variant that differ"),
    ],
)
def test_variants_are_what_the_op_does(draw, says):
    op = replace(FLIP, variants=Variants(count=2, draw=draw))
    assert found(checks.check_variants_draw, op, SIZE, 2) == ""
    assert says in found(checks.check_variants_are_the_op_s, op, SIZE, 2)


def test_a_model_gives_a_logit_for_each_class():
    network = nn.Sequential(nn.Flatten(), nn.Linear(192, 3))
    parts = (network[0], network[1])
    for check in checks.MODEL_CHECKS:
        assert found(check, network, parts, 3, SIZE) == ""
        assert found(check, network, None, 3, SIZE) == ""
        with_auxiliary = lambda images: (network(images), None)  # noqa: E731
        assert found(check, with_auxiliary, parts, 3, SIZE) == ""
    assert "(2, 3) for 2 images of 5 classes" in found(
        checks.check_logits_shape, network, parts, 5, SIZE
    )


def test_a_split_is_the_model():
    network = nn.Sequential(nn.Flatten(), nn.ReLU(), nn.Linear(192, 3))
    assert "must give what model(images) gives" in found(
        checks.check_split_is_the_model, network, (network[0], network[2]), 3, SIZE
    )


def test_a_model_is_checked_on_as_few_images_as_occur():
    squeezing = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 4))
    careless = lambda images: squeezing(images).squeeze()  # noqa: E731
    assert found(checks.check_logits_shape, careless, None, 4, SIZE) == ""
    said = found(checks.check_logits_shape, careless, None, 4, SIZE, 1)
    assert said == "gives logits of shape (4,) for 1 image of 4 classes"
    assert "not dict" in found(checks.check_logits_shape, lambda images: {}, None, 4, SIZE)


def with_nan(network: nn.Module, value: float) -> nn.Module:
    broken = copy.deepcopy(network)
    next(reversed(list(broken.parameters()))).data[1] = value
    return broken


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_logits_that_are_not_finite_are_found_as_such(value):
    network = nn.Sequential(nn.Flatten(), nn.Linear(192, 3))
    broken = with_nan(network, value)
    said = found(checks.check_logits_are_finite, broken, None, 3, SIZE)
    assert said == "gives logits that are not finite numbers for images of noise"
    # Where both ways give the same, the split is the model; one alone that does is a finding.
    for whole, half, right in (
        (broken, broken, True),
        (broken, network, False),
        (network, broken, False),
    ):
        said = found(checks.check_split_is_the_model, whole, (half[0], half[1]), 3, SIZE)
        assert (said == "") is right
    # Infinity does not hide that the finite ones differ.
    other = with_nan(nn.Sequential(nn.Flatten(), nn.Linear(192, 3)), value)
    assert found(checks.check_split_is_the_model, broken, (other[0], other[1]), 3, SIZE)
    everywhere = with_nan(network, value)
    everywhere[1].bias.data[:] = value
    parts = (everywhere[0], everywhere[1])
    assert found(checks.check_split_is_the_model, everywhere, parts, 3, SIZE) == ""


@pytest.mark.parametrize("text", ["flip", "crop:8:2", "mixup", "cutmix", "erase", "rotate"])
def test_built_in_ops_work_on_one_image_alone(text):
    from dlvc_cli.registry.registry import registry
    from dlvc_cli.training.data.applied_op import build_ops

    (applied,) = build_ops([registry().choose("ops", text)])
    for check in checks.OP_CHECKS:
        assert found(check, applied.op, SIZE, 3, 1) == ""


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(logits, targets, reduction="none")


def for_indices_alone(logits: Tensor, targets: Tensor) -> Tensor:
    return cross_entropy(logits, targets) if targets.ndim == 1 else logits


@pytest.mark.parametrize(
    ("loss", "shape", "finite"),
    [
        (cross_entropy, "", ""),
        (F.cross_entropy, "not ()", ""),
        (for_indices_alone, "not (2, 4)", ""),
        (lambda logits, targets: 1.0, "not ()", ""),
        (lambda logits, targets: cross_entropy(logits, targets).log() / 0, "", "finite numbers"),
        (lambda logits, targets: logits[:, 0].sqrt(), "", "finite numbers"),
    ],
)
def test_a_loss_is_a_finite_number_a_sample(loss, shape, finite):
    for check, says in ((checks.check_loss_shape, shape), (checks.check_loss_is_finite, finite)):
        said = found(check, loss, 4)
        assert (says in said) if says else not said


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (cross_entropy, ""),
        (lambda logits, targets: cross_entropy(logits.detach(), targets), "have no gradient"),
        (lambda logits, targets: cross_entropy(logits, targets) * 0, "has the gradient 0"),
        (lambda logits, targets: (logits * 0).sum(1).sqrt(), "must have a finite gradient"),
    ],
)
def test_a_loss_has_a_gradient_to_follow(loss, says):
    said = found(checks.check_loss_has_a_gradient, loss, 4)
    assert (says in said) if says else not said
