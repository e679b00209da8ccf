"""A third party's optimisers, as a plugin: some with a rule that a page can compute, some not."""

from __future__ import annotations

import functools
import math
from math import hypot as length
from typing import Any

import numpy as np

from dlvc_cli import LearningRates, OptimizerSpec, Param, Rule, hookimpl

LIMIT, HALF, NOTHING, HUGE, ON = 3, 0.5, 0, float("inf"), True
FIRST = -2
PAIR = (0.25, (2.0, 8))


def mixed(new, old, share=HALF, *, turn=False):
    if turn:
        return share * old + (1 - share) * new
    return share * new + (1.0 - share) * old


def swapped(values):
    a, b = values
    return b, a


def odd(x, gradient, state, step, lr, settings, xp):
    """Uses what a rule may use; </script> in it must not matter."""
    var, this = state
    function, (new), delete, switch = settings
    Infinity = 1 if switch else 0.25
    let: float = gradient
    if function > HALF and not new:
        let = mixed(gradient, var, share=delete)
    elif function == NOTHING or new:
        let = mixed(gradient, var, turn=True)
    else:
        let *= Infinity
    var = typeof = let
    for case in range(LIMIT):
        typeof += HALF * case / (1 + step)
    typeof -= (step % 3 == 0) * PAIR[1][0] + ON
    undefined, this = swapped((typeof, this))
    this = min(max(this, -LIMIT, -HUGE), LIMIT, xp.sqrt(abs(undefined)) + step // 2)
    β = 1 if 0 < function < 1 <= LIMIT else -1
    return x - lr * this / (1 + abs(var)) * β, (var, undefined)


def peek(x, state, settings):
    return x - HALF * state[FIRST] * settings[0]


def heavy(x, gradient, state, step, lr, settings, xp):
    (velocity,) = state
    velocity = settings[0] * velocity - lr * gradient
    return x + velocity, (velocity,)


def overflowing(x, gradient, state, step, lr, settings, xp):
    (grown,) = state
    return x - lr * gradient, ((grown + 1) * 1e200 * step,)


def overflown(x, state, settings):
    return x + (state[0] - state[0])


def curved(x, gradient, state, step, lr, settings, xp):
    push = math.tanh(gradient) + np.sign(gradient) * length(gradient, 1e-3) ** 1.5
    return x - lr * xp.exp(-step / 50) * push, state


def counting(x, gradient, state, step, lr, settings, xp):
    return x - lr * gradient / len(state), state


def odd_rule(mix: float = 0.75, damp: float = 0.1, sharp: bool = False) -> Rule:
    return Rule(update=odd, state=2, settings=(mix, False, damp, sharp), look_ahead=peek)


def heavy_rule(momentum: float = 0.9) -> Rule:
    if momentum == 0:
        raise ValueError("needs momentum")
    return Rule(update=heavy, state=1, settings=(momentum,))


def overflowing_rule() -> Rule:
    return Rule(update=overflowing, state=1, look_ahead=overflown)


def curved_rule() -> Rule:
    return Rule(update=curved)


def counting_rule() -> Rule:
    return Rule(update=counting, state=1)


def lambda_rule() -> Rule:
    return Rule(update=lambda x, gradient, state, step, lr, settings, xp: (x, state))


def partial_rule() -> Rule:
    return Rule(update=functools.partial(heavy), state=1, settings=(0.5,))


def careless_rule() -> Rule:
    return Rule(update=heavy, state=1, settings=None)  # type: ignore[arg-type]


def failing_rule() -> Rule:
    raise RuntimeError("no rule today")


def no_rule() -> Any:
    return "no rule"


RULES = {
    "odd": odd_rule,
    "heavy": heavy_rule,
    "overflowing": overflowing_rule,
    "curved": curved_rule,
    "counting": counting_rule,
    "lambda": lambda_rule,
    "partial": partial_rule,
    "careless": careless_rule,
    "failing": failing_rule,
    "something": no_rule,
}
PARAMS = {
    "odd": (
        Param("mix", float, 0.75, "of new and old", low=0, high=1),
        Param("damp", float, 0.1, "the share", low=0, high=math.inf),
    ),
    "heavy": (Param("momentum", float, 0.9, "decay of the velocity", low=0, high=1),),
}


@hookimpl
def dlvc_optimizers():
    return [
        OptimizerSpec(
            name=name,
            summary="Made up.",
            factory="torch.optim:SGD",
            rule=rule,
            params=PARAMS.get(name, ()),
            learning_rates=LearningRates(scratch=0.1, finetune=0.1, descent=2.0),
        )
        for name, rule in RULES.items()
    ]
