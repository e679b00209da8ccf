"""What the tests of a descent's figures share: small descents, and images that were written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.descent.engine import descend_plan, prepare_surface
from dlvc_cli.descent.request_plan import DescentPlan, plan_descent
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import drain
from dlvc_cli.registry.registry import registry

__all__ = ["FEW", "opened", "plan_small", "small"]

FEW: dict[str, dict[str, Any]] = {
    "one walk": {},
    "a short walk": {"max_steps": 3, "lr": 0.01},
    "a walk of no step": {"start": ((0, 0),), "lr": 1e9},
    "several optimisers": {"optimizer": "gd,momentum,adam"},
    "both": {"optimizer": "gd,adam", "start": ((5, 5), (50, 20))},
    "twelve trials": {"optimizer": ",".join(f"sgd:momentum=0.{k}" for k in range(1, 10)) + ",adam"},
    "exact": {"exact": True},
    "a valley of minima": {"surface": "beale"},
    "a rough surface": {"surface": "schaffer", "start": ((10, 10), (50, 50))},
}
"""Options of descents of few walks, whose paths are drawn."""


def plan_small(surface: str = "himmelblau", **options: Any) -> DescentPlan:
    """Plan a descent on a named surface of few points."""
    options = {"grid": 60, "optimizer": "momentum", "max_steps": 300} | options
    return plan_descent(registry(), DescentConfig(surface=surface, **options))


def small(surface: str = "himmelblau", **options: Any) -> Descent:
    """Descend on a named surface of few points."""
    plan = plan_small(surface, **options)
    return drain(descend_plan(plan, prepare_surface(plan)), lambda event: None)


def opened(file: Path) -> Image.Image:
    """Read an image in colours."""
    with Image.open(file) as image:
        image.load()
        return image.convert("RGB")
