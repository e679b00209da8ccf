"""``dlvc.descend``: gradient descent from Python, and what the command line runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Unpack

from dlvc_cli.api.keywords import DescentOptions
from dlvc_cli.descent.engine import descend_plan, prepare_surface
from dlvc_cli.descent.request import plan_request
from dlvc_cli.descent.request_plan import DescentPlan
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import Event, drain

__all__ = ["ShownDescent", "descend", "describe_surface", "run_plan"]

# Minima along a curve are too many to list.
_LISTED = 8


class ShownDescent(Descent):
    """A descent that can be drawn; a notebook shows its figure."""

    def save(self, path: str | Path) -> None:
        """Draw it: a figure (.png, .svg, .pdf), an animation (.gif) or a page (.html); or write
        its positions as a table (.csv).

        Raises:
            DlvcError: another suffix, or the file can't be written.
        """
        from dlvc_cli.reporting.descent.drawing import draw
        from dlvc_cli.reporting.descent.records import write_csv

        target = Path(path)
        if target.suffix.lower() == ".csv":
            write_csv(self, target)
        else:
            draw(self, target)

    def _repr_png_(self) -> bytes:
        from dlvc_cli.reporting.descent.drawing import png

        return png(self)


def descend(
    surface: str | Path,
    *,
    view: Callable[[Event], Any] | None = None,
    **options: Unpack[DescentOptions],
) -> ShownDescent:
    """Descend on a surface.

    Args:
        surface: a name (``schaffer``, ``beale:form=textbook``), a formula (``x**2 + 3*y**2``), or
            an image file: of a coloured one, its luminance.
        view: is called with every event.
        options: those of ``dlvc gd`` by name: ``start=(400, 500)`` or several starts, ``lr``,
            ``eps``, ``beta``, ``nesterov``, ``optimizer``, ``max_steps`` ...

    Returns:
        A sequence of walks, each with ``.path`` (steps + 1, 2), ``.end``, ``.value``, ``.steps``
        and ``.reason``; where there is one walk, these are attributes of the result too. Of a walk
        of very many steps, ``.path`` is a choice; ``.path_steps`` are the numbers of its steps.

    Raises:
        DlvcError: a name, an option or the image is wrong.
    """
    plan = plan_request({"surface": str(surface), **options})
    return run_plan(plan, prepare_surface(plan), view or (lambda event: None))


def run_plan(
    plan: DescentPlan, surface: Surface, view: Callable[[Event], Any], keep_paths: bool = True
) -> ShownDescent:
    """Walk, handing all events to ``view``; of up to 100 walks keep the paths."""
    return ShownDescent(**vars(drain(descend_plan(plan, surface, keep_paths), view)))


def describe_surface(name: str) -> dict[str, Any]:
    """Return what is known of a surface: its formula's minima, and those of its grid.

    Raises:
        UsageError: there is no such surface, or a parameter is wrong.
        PluginError: it can't be sampled.
    """
    from dlvc_cli.descent.basins import count_minima

    plan = plan_request({"surface": name})
    surface = prepare_surface(plan)
    frame, minima = surface.frame, count_minima(surface)
    assert frame is not None
    size = (surface.rows, surface.columns)
    points = [frame.to_plane(x, y, size) for x, y in surface.known]
    return {
        "formula": frame.formula.text,
        "x_along": frame.x_along,
        "start": list(surface.start),
        "minima": [[float(x), float(y)] for x, y in points[:_LISTED]],
        "minima_in_grid_units": surface.known[:_LISTED].tolist(),
        # A formula may not tell where its minima are.
        "number_of_minima": len(surface.known) or None,
        "grid": f"{surface.columns} x {surface.rows}",
        "lowest_of_the_grid": minima.value,
        "lowest_at": [list(minima.lowest)],
        "local_minima_of_the_grid": minima.count,
        "of_these_at_the_border": minima.at_border,
        "grid_points_without_a_lower_neighbour": minima.points,
    }
