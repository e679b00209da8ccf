"""From a surface plugin to values on a grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from dlvc_cli.contract.formula import Formula
from dlvc_cli.contract.specs import SurfaceSpec
from dlvc_cli.descent.poles import find_pole
from dlvc_cli.descent.surface import Array, Frame, Surface
from dlvc_cli.errors import BadOption, DlvcError, PluginError
from dlvc_cli.registry.offers import Choice, guarded

__all__ = ["sample"]

# Default starts are meant for a grid of this size.
_SPEC_GRID = 1000


def sample(
    choice: Choice, name: str, domain: tuple[float, float] | None = None, grid: int = _SPEC_GRID
) -> Surface:
    """Sample a surface on a square grid, both ends of the domain included, scaled to [0, 1].

    Values are divided by their maximum; where some are negative, the least becomes 0 first.

    Args:
        name: what the surface was called.
        domain: range of x and y; by default the surface's own.
        grid: points along each side.

    Raises:
        PluginError: the factory returns no formula, or one that fails, or doesn't give one finite
            value a point of the surface's own domain.
        BadOption: it doesn't on a domain, or with a formula, of the user's own.
    """
    spec: SurfaceSpec = choice.spec
    # Of a family's member all is the user's: nobody else has said what it is, and where.
    own = bool(choice.offer.prefix)
    owner = f"surface {name}" + ("" if own else f" of plugin {choice.offer.plugin.name}")
    wrong = BadOption if own or domain else PluginError
    formula = _build(choice, owner)
    frame = Frame(formula, spec.source, domain or spec.domain, spec.x_along)
    size = (grid, grid)
    side = np.arange(grid, dtype=np.float64)
    x, y = frame.to_plane(*np.meshgrid(side, side), size)
    raw = guarded(choice.offer, _evaluate, frame, x, y)
    if raw.shape != size:
        raise PluginError(f"{owner} gives values of shape {raw.shape} for points of shape {size}.")
    _check_finite(raw, frame, x, y, owner, wrong)
    if wrong is BadOption:
        _check_poles(raw, partial(guarded, choice.offer, _evaluate, frame), frame, owner)
    offset = min(float(raw.min()), 0.0)
    scale = float(raw.max()) - offset
    if raw.max() == raw.min():
        raise wrong(f"{owner} is constant here: there is nothing to descend.")
    if not np.isfinite(scale):
        raise wrong(f"{owner} has values too far apart for floats. Try a smaller --domain.")
    frame = replace(frame, offset=offset, scale=scale)
    finer = (grid - 1) / (_SPEC_GRID - 1)
    column, row = spec.start or ((_SPEC_GRID - 1) / 4,) * 2
    start = (column * finer, row * finer)
    known = _known(spec, frame, size)
    return Surface(name, (raw - offset) / scale, start, known, frame, lr_by=spec.lr_by)


def _build(choice: Choice, owner: str) -> Formula:
    formula = choice.build()
    if not isinstance(formula, Formula):
        raise PluginError(
            f"The factory of {owner} must return a dlvc_cli.Formula, not {type(formula).__name__}."
        )
    return formula


def _check_finite(
    raw: Array, frame: Frame, x: Array, y: Array, owner: str, wrong: type[DlvcError]
) -> None:
    """Refuse values that are no finite numbers, and say where the first of them is."""
    bad = ~np.isfinite(raw)
    if not bad.any():
        return
    place = np.unravel_index(bad.argmax(), bad.shape)
    low, high = frame.domain
    raise wrong(
        f"{owner} is not finite everywhere between {low:g} and {high:g}: it is {raw[place]:g} at "
        f"x = {x[place]:g}, y = {y[place]:g}, and at {bad.sum():,} of {bad.size:,} points. Try "
        "another --domain."
    )


def _check_poles(
    raw: Array, evaluate: Callable[[Array, Array], Array], frame: Frame, owner: str
) -> None:
    pole = find_pole(raw, lambda columns, rows: evaluate(*frame.to_plane(columns, rows, raw.shape)))
    if pole is not None:
        x, y = frame.to_plane(*pole, raw.shape)
        raise BadOption(
            f"{owner} has a pole by x = {_plain(x)}, y = {_plain(y)}, between two samples: it has "
            "no lowest or highest value there. Try another --domain."
        )


def _plain(coordinate: float) -> str:
    """A coordinate without the rounding of its way through the grid."""
    return f"{round(coordinate, 9) + 0.0:g}"


def _evaluate(frame: Frame, x: Array, y: Array) -> Array:
    with np.errstate(all="ignore"):
        values = np.asarray(frame.formula.function(x, y, np))
    if values.dtype.kind not in "fiub":
        raise TypeError(f"its values are of type {values.dtype}, not real numbers")
    return values.astype(np.float64)


def _known(spec: SurfaceSpec, frame: Frame, size: tuple[int, int]) -> Array:
    """The formula's minima that lie on the grid, (K, 2).

    None where the grid reaches beyond the surface's own domain: outside may be lower ones.
    """
    if frame.domain[0] < spec.domain[0] or frame.domain[1] > spec.domain[1]:
        return np.empty((0, 2))
    minima = np.array(frame.formula.minima, dtype=np.float64).reshape(-1, 2)
    points = frame.to_grid(minima, size)
    # Half a grid unit of grace: a minimum on the border must not be lost to rounding.
    points = points[((points > -0.5) & (points < np.array(size[::-1]) - 0.5)).all(axis=1)]
    return np.clip(points, 0, np.array(size[::-1]) - 1)
