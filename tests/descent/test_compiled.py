"""Array rules against torch.optim, and the three engines against each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from helpers.descents import descend_on, noise
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent import compiled
from dlvc_cli.descent.steppers import RuleStepper
from dlvc_cli.registry.registry import Choice, registry

RULED = [
    "gd",
    "sgd",
    "sgd:momentum=0.5",
    "sgd:momentum=0.9:nesterov=yes",
    "momentum",
    "nesterov",
    "nesterov:0.3",
    "adagrad",
    "adagrad:eps=0.1",
    "rmsprop",
    "rmsprop:alpha=0.9:momentum=0.5",
    "rmsprop:centered=yes",
    "adam",
    "adam:beta1=0.5:beta2=0.9:eps=0.01",
    "adamw",
]


def choose(text: str) -> Choice:
    return registry().choose("optimizers", text)


def rule_of(choice: Choice) -> Rule:
    return choice.spec.rule(**choice.values)


def test_every_builtin_optimiser_has_a_rule_and_is_tested_here():
    names = {offer.name for offer in registry().offers("optimizers") if offer.plugin.builtin}
    assert {text.partition(":")[0] for text in RULED} == names
    assert all(choose(name).spec.rule is not None for name in names)


@pytest.mark.parametrize("text", RULED)
@given(seed=st.integers(0, 1000), lr=st.floats(0.01, 10))
@settings(max_examples=10, deadline=None)
def test_a_rule_is_the_update_of_its_torch_optimiser(text: str, seed: int, lr: float):
    choice = choose(text)
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


@pytest.fixture
def without_numba(monkeypatch):
    def refuse(*arguments: Any) -> None:
        raise ImportError("numba")

    return lambda: monkeypatch.setattr(compiled, "CompiledEngine", refuse)


@pytest.mark.parametrize("text", RULED)
def test_alone_compiled_and_in_numpy_a_walk_is_the_same_to_the_last_bit(text, without_numba):
    options: dict[str, Any] = {"optimizer": text, "max_steps": 300, "eps": 0.7}
    kernel = descend_on(noise(), random_starts=12, seed=3, **options)
    alone = [descend_on(noise(), start=(walk.start,), **options)[0] for walk in kernel]
    without_numba()
    batch = descend_on(noise(), warnings_fail=False, random_starts=12, seed=3, **options)

    for walk, single, row in zip(kernel, alone, batch, strict=True):
        assert walk.reason == single.reason == row.reason
        assert np.array_equal(walk.path, single.path)
        assert np.array_equal(walk.path, row.path)
        assert walk.end == tuple(walk.path[-1]) and walk.steps == len(walk.path) - 1
        assert walk.norm == single.norm == row.norm


def test_kept_paths_do_not_change_a_walk():
    few = descend_on(noise(), random_starts=100, max_steps=50)
    many = descend_on(noise(), random_starts=101, max_steps=50)

    assert few[0].path is not None and many[0].path is None
    assert [walk.end for walk in few] == [walk.end for walk in many][:100]


def test_the_cache_of_compiled_rules_notices_a_change(tmp_path):
    modules = []
    for name, factor in (("first", "1"), ("second", "2"), ("third", "1")):
        file = tmp_path / f"{name}.py"
        file.write_text(
            f"factor = {factor}\n"
            "def update(x, gradient, state, step, lr, settings, xp):\n"
            "    return x - factor * lr * gradient, state\n"
        )
        spec = compiled.importlib.util.spec_from_file_location(name, file)
        loaded = compiled.importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        modules.append(compiled._load(Rule(update=loaded.update), tmp_path))
    assert modules[0] is not modules[1] and modules[0] is modules[2]
