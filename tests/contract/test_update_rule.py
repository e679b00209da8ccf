"""Rules check themselves."""

from __future__ import annotations

import pytest

from dlvc_cli import Rule, SpecError


def update(x, gradient, state, step, lr, settings, xp):
    return x - lr * gradient, state


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"update": None}, "update must be a function"),
        ({"look_ahead": "mine:ahead"}, "look_ahead must be a function"),
        ({"state": -1}, "state must be how many"),
        ({"state": 1.0}, "state must be how many"),
        ({"state": True}, "state must be how many"),
        ({"settings": None}, "settings must be a tuple of numbers"),
        ({"settings": [0.9]}, "settings must be a tuple of numbers"),
        ({"settings": ("0.9",)}, "settings must be a tuple of numbers"),
    ],
)
def test_something_else_is_refused(wrong, says):
    with pytest.raises(SpecError, match=says):
        Rule(**{"update": update} | wrong)


def test_settings_may_be_any_real_numbers():
    assert Rule(update=update, settings=(1, 0.9, True, float("inf"))).state == 0
