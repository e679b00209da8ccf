"""Muon against torch's own on matrices, its other half against torch's SGD, and its groups."""

from __future__ import annotations

import pytest
import torch
from dlvc_optim.muon import orthogonal
from helpers.optimizers import build, check_refused, network, train_double
from torch import nn


@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (9, 4)])
def test_five_iterations_bring_a_matrix_near_to_orthogonal(shape: tuple[int, int]) -> None:
    matrix = torch.randn(*shape, generator=torch.Generator().manual_seed(1))
    u, values, vh = torch.linalg.svd(matrix, full_matrices=False)
    made = orthogonal(matrix, 5)
    # On the singular directions of the matrix, each value is the quintic of itself, five times.
    wanted = values / values.norm()
    for _ in range(5):
        wanted = 3.4445 * wanted - 4.7750 * wanted**3 + 2.0315 * wanted**5
    torch.testing.assert_close(made, u @ wanted.diag() @ vh, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("shape", [(4, 9), (9, 4)])
def test_kernels_move_as_matrices_do_in_torch_s_muon(shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(*shape, generator=generator)
    kernel = nn.Parameter(start.clone().reshape(*shape, 1, 1))
    matrix = nn.Parameter(start.clone())
    ours = build("muon:0.9", [kernel], lr=0.1, wd=0.01)
    theirs = torch.optim.Muon([matrix], lr=0.1, weight_decay=0.01, momentum=0.9)
    for _ in range(4):
        gradient = torch.randn(*shape, generator=generator)
        kernel.grad, matrix.grad = gradient.reshape(kernel.shape), gradient.clone()
        ours.step()
        theirs.step()
    # torch computes in bfloat16.
    torch.testing.assert_close(kernel.detach().reshape(shape), matrix.detach(), rtol=0, atol=0.02)


def test_all_else_moves_as_with_sgd_and_nesterov_at_its_own_rate() -> None:
    text = "muon:rest_momentum=0.8:matrices=0.5:vectors=0.25"
    ours, theirs = network().double(), network().double()
    for net in (ours, theirs):
        net[0].weight.requires_grad_(False)
    sgd = torch.optim.SGD(
        [
            {"params": [theirs[3].weight], "lr": 0.05},
            {"params": [theirs[0].bias, theirs[3].bias], "lr": 0.025},
        ],
        momentum=0.8,
        nesterov=True,
        weight_decay=0.01,
    )
    learned = [p for p in ours.parameters() if p.requires_grad]
    train_double(ours, build(text, learned, lr=0.1, wd=0.01))
    train_double(theirs, sgd)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_groups_are_parted_with_kernels_first_and_keep_their_rates() -> None:
    net = network()
    groups = [
        {"params": net[3].parameters(), "lr": 0.5},
        {"params": net[0].parameters(), "lr": 0.1},
    ]
    made = build("muon:matrices=2:vectors=0.5", groups, lr=1.0).param_groups
    seen = [(group["orthogonal"], group["lr"], len(group["params"])) for group in made]
    assert seen == [(False, 1.0, 1), (False, 0.25, 1), (True, 0.1, 1), (False, 0.05, 1)]
    alone = build("muon", net.parameters()).param_groups
    assert [group["orthogonal"] for group in alone] == [True, False, False]


def test_by_name_the_head_is_for_sgd_and_all_other_weights_for_muon() -> None:
    made = {
        "embed": torch.zeros(1, 5, 8),  # a single row
        "qkv.weight": torch.zeros(24, 8),
        "qkv.bias": torch.zeros(24),
        "conv.weight": torch.zeros(8, 3, 2, 2),
        "fc.weight": torch.zeros(2, 8),
        "fc.conv.weight": torch.zeros(2, 8, 1, 1),
    }
    named = [(name, nn.Parameter(tensor)) for name, tensor in made.items()]
    group = {"params": named, "lr": 0.1, "head": ["fc.weight", "fc.conv.weight"]}
    groups = build("muon:matrices=2:vectors=0.5", [group]).param_groups
    assert [(one["param_names"], one["orthogonal"], one["lr"]) for one in groups] == [
        (["qkv.weight", "conv.weight"], True, 0.1),
        (["fc.weight", "fc.conv.weight"], False, 0.2),
        (["embed", "qkv.bias"], False, 0.05),
    ]


def test_a_held_norm_is_the_root_of_the_outputs_before_each_step() -> None:
    kernel = nn.Parameter(torch.randn(4, 3, 3, 3))
    optimizer = build("muon:hold_norm=yes", [kernel], lr=0.0)
    kernel.grad = torch.randn_like(kernel)
    optimizer.step()
    assert kernel.norm().item() == pytest.approx(2.0)


@pytest.mark.parametrize("name", ["momentum", "rest_momentum"])
def test_a_momentum_of_1_is_refused(name: str) -> None:
    check_refused(f"muon:{name}=1", name)


def test_a_weight_of_zeros_is_stepped_to_numbers() -> None:
    kernel = nn.Parameter(torch.zeros(4, 3, 3, 3))
    optimizer = build("muon:hold_norm=yes", [kernel], lr=0.1)
    kernel.grad = torch.randn_like(kernel)
    optimizer.step()
    assert kernel.isfinite().all() and kernel.any()
