"""All optimisers, built-in or of torch's family: saved and loaded, on a bowl, with groups."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
import torch
from helpers.optimizers import build, network, train
from torch import Tensor, nn

from dlvc_cli.registry.registry import registry

BUILT_IN = [
    "sgd",
    "sgd:momentum=0.9",
    "sgd:momentum=0.9:nesterov=yes",
    "gd",
    "momentum",
    "nesterov",
    "adam",
    "adamw",
    "rmsprop",
    "rmsprop:momentum=0.5:centered=yes",
    "adagrad",
    "muon",
    "muon:0.6:hold_norm=yes",
]
FROM_TORCH = [offer.name for offer in registry().search("optimizers", "torch:*")]


@pytest.mark.parametrize("text", BUILT_IN + FROM_TORCH)
def test_a_saved_and_loaded_optimiser_goes_on_bit_for_bit(text: str) -> None:
    whole = network()
    optimizer = build(text, whole.parameters())
    train(whole, optimizer, range(5))
    file = io.BytesIO()
    torch.save({"net": whole.state_dict(), "optimizer": optimizer.state_dict()}, file)
    train(whole, optimizer, range(5, 10))

    resumed = network(seed=1)
    other = build(text, resumed.parameters(), lr=0.5)
    saved = torch.load(io.BytesIO(file.getvalue()), weights_only=True)
    resumed.load_state_dict(saved["net"])
    other.load_state_dict(saved["optimizer"])
    train(resumed, other, range(5, 10))

    assert not torch.equal(next(whole.parameters()), next(network().parameters()))
    for ours, theirs in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("text", BUILT_IN + FROM_TORCH)
def test_descent_lowers_a_bowl_at_the_learning_rates_it_was_given(text: str) -> None:
    spec = registry().choose("optimizers", text).spec
    net = network()
    optimizer = build(text, net.parameters(), lr=spec.learning_rates.finetune)
    images = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))

    def loss() -> Tensor:
        return nn.functional.cross_entropy(net(images), torch.arange(4))

    before = loss().item()
    for _ in range(20):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    assert loss().item() < before


@pytest.mark.parametrize("text", ["sgd", "adamw", "rmsprop", "torch:NAdam"])
def test_parameter_groups_keep_their_own_settings(text: str) -> None:
    net = network()
    groups = [
        {"params": net[0].parameters(), "lr": 0.5},
        {"params": list(net[3].parameters()), "weight_decay": 0.0},
    ]
    optimizer = build(text, groups, lr=0.1, wd=0.01)
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 0.1]
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.01, 0.0]


def test_listing_optimisers_imports_no_torch() -> None:
    code = (
        "import sys; from dlvc_cli.registry.registry import registry; r = registry();"
        "r.offers('optimizers'); r.choose('optimizers', 'sgd:0.9'); r.offers('schedules');"
        "r.families('optimizers'); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
