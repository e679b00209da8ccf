"""The built-in optimisers and the family ``torch:NAME`` against torch's own."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from dlvc_cli import BadOption, OptimizerSpec, UnknownName
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
]
FROM_TORCH = [offer.name for offer in registry().search("optimizers", "torch:*")]


def build(
    text: str, parameters: object, lr: float = 0.01, wd: float = 0.0
) -> torch.optim.Optimizer:
    return registry().choose("optimizers", text).build(parameters, lr=lr, weight_decay=wd)


def network(seed: int = 0) -> nn.Sequential:
    """A network with kernels, matrices and vectors of odd sizes among its parameters."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 7, 3), nn.ReLU(), nn.Flatten(), nn.Linear(7 * 36, 5))


def train(net: nn.Module, optimizer: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        torch.manual_seed(step)
        images, targets = torch.randn(4, 3, 8, 8), torch.arange(4)
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(images), targets).backward()
        optimizer.step()


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


@pytest.mark.parametrize(
    ("text", "torchs"),
    [
        ("gd", lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01)),
        ("momentum", lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01, momentum=0.9)),
        (
            "nesterov:0.8",
            lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01, momentum=0.8, nesterov=True),
        ),
        (
            "adam:beta1=0.8:eps=1e-6",
            lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.01, betas=(0.8, 0.999), eps=1e-6),
        ),
        ("adamw", lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.01)),
        (
            "rmsprop:alpha=0.9:centered=yes",
            lambda p: torch.optim.RMSprop(p, lr=0.1, weight_decay=0.01, alpha=0.9, centered=True),
        ),
        ("adagrad", lambda p: torch.optim.Adagrad(p, lr=0.1, weight_decay=0.01)),
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


def train_double(net: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    torch.manual_seed(0)
    images = torch.randn(4, 3, 8, 8, dtype=torch.float64)
    for _ in range(5):
        optimizer.zero_grad()
        net(images).square().mean().backward()
        optimizer.step()


@pytest.mark.parametrize(("text", "m"), [("nesterov", 0.9), ("sgd:0.7:yes", 0.7)])
def test_nesterov_visits_the_look_ahead_points_of_sutskever(text: str, m: float) -> None:
    """v <- m v - lr f'(x + m v); x <- x + v, on f = c x^2 / 2; torch's points are x + m v."""
    curvature = torch.tensor([1.0, 5.0], dtype=torch.float64)
    x, v = torch.tensor([3.0, -2.0], dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    point = x.clone().requires_grad_()
    optimizer = build(text, [point], lr=0.05)
    for _ in range(20):
        v = m * v - 0.05 * curvature * (x + m * v)
        x = x + v
        point.grad = curvature * point.detach()
        optimizer.step()
        torch.testing.assert_close(point.detach(), x + m * v)


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sgd:momentum=1", "momentum must be below 1, not 1"),
        ("nesterov:1", "momentum must be below 1, not 1"),
        ("sgd:nesterov=yes", "nesterov needs momentum"),
        ("sgd:momentum=-0.1", "momentum must be 0 to 1"),
        ("adam:beta2=1", "beta2 must be below 1"),
        ("rmsprop:alpha=1", "alpha must be below 1"),
        ("torch:SGD:nesterov=yes", "optimizer torch:SGD: Nesterov momentum requires a momentum"),
        ("torch:NAdam:betas=0.9", "betas takes 2 numbers separated by /, not '0.9'"),
        ("torch:NAdam:foreach=yes", "has no parameter 'foreach'"),
        ("torch:LBFGS", "torch:LBFGS cannot be used: its step calls for the loss again"),
        ("torch:SparseAdam", "it takes sparse gradients only"),
        ("torch:muon", "torch:Muon cannot be used: it takes matrices only"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(text: str, message: str) -> None:
    with pytest.raises(BadOption) as caught:
        build(text, network().parameters())
    assert message in str(caught.value)
    assert str(caught.value).endswith(".")


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


def test_learning_rates_are_positive_and_finer_for_fine_tuning() -> None:
    specs: list[OptimizerSpec] = [offer.spec for offer in registry().offers("optimizers")]
    specs += [offer.spec for offer in registry().search("optimizers", "torch:*")]
    for spec in specs:
        scratch, finetune, descent = spec.learning_rates
        assert 0 < finetune < scratch and descent > 0, spec.name
    assert registry().find("optimizers", "sgd").spec.learning_rates == (0.1, 0.001, 10.0)


def test_listing_optimisers_imports_no_torch() -> None:
    code = (
        "import sys; from dlvc_cli.registry.registry import registry; r = registry();"
        "r.offers('optimizers'); r.choose('optimizers', 'sgd:0.9'); r.offers('schedules');"
        "r.families('optimizers'); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
