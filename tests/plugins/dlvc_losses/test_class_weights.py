"""Weights of classes: how many, which, and on which device."""

from __future__ import annotations

import pytest
import torch
from helpers.losses import build, example

from dlvc_cli import BadOption


@pytest.mark.parametrize("text", ["cross_entropy:weights=1/2", "focal:alpha=1/2/3/4"])
def test_wrong_number_of_class_weights_is_a_plain_sentence(text: str) -> None:
    loss = build(text)
    with pytest.raises(BadOption, match="but the data has 3 classes"):
        loss(*example())


def test_class_weights_must_not_all_be_zero() -> None:
    with pytest.raises(BadOption, match="above 0 for at least one class"):
        build("cross_entropy:weights=0/0")


def test_class_weights_are_copied_to_a_device_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loss = build("focal:alpha=1/2/3")
    logits, targets = example()
    first = loss(logits, targets)
    # On a GPU another torch.tensor(...) would be another copy from the host.
    monkeypatch.setattr(torch, "tensor", None)
    assert torch.equal(loss(logits, targets), first)
