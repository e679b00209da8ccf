"""The built-in losses against torch's own, in both forms of target."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from helpers.losses import build, example
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from dlvc_cli import BadOption

LOSSES = ["cross_entropy", "cross_entropy:0.1:1/2/3", "focal", "focal:0.5:1/2/3", "bce"]


def soft_example() -> tuple[Tensor, Tensor]:
    logits, _ = example()
    return logits, example(seed=1)[0].softmax(dim=1)


def gradient(values: Tensor, logits: Tensor) -> Tensor:
    return torch.autograd.grad(values.sum(), logits)[0]


@pytest.mark.parametrize("text", LOSSES)
def test_both_forms_of_target_agree_on_one_hot(text: str) -> None:
    logits, targets = example()
    one_hot = functional.one_hot(targets, 3).to(torch.float32)
    loss = build(text)

    by_index = loss(logits.requires_grad_(), targets)
    by_probability = loss(logits, one_hot)

    assert by_index.shape == (6,)
    torch.testing.assert_close(by_index, by_probability)
    torch.testing.assert_close(gradient(by_index, logits), gradient(by_probability, logits))


@pytest.mark.parametrize("text", LOSSES)
def test_gradients_are_those_of_finite_differences(text: str) -> None:
    logits, soft = soft_example()
    loss = build(text)
    assert torch.autograd.gradcheck(lambda z: loss(z, soft), logits.requires_grad_())


@pytest.mark.parametrize("targets", [example()[1], soft_example()[1]], ids=["index", "soft"])
@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("cross_entropy", {}),
        ("cross_entropy:smoothing=0.2", {"label_smoothing": 0.2}),
        ("cross_entropy:weights=0.5/1/4", {"weight": torch.tensor([0.5, 1, 4])}),
        ("focal:gamma=0", {}),
        ("focal:gamma=0:alpha=0.5/1/4", {"weight": torch.tensor([0.5, 1, 4])}),
    ],
)
def test_cross_entropy_is_torchs(text: str, options: dict[str, Any], targets: Tensor) -> None:
    logits = example()[0].requires_grad_()
    options = {k: v.double() if isinstance(v, Tensor) else v for k, v in options.items()}

    ours = build(text)(logits, targets)
    torchs = functional.cross_entropy(logits, targets, reduction="none", **options)

    torch.testing.assert_close(ours, torchs)
    torch.testing.assert_close(gradient(ours, logits), gradient(torchs, logits))


def test_focal_is_cross_entropy_times_its_fading_factor() -> None:
    logits, targets = example()
    nll = functional.cross_entropy(logits, targets, reduction="none")
    alpha = torch.tensor([0.25, 0.75, 1.0], dtype=torch.float64)[targets]

    ours = build("focal:gamma=2:alpha=0.25/0.75/1")(logits, targets)

    torch.testing.assert_close(ours, alpha * (1 - (-nll).exp()) ** 2 * nll)


def test_focal_on_two_classes_is_the_paper_s_binary_form() -> None:
    logits, targets = example(classes=2)
    positive = (logits[:, 1] - logits[:, 0]).sigmoid()
    p = torch.where(targets == 1, positive, 1 - positive)

    torch.testing.assert_close(build("focal")(logits, targets), -((1 - p) ** 2) * p.log())


@given(
    gamma=st.floats(0, 5),
    row=st.lists(st.floats(-1e4, 1e4, width=32), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=50)
def test_focal_stays_finite_however_sure_the_network_is(gamma: float, row: list[float]) -> None:
    logits = torch.tensor([row] * 3, requires_grad=True)
    values = build(f"focal:{gamma!r}")(logits, torch.arange(3))
    assert values.isfinite().all()
    assert gradient(values, logits).isfinite().all()


@pytest.mark.parametrize("targets", [example()[1], soft_example()[1]], ids=["index", "soft"])
def test_bce_is_torchs_averaged_over_classes(targets: Tensor) -> None:
    logits = example()[0].requires_grad_()
    probabilities = targets if targets.ndim == 2 else functional.one_hot(targets, 3).double()

    ours = build("bce")(logits, targets)
    torchs = torch.nn.BCEWithLogitsLoss(reduction="none")(logits, probabilities).mean(dim=1)

    torch.testing.assert_close(ours, torchs)
    torch.testing.assert_close(gradient(ours, logits), gradient(torchs, logits))


@pytest.mark.parametrize("text", LOSSES)
@pytest.mark.parametrize("soft", [False, True])
def test_autocast_computes_in_single_precision(text: str, soft: bool) -> None:
    logits, targets = soft_example() if soft else example()
    half = logits.to(torch.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        values = build(text)(half, targets.to(torch.bfloat16) if soft else targets)
    assert values.dtype == torch.float32
    expected = targets.to(torch.bfloat16).float() if soft else targets
    torch.testing.assert_close(values, build(text)(half.float(), expected))


@pytest.mark.parametrize("text", ["cross_entropy:smoothing=1.5", "focal:gamma=-1", "bce:1"])
def test_parameters_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(BadOption):
        build(text)
