"""Numbers in figures: the ticks of an axis all in one form, and short whatever their size.

``0.50``, ``10,000``; where one of an axis would be long, all are ``3×10⁻⁹``, or their common power
of ten, or what they have in common, is said once, in the axis's label.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FixedLocator, Formatter, MaxNLocator, NullFormatter, NullLocator

if TYPE_CHECKING:
    from matplotlib.axis import Axis

__all__ = ["TickNumbers", "count_axis", "fits", "log_ticks", "number", "number_axis"]

# Numbers from the first up to the second are written out.
_LEAST, _MOST = 1e-4, 1e7
# Digits of a tick, beyond which a power of ten or a common part is taken out.
_DIGITS = 5
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """``0.534``, ``10,000`` or ``3×10⁻⁹``, to so many digits."""
    if not math.isfinite(value):
        return "-"
    return _plain(value, digits) if fits(value) else _power(value, digits)


def fits(value: float) -> bool:
    """Whether a number is written out, rather than as a power of ten."""
    return value == 0 or _LEAST <= abs(value) < _MOST


def _plain(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    text = f"{value:,.{max(places, 0)}f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


def _power(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = _signed(mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa)
    if not int(exponent):
        return mantissa
    power = _ten_to(int(exponent))
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa}×{power}")


def _ten_to(exponent: int) -> str:
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def _signed(text: str) -> str:
    """With the sign for minus, which is as wide as a plus."""
    return text.replace("-", "−")


class TickNumbers(Formatter):
    """Writes all ticks of an axis in one form.

    Args:
        label: of the axis.
        uneven: the ticks are of different sizes, as on a logarithmic axis: each has its own digits.

    Attributes:
        label: of the axis, with what the numbers at it leave out.
    """

    def __init__(self, label: str, uneven: bool = False) -> None:
        self._label, self.label = label, label
        self._uneven = uneven

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the text of each tick."""
        seen = [float(value) for value in values if math.isfinite(value)]
        self.label = self._label
        if self._uneven:
            write = _plain if all(map(fits, seen)) else _power
            return [write(value, 3) for value in seen]
        return self._even(seen)

    def __call__(self, value: float, pos: int | None = None) -> str:
        """Return the text of a tick alone."""
        return number(value)

    def _even(self, values: list[float]) -> list[str]:
        """Of ticks at even distances: as many decimals as these need, and no more digits."""
        if len(values) < 2:
            return [number(value, 6) for value in values]
        step = min(abs(high - low) for low, high in itertools.pairwise(values))
        largest = max(map(abs, values))
        if not step or not math.isfinite(step):
            return [number(value) for value in values]
        common = 0.0
        if largest / step > 10**_DIGITS:
            # What they have in common, rounded to some steps, so that it is short.
            unit = 10.0 ** (math.floor(math.log10(step)) + 2)
            common = round(values[0] / unit) * unit if unit else 0.0
            common = float(f"{common:.12g}")
            values = [value - common for value in values]
            largest = max(map(abs, values))
        exponent = math.floor(math.log10(largest))
        low = math.floor(math.log10(step) + 1e-9)
        shift = 0 if _LEAST * 10 <= largest < _MOST and low >= -_DIGITS else exponent
        self.label = _with(self._label, common, shift)
        scaled = [value / 10.0**shift if shift > -308 else value * 10.0**-shift for value in values]
        decimals = _decimals(scaled)
        return [_signed(f"{value + 0.0:,.{decimals}f}") for value in scaled]


def _with(label: str, common: float, shift: int) -> str:
    """A label that says what was taken out of the numbers: ``value − 0.5 (×10⁻⁹)``."""
    if common:
        sign = "−" if common > 0 else "+"
        label = f"{label} {sign} {number(abs(common), 12)}".strip()
    return f"{label} (×{_ten_to(shift)})".strip() if shift else label


def _decimals(values: Sequence[float]) -> int:
    """The least number of decimals by which none of the values changes much."""
    step = min(abs(high - low) for low, high in itertools.pairwise(values))
    for decimals in range(_DIGITS + 2):
        if all(abs(round(value, decimals) - value) < step / 100 for value in values):
            return decimals
    return _DIGITS + 2


def number_axis(axis: Axis, label: str, low: float, high: float, *, most: int = 6) -> None:
    """Give an axis its ticks, their numbers and its label.

    Args:
        low, high: what it shows.
        most: so many ticks at most, about.
    """
    log = axis.get_scale() == "log"
    if log:
        axis.set_major_locator(FixedLocator(log_ticks(low, high, most)))
        axis.set_minor_locator(NullLocator())
    else:
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(TickNumbers(label, uneven=log))
    axis.set_minor_formatter(NullFormatter())
    axis.set_label_text(label)


def count_axis(axis: Axis, label: str, *, most: int = 5) -> None:
    """Give an axis of things that are counted its ticks, all at whole numbers, and its label.

    Args:
        most: so many ticks at most, about.
    """
    steps = [1, 2, 5, 10]
    axis.set_major_locator(MaxNLocator(most, steps=steps, integer=True, min_n_ticks=1))
    axis.set_major_formatter("{x:,.0f}")
    axis.set_label_text(label)


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round values from ``low`` to ``high`` at about even distances on a logarithmic axis.

    Args:
        most: so many at most.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for digits in ((1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0), (1.0, 2.0, 5.0), (1.0, 3.0)):
        ticks = [float(f"{d}e{e}") for e in range(first, last + 1) for d in digits]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if 2 < len(ticks) <= most:
            return ticks
    decades = range(first, last + 1)
    ticks = [tick for e in decades if low <= (tick := float(f"1e{e}")) <= high]
    if len(ticks) > 2:
        return ticks[:: math.ceil(len(ticks) / most)]
    linear = np.asarray(MaxNLocator(most - 1).tick_values(low, high)).tolist()
    return [tick for tick in linear if low <= tick <= high]
