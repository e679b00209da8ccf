"""The built-in schedules against torch's, step by step."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
from dlvc_optim.schedules import Schedule
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from dlvc_cli import BadOption, Progress
from dlvc_cli.registry.registry import registry


def build(text: str) -> Schedule:
    return registry().choose("schedules", text).build()


def torchs(make: Callable[[Any], Any], steps: int) -> list[float]:
    """The learning rates of a torch scheduler whose base is 1, before each step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def ours(text: str, epochs: int) -> list[float]:
    schedule = build(text)
    return [schedule(Progress(epoch, epochs)) for epoch in range(epochs)]


@pytest.mark.parametrize(("every", "gamma"), [(30, 0.1), (7, 0.5), (1, 0.9)])
def test_step_is_torchs(every: int, gamma: float) -> None:
    expected = torchs(lambda o: lr_scheduler.StepLR(o, every, gamma), 100)
    assert ours(f"step:{every}:{gamma}", 100) == pytest.approx(expected)


def test_step_drops_at_the_epoch_and_not_before() -> None:
    schedule = build("step:every=10")
    assert [schedule(Progress(e, 30)) for e in (9.99, 10.0, 19.99, 20.0)] == pytest.approx(
        [1, 0.1, 0.1, 0.01]
    )


@pytest.mark.parametrize("floor", [0.0, 0.05])
def test_cosine_is_torchs(floor: float) -> None:
    expected = torchs(lambda o: lr_scheduler.CosineAnnealingLR(o, 50, eta_min=floor), 50)
    assert ours(f"cosine:floor={floor}", 50) == pytest.approx(expected)


def test_cosine_warms_up_linearly_and_then_spans_the_rest() -> None:
    warmed = build("cosine:warmup=5")
    plain = build("cosine")
    assert [warmed(Progress(e, 25)) for e in (0, 1, 2.5)] == [0, 0.2, 0.5]
    for epoch in (0, 3.5, 20):
        assert warmed(Progress(5 + epoch, 25)) == pytest.approx(plain(Progress(epoch, 20)))


def test_a_warm_up_longer_than_the_training_only_rises() -> None:
    schedule = build("cosine:warmup=4")
    assert [schedule(Progress(e, 2)) for e in (0, 1, 2)] == [0, 0.25, 0.5]


@pytest.mark.parametrize(
    ("pct", "div", "final_div", "steps"), [(0.3, 25, 1e4, 200), (0.5, 10, 100, 51)]
)
def test_one_cycle_is_torchs(pct: float, div: float, final_div: float, steps: int) -> None:
    """torch counts steps, its peak at pct * steps - 1 of steps - 1; here the same in shares."""
    expected = torchs(
        lambda o: lr_scheduler.OneCycleLR(
            o, 1.0, steps, pct_start=pct, div_factor=div, final_div_factor=final_div
        ),
        steps - 1,
    )
    peak = (pct * steps - 1) / (steps - 1)
    assert ours(f"one-cycle:{peak!r}:{div}:{final_div}", steps - 1) == pytest.approx(expected)


def test_one_cycle_begins_peaks_and_ends_where_it_says() -> None:
    schedule = build("onecycle")
    values = [schedule(Progress(e, 10)) for e in (0, 3, 10)]
    assert values == pytest.approx([1 / 25, 1, 1 / 25e4])


@pytest.mark.parametrize("pct", [0, 1])
def test_one_cycle_needs_a_rise_and_a_fall(pct: int) -> None:
    with pytest.raises(BadOption, match="pct must lie between 0 and 1"):
        build(f"one-cycle:{pct}")


TEXTS = st.one_of(
    st.just("constant"),
    st.builds("step:{}:{!r}".format, st.integers(1, 300), st.floats(0, 1)),
    st.builds("cosine:{!r}:{!r}".format, st.floats(0, 300), st.floats(0, 1)),
    st.builds(
        "one-cycle:{!r}:{!r}:{!r}".format,
        st.floats(0.01, 0.99),
        st.floats(1, 1e6),
        st.floats(1, 1e6),
    ),
)


@given(text=TEXTS, epochs=st.integers(1, 200), share=st.floats(0, 1))
@settings(deadline=None)
def test_factors_are_finite_and_between_0_and_1(text: str, epochs: int, share: float) -> None:
    factor = build(text)(Progress(share * epochs, epochs))
    assert math.isfinite(factor)
    assert 0 <= factor <= 1 + 1e-12


@given(text=TEXTS, epochs=st.integers(1, 20), seed=st.randoms(use_true_random=False))
@settings(deadline=None)
def test_a_schedule_depends_on_progress_alone(text: str, epochs: int, seed: random.Random) -> None:
    """Asked in any order, as after a resume, it gives the same answers."""
    schedule = build(text)
    points = [Progress(k * epochs / 10, epochs) for k in range(11)]
    expected = {point: schedule(point) for point in points}
    seed.shuffle(points)
    fresh = build(text)
    assert {point: fresh(point) for point in points} == expected
