"""What the tests of descent share: surfaces of their own, and descents on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent.engine import descend_plan
from dlvc_cli.descent.request_plan import plan_descent
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import Event, Notice, drain
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry

__all__ = [
    "RULED",
    "choose_optimizer",
    "descend_on",
    "noise",
    "rule_of",
    "scipy_heights",
    "surface_of",
    "wells",
]

RULED = [
    "muon",
    "muon:rest_momentum=0.5:matrices=0.2",
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
    "muon:0.6:0.8",
    "adam:beta1=0.5:beta2=0.9:eps=0.01",
    "adamw",
]
"""Every built-in optimiser, and settings that take other ways through its rule."""


def surface_of(values: Any, start: tuple[float, float] = (2.0, 2.0)) -> Surface:
    """A surface that is nothing but its values (rows, columns)."""
    return Surface("made up", np.asarray(values, dtype=np.float64), start, np.empty((0, 2)))


def noise(rows: int = 23, columns: int = 31, seed: int = 0) -> Surface:
    """A rough surface that is not square."""
    return surface_of(np.random.default_rng(seed).uniform(0, 1, (rows, columns)))


def wells() -> Surface:
    """Two smooth wells at (10, 20) and (45, 20), the second one deeper."""
    row, column = np.mgrid[0:41, 0:61].astype(np.float64)
    left = np.exp(-((column - 10) ** 2 + (row - 20) ** 2) / 120)
    right = np.exp(-((column - 45) ** 2 + (row - 20) ** 2) / 200)
    return surface_of(1 - 0.5 * left - 0.9 * right)


def descend_on(surface: Surface, *, warnings_fail: bool = True, **options: Any) -> Descent:
    """Descend with the options of ``DescentConfig`` on a surface that is no plugin's."""
    plan = plan_descent(registry(), DescentConfig(surface="madsen", **options))

    def check(event: Event) -> None:
        # A rule that could not be compiled would be walked by NumPy, and compared with itself.
        warned = isinstance(event, Notice) and event.level == "warning"
        assert not (warned and warnings_fail), event

    return drain(descend_plan(plan, surface), check)


def scipy_heights(surface: Any) -> Any:
    """SciPy's bilinear interpolation of a surface, a function of column and row."""
    grid = (np.arange(surface.rows), np.arange(surface.columns))
    interpolate = RegularGridInterpolator(grid, surface.values, method="linear")
    return lambda x, y: float(interpolate((y, x)))


def choose_optimizer(text: str) -> Choice:
    return registry().choose("optimizers", text)


def rule_of(choice: Choice) -> Rule:
    return choice.spec.rule(**choice.values)
