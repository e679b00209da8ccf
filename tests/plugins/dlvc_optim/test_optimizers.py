"""The built-in optimisers against torch's own and against their formulas."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from helpers.optimizers import build, check_refused, network, train_double


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
    ],
)
def test_settings_reach_torch(text: str, torchs: Callable[..., torch.optim.Optimizer]) -> None:
    ours, theirs = network().double(), network().double()
    train_double(ours, build(text, ours.parameters(), lr=0.1, wd=0.01))
    train_double(theirs, torchs(theirs.parameters()))
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b)


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sgd:nesterov=yes", "nesterov needs momentum"),
        ("sgd:momentum=-0.1", "momentum must be 0 to 1"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(text: str, message: str) -> None:
    check_refused(text, message)
