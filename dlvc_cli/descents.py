"""``dlvc.descend``: gradient descent from Python, and what the command line runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from dlvc_cli.config import DescentConfig
from dlvc_cli.descent.engine import descend_plan, prepare_surface
from dlvc_cli.descent.plan import DescentPlan, plan_descent
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.errors import BadOption
from dlvc_cli.events import Event
from dlvc_cli.options import check_keys
from dlvc_cli.registry import registry

__all__ = ["ShownDescent", "descend", "plan_request", "run_plan"]


class ShownDescent(Descent):
    """A descent that can be drawn; a notebook shows its picture."""

    def save(self, path: str | Path) -> None:
        """Draw it: a picture (.png, .svg, .pdf), an animation (.gif) or a page (.html); or write
        its positions as a table (.csv).

        Raises:
            DlvcError: another suffix, or the file can't be written.
        """
        from dlvc_cli.reporting.descent.figures import draw
        from dlvc_cli.reporting.descent.records import write_csv

        target = Path(path)
        if target.suffix.lower() == ".csv":
            write_csv(self, target)
        else:
            draw(self, target)

    def _repr_png_(self) -> bytes:
        from dlvc_cli.reporting.descent.figures import picture

        return picture(self)


def descend(
    surface: str | Path, *, view: Callable[[Event], Any] | None = None, **options: Any
) -> ShownDescent:
    """Descend on a surface.

    Args:
        surface: a name (``schaffer``, ``beale:form=textbook``) or the path of a grayscale PNG.
        view: is called with every event.
        options: those of ``dlvc gd`` by name: ``start=(400, 500)`` or several starts, ``lr``,
            ``eps``, ``beta``, ``nesterov``, ``optimizer``, ``max_steps`` ...

    Returns:
        A sequence of walks, each with ``.path`` (steps + 1, 2), ``.end``, ``.value``, ``.steps``
        and ``.reason``; where there is one walk, these are attributes of the result too.

    Raises:
        DlvcError: a name, an option or the picture is wrong.
    """
    plan = plan_request({"surface": str(surface)} | options)
    return run_plan(plan, prepare_surface(plan), view or (lambda event: None))


def plan_request(given: dict[str, Any]) -> DescentPlan:
    """Check options by name, as ``descend`` takes them, and plan the descent."""
    values = dict(given)
    for name, several in (("start", _pairs), ("domain", _numbers), ("sweep", _words)):
        if name in values and values[name] is not None:
            values[name] = several(values[name])
    if not isinstance(values.get("optimizer", ""), str):
        values["optimizer"] = ",".join(values["optimizer"])
    check_keys(DescentConfig, values, "options")
    return plan_descent(registry(), DescentConfig(**values))


def run_plan(plan: DescentPlan, surface: Surface, view: Callable[[Event], Any]) -> ShownDescent:
    """Walk, handing all events to ``view``."""
    events = descend_plan(plan, surface)
    while True:
        try:
            view(next(events))
        except StopIteration as end:
            descent: Descent = end.value
            return ShownDescent(**vars(descent))


def _pairs(value: Any) -> tuple[tuple[float, float], ...]:
    """One start or several, as (column, row)."""
    try:
        points = np.atleast_2d(np.asarray(value, dtype=np.float64))
    except (TypeError, ValueError):
        points = np.empty((0, 0))
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise BadOption(f"A start is a column and a row, (400, 500), not {value!r}.")
    return tuple((float(column), float(row)) for column, row in points)


def _numbers(value: Any) -> tuple[float, ...]:
    try:
        return tuple(float(number) for number in value)
    except (TypeError, ValueError):
        raise BadOption(f"A domain is a pair of numbers, (-5, 5), not {value!r}.") from None


def _words(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
