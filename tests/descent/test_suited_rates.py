"""The learning rate that suits a surface, and who takes it by default."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers.descents import choose_optimizer, surface_of

import dlvc_cli as dlvc
from dlvc_cli.descent.suited_rates import default_rate, steepest_curvature, suited_rate
from dlvc_cli.events import Notice


def test_the_steepest_curvature_is_that_of_any_direction():
    row, column = np.mgrid[0:11, 0:21].astype(float)
    assert steepest_curvature(surface_of(0.01 * column * row)) == pytest.approx(0.01)
    assert steepest_curvature(surface_of(0.3 * column**2 - row**2)) == pytest.approx(2)
    # The Hessian (2, 1; 1, 2) has eigenvalues 1 and 3.
    both = surface_of(column**2 + column * row + row**2)
    assert steepest_curvature(both) == pytest.approx(3)
    assert steepest_curvature(surface_of(np.eye(2))) == 0


@pytest.mark.parametrize("formula", ["x", "-x", "pi*x", "1e6 + x", "x/3 - y/7"])
def test_a_plane_has_no_curvature_but_a_rate(formula):
    surface = dlvc.descend(formula, max_steps=1).surface
    assert steepest_curvature(surface) == 0
    steepest = max(float(np.abs(np.diff(surface.values, axis=axis)).max()) for axis in (0, 1))
    assert suited_rate(surface) == float(f"{99.9 / steepest:.1g}")


def test_the_rate_is_the_lower_of_what_curvature_and_size_bear():
    column = np.arange(101.0)
    waves = surface_of(np.tile(0.5 + 0.5 * np.cos(math.tau * column / 20), (101, 1)))
    # The second difference at a crest: 2 * 0.5 (1 - cos(tau / 20)) = 0.0489; 1 / 0.0489 = 20.4.
    assert suited_rate(waves) == 20
    # The steepest slope of a wide bowl, at its edge: (50^2 - 49^2) / 50^2; a tenth is 10 units.
    bowl = surface_of(np.tile(((column - 50) / 50) ** 2, (101, 1)))
    assert suited_rate(bowl) == float(f"{10 / (99 / 2500):.1g}") == 300
    assert suited_rate(surface_of(np.ones((5, 5)))) is None


@pytest.mark.parametrize(
    ("optimizer", "share"),
    [
        ("gd", 1),
        ("sgd", 1),
        ("momentum", 0.1),
        ("nesterov", 0.1),
        ("nesterov:0.5", 0.5),
        ("sgd:momentum=0.75:nesterov=yes", 0.25),
        ("torch:SGD", 1),
        ("adam", None),
        ("adagrad", None),
        ("rmsprop", None),
        ("rmsprop:momentum=0.5", None),
        ("torch:NAdam", None),
    ],
)
def test_who_moves_by_rate_and_gradient_takes_the_surface_s(optimizer, share):
    surface = dlvc.descend("x**2 + 3*y**2", max_steps=1).surface
    choice, suited = choose_optimizer(optimizer), suited_rate(surface)
    own = choice.spec.learning_rates.descent
    expected = own if share is None else float(f"{suited * share:.1g}")
    assert suited == 30_000 and default_rate(surface, choice) == expected
    named = dlvc.descend("quadratic", max_steps=1).surface
    assert default_rate(named, choice) == own


@pytest.mark.parametrize(
    "formula",
    ["x**2 + 3*y**2", "x**2 + x*y + 2*y**2", "sqrt(x**2 + y**2 + 1)", "abs(x) + abs(y)", "x*x"],
)
def test_all_of_these_reach_the_minimum_from_the_default_start(formula):
    walks = dlvc.descend(formula, optimizer="sgd,momentum,nesterov,adam", domain=(-5, 5))
    assert all(walk.reason == "gradient" and walk.steps < 2000 for walk in walks)
    assert max(walk.distance for walk in walks) < 1


def said_and_walked(*args, **options):
    said = []
    descent = dlvc.descend(*args, view=said.append, **options)
    return [event.text for event in said if isinstance(event, Notice)], descent


def test_the_rate_is_said_and_recorded():
    said, descent = said_and_walked("x**2 + 3*y**2", domain=(-5, 5))
    assert said == [
        "lr 30000: the surface is flat for the usual 10. --lr sets another.",
    ]
    assert descent[0].trial.label == "sgd lr 30000" and descent.config.lr == 30_000
    assert descent.command == "dlvc gd 'x**2 + 3*y**2' --lr 30000 --domain=-5,5"
    # Rates that differ can't be said at once: the labels tell.
    said, descent = said_and_walked("x**2", domain=(-5, 5), optimizer="gd,momentum", grid=3)
    assert [walks.trial.label for walks in descent.trials] == ["gd lr 0.2", "momentum lr 0.02"]
    assert "is steep for the usual 10" in said[0] and "--lr" not in descent.command


@pytest.mark.parametrize("options", [{"lr": 10}, {"sweep": "lr=5,10"}, {"optimizer": "adam"}])
def test_a_rate_that_is_asked_for_stays(options):
    said, descent = said_and_walked("x**2 + 3*y**2", domain=(-5, 5), max_steps=2, **options)
    assert not any("usual" in text for text in said)
    assert all(walks.trial.lr <= 10 for walks in descent.trials)


def test_a_sweep_of_something_else_has_the_rate_of_each():
    _, descent = said_and_walked("x**2 + 3*y**2", sweep="beta=0,0.9")
    assert [walks.trial.lr for walks in descent.trials] == [30_000, 3000]
    assert [walks.trial.label for walks in descent.trials] == ["beta 0", "beta 0.9"]
