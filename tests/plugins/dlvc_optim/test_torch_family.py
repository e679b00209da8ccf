"""The family ``torch:NAME``."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from helpers.optimizers import build, check_refused, network, train_double

from dlvc_cli import BadOption, UnknownName
from dlvc_cli.registry.registry import registry


@pytest.mark.parametrize(
    ("text", "torchs"),
    [
        ("torch:Adamax", lambda p: torch.optim.Adamax(p, lr=0.1, weight_decay=0.01)),
        (
            "torch:Adam:betas=0.5/0.9:amsgrad=yes",
            lambda p: torch.optim.Adam(
                p, lr=0.1, weight_decay=0.01, betas=(0.5, 0.9), amsgrad=True
            ),
        ),
    ],
)
def test_settings_reach_torch(text: str, torchs: Callable[..., torch.optim.Optimizer]) -> None:
    ours, theirs = network().double(), network().double()
    train_double(ours, build(text, ours.parameters(), lr=0.1, wd=0.01))
    train_double(theirs, torchs(theirs.parameters()))
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("torch:SGD:nesterov=yes", "optimizer torch:SGD: Nesterov momentum requires a momentum"),
        ("torch:NAdam:betas=0.9", "betas takes 2 numbers separated by /, not '0.9'"),
        ("torch:NAdam:foreach=yes", "has no parameter 'foreach'"),
        ("torch:LBFGS", "torch:LBFGS cannot be used: its step calls for the loss again"),
        ("torch:SparseAdam", "it takes sparse gradients only"),
        ("torch:muon", "torch:Muon cannot be used: it takes matrices only"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(text: str, message: str) -> None:
    check_refused(text, message)


def test_weight_decay_is_refused_where_there_is_none() -> None:
    with pytest.raises(BadOption, match="torch:Rprop has no weight decay"):
        build("torch:Rprop", network().parameters(), wd=0.1)


@pytest.mark.parametrize("name", ["torch:Optimizer", "torch:Nonsense", "torch:lr_scheduler"])
def test_what_torch_does_not_have_is_unknown(name: str) -> None:
    with pytest.raises(UnknownName):
        registry().choose("optimizers", name)


def test_arguments_of_a_family_member_are_bound_and_the_rest_stay_parameters() -> None:
    choice = registry().choose("optimizers", "torch:nadam:momentum_decay=0.01")
    assert choice.offer.name == "torch:NAdam"
    assert "momentum_decay" not in choice.values
    optimizer = choice.build(network().parameters(), lr=0.1, weight_decay=0.0)
    assert optimizer.defaults["momentum_decay"] == 0.01
    assert optimizer.defaults["betas"] == (0.9, 0.999)


def test_search_finds_the_usable_classes_by_name() -> None:
    def names(pattern: str) -> set[str]:
        return {offer.name for offer in registry().search("optimizers", pattern)}

    assert {"adam", "adamw", "torch:Adam", "torch:NAdam"} <= names("adam")
    assert "torch:RMSprop" not in names("adam")
    assert {"torch:RAdam", "torch:NAdam"} <= names("torch:?Adam")
    assert not {"torch:LBFGS", "torch:SparseAdam", "torch:Muon"} & names("torch:")
    assert {f"torch:{name}" for name in ("SGD", "ASGD", "Rprop", "Adafactor")} <= names("torch")
