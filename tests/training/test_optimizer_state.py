"""An optimiser's state: saved and taken back by every optimiser there is, or refused."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
import torch
from helpers.offered import MADE_UP
from helpers.optimizers import network, train

from dlvc_cli import LearningRates, OptimizerSpec, PluginError
from dlvc_cli.registry.offers import Choice, Offer
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.optimizer_state import (
    restore_optimizer,
    state_of_optimizer,
    try_optimizer,
)


def named(factory) -> Choice:
    rates = LearningRates(scratch=0.1, finetune=0.1, descent=0.1)
    spec = OptimizerSpec(name="odd", summary="Odd.", factory=factory, learning_rates=rates)
    return Choice(Offer(spec, MADE_UP), {})


def stepped(choice: Choice, net: torch.nn.Module) -> torch.optim.Optimizer:
    optimizer = choice.build(net.parameters(), lr=0.01, weight_decay=0.0)
    train(net, optimizer, range(1))
    return optimizer


def every_optimizer() -> list[str]:
    own = [offer.name for offer in registry().offers("optimizers")]
    return own + [offer.name for offer in registry().search("optimizers", "torch:*")]


@pytest.mark.parametrize("name", every_optimizer())
def test_every_optimizer_takes_its_state_back_as_it_was(name):
    choice, net = registry().choose("optimizers", name), network()
    if name in ("torch:LBFGS", "torch:SparseAdam"):
        pytest.skip("no network is trained with it")
    try:
        optimizer = stepped(choice, net)
    except RuntimeError as error:
        pytest.skip(f"it does not train this network: {error}")
    fresh = choice.build(net.parameters(), lr=0.01, weight_decay=0.0)
    assert try_optimizer(optimizer, fresh, choice) is None


def keeping(make):
    """An optimiser that keeps what ``make`` makes of a parameter in its state."""

    class Keeping(torch.optim.SGD):
        def step(self, closure=None):
            super().step(closure)
            for group in self.param_groups:
                for parameter in group["params"]:
                    self.state[parameter]["kept"] = make(parameter)

    return lambda parameters, lr, weight_decay: Keeping(parameters, lr, weight_decay=weight_decay)


def attempt(make):
    choice, net = named(keeping(make)), network()
    optimizer = stepped(choice, net)
    fresh = choice.build(net.parameters(), lr=0.01, weight_decay=0.0)
    return try_optimizer(optimizer, fresh, choice), optimizer, fresh


def test_numbers_of_numpy_are_taken_back_as_they_were():
    problem, optimizer, fresh = attempt(lambda parameter: np.float32(0.1))
    assert problem is None
    kept = [type(state["kept"]) for state in fresh.state.values()]
    assert kept == [np.float32] * len(optimizer.state)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda parameter: deque(), r"has a collections\.deque in its state, at \['state'\]"),
        (lambda parameter: torch.Generator(), "Generator"),
        (lambda parameter: np.zeros(3), "cannot take its own state back"),
    ],
)
def test_a_state_that_cannot_be_had_back_is_refused_and_the_plugin_named(make, said):
    with pytest.raises(PluginError, match=f"^optimizer odd of plugin made-up .*{said}"):
        attempt(make)


def test_a_state_that_changes_on_the_way_is_said():
    # torch makes it float32, as the parameters are.
    problem, _, _ = attempt(lambda parameter: torch.zeros(3, dtype=torch.float64))
    assert problem is not None and "changes when it is read back" in problem


def test_what_was_saved_is_what_training_goes_on_with():
    choice = registry().choose("optimizers", "adam")
    net = network()
    optimizer = stepped(choice, net)
    saved = state_of_optimizer(optimizer, choice)
    fresh = choice.build(net.parameters(), lr=0.5, weight_decay=0.0)
    restore_optimizer(fresh, saved)
    assert fresh.param_groups[0]["lr"] == 0.01
    assert all(state["step"] == 1 for state in fresh.state.values())
