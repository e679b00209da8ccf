"""Arrays as text, exactly and short. ``assets/unpack.js`` is the other way.

An array becomes bytes, those of the same rank side by side, deflated, in base64. Of a surface's
values, only what sets them apart from a forecast is packed: see ``forecast``.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.reporting.descent.page.forecast import HIGHEST_ORDER, Forecast, choose_forecast

__all__ = ["pack", "pack_grid"]


def pack(array: NDArray[Any], kind: str) -> dict[str, Any]:
    """An array as ``{type, count, data}``.

    Args:
        array: of any shape; it is packed row by row.
        kind: the type of its numbers, of NumPy's names.
    """
    flat = np.ascontiguousarray(array).ravel().astype(np.dtype(kind).newbyteorder("<"))
    text = base64.b64encode(_deflated(flat)).decode("ascii")
    return {"type": kind, "count": len(flat), "data": text}


def _deflated(flat: NDArray[Any]) -> bytes:
    return zlib.compress(flat.view(np.uint8).reshape(-1, flat.dtype.itemsize).T.tobytes(), 9)


def pack_grid(values: NDArray[Any]) -> dict[str, Any]:
    """Numbers on a grid, (rows, columns) of float64 or uint16, as what is left of them by a
    ``forecast``."""
    forecast = choose_forecast(values, _length)
    rest = _rest(values, forecast)
    return {
        "forecast": {"order": list(forecast.order), "mirrors": list(forecast.mirrors)},
        **pack(rest, rest.dtype.name),
    }


def _rest(values: NDArray[Any], forecast: Forecast) -> NDArray[Any]:
    """How far the values' bits, as whole numbers, are from the forecast's; 0, -1, 1, -2 ... become
    0, 1, 2, 3 ..., so that near ones have leading zeros. Whole numbers wrap around."""
    signed = np.dtype(f"i{values.dtype.itemsize}")
    rest = values.view(signed) - forecast.of(values).view(signed)
    folded: NDArray[Any] = (rest << 1) ^ (rest >> (8 * values.dtype.itemsize - 1))
    return folded.view(f"u{values.dtype.itemsize}")


def _length(values: NDArray[Any], forecast: Forecast) -> int:
    # The first rows have too few neighbours above them to tell of a forecast's worth.
    return len(_deflated(_rest(values, forecast)[HIGHEST_ORDER:].ravel()))
