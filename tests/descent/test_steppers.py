"""Array rules and torch's optimisers, each against torch.optim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from helpers.descents import RULED, choose_optimizer, descend_on, noise, rule_of, wells
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli import BadOption, DlvcError
from dlvc_cli.descent.gradients import SampledField
from dlvc_cli.descent.steppers import RuleStepper
from dlvc_cli.registry.registry import registry


def test_every_builtin_optimiser_has_a_rule_and_is_tested_here():
    names = {offer.name for offer in registry().offers("optimizers") if offer.plugin.builtin}
    assert {text.partition(":")[0] for text in RULED} == names
    assert all(choose_optimizer(name).spec.rule is not None for name in names)


@pytest.mark.parametrize("text", RULED)
@given(seed=st.integers(0, 1000), lr=st.floats(0.01, 10))
@settings(max_examples=10, deadline=None)
def test_a_rule_is_the_update_of_its_torch_optimiser(text: str, seed: int, lr: float):
    choice = choose_optimizer(text)
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 100, (5, 2))
    parameter = torch.nn.Parameter(torch.tensor(points))
    optimizer = choice.build([parameter], lr=lr, weight_decay=0.0)
    stepper = RuleStepper(rule_of(choice), lr, len(points))

    for step in range(1, 40):
        gradients = rng.normal(size=(5, 2)) * 10.0 ** rng.integers(-4, 2)
        parameter.grad = torch.tensor(gradients)
        optimizer.step()
        points = stepper.move(points, gradients, step)
        # Torch's iterates of Nesterov's form are the points where the gradient is taken next.
        ahead = stepper.ahead(points)
        np.testing.assert_allclose(parameter.detach().numpy(), ahead, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("text", ["gd", "momentum", "adam", "rmsprop", "adagrad"])
def test_a_walk_by_rule_is_the_walk_of_torch(text: str):
    torch_names = {
        "gd": "torch:SGD",
        "momentum": "torch:SGD:momentum=0.9",
        "adam": "torch:Adam",
        "rmsprop": "torch:RMSprop",
        "adagrad": "torch:Adagrad",
    }
    options: dict[str, Any] = {"random_starts": 6, "max_steps": 60, "lr": 0.5}
    ours, theirs = (
        descend_on(noise(), optimizer=name, **options) for name in (text, torch_names[text])
    )

    assert [walk.reason for walk in ours] == [walk.reason for walk in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.path, other.path, rtol=1e-7, atol=1e-7)


def test_an_optimiser_that_mixes_its_rows_takes_a_single_start():
    options: dict[str, Any] = {"optimizer": "torch:Adafactor", "max_steps": 5}
    assert len(descend_on(noise(), start=((3.0, 3.0),), **options)) == 1
    with pytest.raises(DlvcError, match="mixes the points"):
        descend_on(noise(), random_starts=3, **options)


@pytest.mark.parametrize("name", ["torch:LBFGS", "torch:SparseAdam", "torch:Muon"])
def test_what_cannot_descend_is_refused_in_a_sentence(name):
    with pytest.raises(BadOption, match="cannot be used"):
        descend_on(noise(), optimizer=name)


@pytest.mark.parametrize("name", ["torch:Rprop", "torch:ASGD", "torch:NAdam", "torch:Adamax"])
def test_torch_optimisers_walk_a_batch_as_they_walk_one(name):
    starts = ((3.0, 4.0), (20.0, 10.0), (28.5, 20.25))
    batch = descend_on(noise(), optimizer=name, start=starts, max_steps=40)
    for walk in batch:
        alone = descend_on(noise(), optimizer=name, start=(walk.start,), max_steps=40)[0]
        np.testing.assert_allclose(walk.path, alone.path, rtol=1e-12)
        assert walk.reason == alone.reason


@pytest.mark.parametrize("name", ["Rprop", "Adam", "ASGD"])
def test_a_torch_optimiser_walks_as_in_a_plain_loop(name):
    surface = wells()
    walk = descend_on(surface, optimizer=f"torch:{name}", start=((14.5, 9.25),), lr=0.3)[0]
    field = SampledField(surface)
    parameter = torch.nn.Parameter(torch.tensor([[14.5, 9.25]], dtype=torch.float64))
    optimizer = getattr(torch.optim, name)([parameter], lr=0.3)
    for _ in range(walk.steps):
        parameter.grad = torch.tensor(field.gradient(parameter.detach().numpy()))
        optimizer.step()
    # Rprop pauses for a step where a slope changes its sign, and must not be stopped by that.
    assert walk.steps > 20
    assert walk.end == pytest.approx(parameter.detach().numpy()[0].tolist(), abs=1e-9)
