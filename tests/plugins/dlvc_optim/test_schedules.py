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


def ours(text: str, epochs: int, steps: int = 1) -> list[float]:
    """The factors of all steps, of so many an epoch."""
    schedule, total = build(text), epochs * steps
    places = (divmod(place, steps) for place in range(total))
    return [
        schedule(Progress(epoch + step / steps, epochs, epoch * steps + step, total))
        for epoch, step in places
    ]


def same(mine: list[float], theirs: list[float]) -> None:
    """Hold step against step: to 1e-9 of the peak."""
    assert mine == pytest.approx(theirs, rel=0, abs=1e-9)


LENGTHS = [(1, 2), (2, 3), (4, 5), (5, 4), (3, 63), (100, 7)]
"""Epochs, and steps of an epoch."""


@pytest.mark.parametrize(("epochs", "steps"), LENGTHS)
def test_constant_is_torchs(epochs: int, steps: int) -> None:
    same(
        ours("constant", epochs, steps),
        torchs(lambda o: lr_scheduler.ConstantLR(o, 1.0), epochs * steps),
    )


@pytest.mark.parametrize(("every", "gamma"), [(30, 0.1), (7, 0.5), (1, 0.9)])
@pytest.mark.parametrize(("epochs", "steps"), LENGTHS)
def test_step_is_torchs(epochs: int, steps: int, every: int, gamma: float) -> None:
    same(
        ours(f"step:{every}:{gamma}", epochs, steps),
        torchs(lambda o: lr_scheduler.StepLR(o, every * steps, gamma), epochs * steps),
    )


def test_step_drops_at_the_epoch_and_not_before() -> None:
    schedule = build("step:every=10")
    assert [schedule(Progress(e, 30)) for e in (9.99, 10.0, 19.99, 20.0)] == pytest.approx(
        [1, 0.1, 0.1, 0.01]
    )


@pytest.mark.parametrize("floor", [0.0, 0.05])
@pytest.mark.parametrize(("epochs", "steps"), LENGTHS)
def test_cosine_is_torchs(epochs: int, steps: int, floor: float) -> None:
    total = epochs * steps
    same(
        ours(f"cosine:floor={floor}", epochs, steps),
        torchs(lambda o: lr_scheduler.CosineAnnealingLR(o, total, eta_min=floor), total),
    )


@pytest.mark.parametrize("warmup", [0.5, 1, 2])
@pytest.mark.parametrize("floor", [0.0, 0.05])
@pytest.mark.parametrize(("epochs", "steps"), [(4, 4), (5, 10), (3, 64), (100, 8)])
def test_cosine_with_a_warm_up_is_torchs(
    epochs: int, steps: int, floor: float, warmup: float
) -> None:
    total, rise = epochs * steps, int(warmup * steps)

    def make(optimizer: torch.optim.Optimizer) -> Any:
        # torch refuses to begin at 0 itself.
        up = lr_scheduler.LinearLR(optimizer, 1e-12, total_iters=rise)
        down = lr_scheduler.CosineAnnealingLR(optimizer, total - rise, eta_min=floor)
        return lr_scheduler.SequentialLR(optimizer, [up, down], milestones=[rise])

    same(ours(f"cosine:{warmup}:{floor}", epochs, steps), torchs(make, total))


def test_a_warm_up_longer_than_the_training_only_rises() -> None:
    schedule = build("cosine:warmup=4")
    assert [schedule(Progress(e, 2)) for e in (0, 1, 2)] == [0, 0.25, 0.5]


@pytest.mark.parametrize(
    ("pct", "div", "final_div"), [(0.3, 25, 1e4), (0.5, 10, 100), (0.1, 25, 1e4), (0.9, 3, 1)]
)
@pytest.mark.parametrize(("epochs", "steps"), [*LENGTHS, (1, 1), (1, 20)])
def test_one_cycle_is_torchs(
    epochs: int, steps: int, pct: float, div: float, final_div: float
) -> None:
    total = epochs * steps
    if pct * total == 1:
        pytest.skip("torch divides by 0 there")

    def make(optimizer: torch.optim.Optimizer) -> Any:
        return lr_scheduler.OneCycleLR(
            optimizer, 1.0, total, pct_start=pct, div_factor=div, final_div_factor=final_div
        )

    same(ours(f"one-cycle:{pct}:{div}:{final_div}", epochs, steps), torchs(make, total)[:total])


@pytest.mark.parametrize("floor", [0.0, 0.05])
@pytest.mark.parametrize(("epochs", "steps"), LENGTHS)
def test_linear_is_torchs(epochs: int, steps: int, floor: float) -> None:
    total = epochs * steps
    same(
        ours(f"linear:floor={floor}", epochs, steps),
        torchs(lambda o: lr_scheduler.LinearLR(o, 1.0, floor, total), total),
    )


def test_linear_rises_first_where_asked_and_stays_at_the_floor_past_its_end() -> None:
    schedule = build("linear:warmup=2:floor=0.1")
    values = [schedule(Progress(e, 12)) for e in (0, 1, 2, 7, 12, 15)]
    assert values == pytest.approx([0, 0.5, 1, 0.55, 0.1, 0.1])
    assert build("linear:warmup=5")(Progress(5, 5)) == 1


def test_one_cycle_begins_peaks_and_ends_where_it_says() -> None:
    """Of 10 steps, the third has the peak, and the last has the end."""
    factors = ours("onecycle", 1, 10)
    assert [factors[step] for step in (0, 2, 9)] == pytest.approx([1 / 25, 1, 1 / 25e4])
    # By hand: four of the seven steps down, of which half a cosine leaves (1 + cos(4 pi / 7)) / 2.
    end, rest = 1 / 25e4, (1 + math.cos(math.pi * 4 / 7)) / 2
    assert factors[6] == pytest.approx(end + (1 - end) * rest)


def test_one_cycle_without_a_rise_begins_at_the_peak() -> None:
    """A tenth of 10 steps is the first one."""
    assert ours("one-cycle:0.1", 2, 5)[0] == 1


@pytest.mark.parametrize("pct", [0, 1])
def test_one_cycle_needs_a_rise_and_a_fall(pct: int) -> None:
    with pytest.raises(BadOption, match="pct must lie between 0 and 1"):
        build(f"one-cycle:{pct}")


TEXTS = st.one_of(
    st.just("constant"),
    st.builds("step:{}:{!r}".format, st.integers(1, 300), st.floats(0, 1)),
    st.builds("linear:{!r}:{!r}".format, st.floats(0, 300), st.floats(0, 1)),
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
