"""Numbers and names as all views write them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlvc_cli.events import RunEnded, RunStarted

__all__ = [
    "about",
    "count",
    "decimals",
    "device",
    "duration",
    "ending",
    "file_size",
    "percent",
    "pixels",
    "short_count",
    "shorten",
    "sizes",
    "value",
]


def decimals(value: Any, digits: int = 4) -> str:
    """``0.8644``; ``-`` for a value that is missing or not finite."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "-"
    return f"{value:.{digits}f}"


def count(value: float) -> str:
    """``1,234``."""
    return f"{value:,.0f}" if math.isfinite(value) else "-"


def percent(share: float, digits: int = 0) -> str:
    """``12%``; a few are never shown as none, nor almost all as all."""
    least = 10.0 ** -(digits + 2)
    if 0 < share < least:
        return f"<{least:.{digits}%}"
    return f">{1 - least:.{digits}%}" if 1 - least < share < 1 else f"{share:.{digits}%}"


def value(number: float) -> str:
    """``0.50116``, five decimals; what these would show as 0 as ``1.9e-06``."""
    if 0 < abs(number) < 5e-6:
        return f"{number:.2g}"
    return f"{round(number, 5) + 0.0:.5f}"


def duration(seconds: float) -> str:
    """``12:03`` (minutes and seconds) or ``1:02:03``."""
    if not math.isfinite(seconds):
        return "-"
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> str:
    """``about 12 min``, ``about 2 h 40 min``, ``about 50 h``: an estimate, no finer than it is."""
    if seconds < 50:
        return "less than a minute"
    minutes = seconds / 60
    for below, step in ((20, 1), (55, 5), (300, 10), (600, 30)):
        if minutes < below:
            hours, rest = divmod(max(1, round(minutes / step)) * step, 60)
            parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest)
            return f"about {' '.join(parts)}"
    return f"about {round(minutes / 60)} h"


def ending(event: RunEnded) -> str:
    """``Finished: all 100 epochs are done.``"""
    state, reason = event.state.capitalize(), event.reason.rstrip(".")
    return f"{state}." if reason in ("", event.state) else f"{state}: {reason}."


def short_count(value: int) -> str:
    """``11.2M``, ``234k`` or ``980``: of parameters, and of what a network computes."""
    if value >= 1_000_000:
        return f"{value / 1e6:.3g}M" if value < 1e9 else f"{value / 1e9:.3g}B"
    return f"{value / 1e3:.0f}k" if value >= 10_000 else f"{value:,}"


def file_size(size: float) -> str:
    """``1.2 GB``, ``51 MB`` or ``3 kB``, in powers of a thousand."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size / 1e3:.0f} kB"


def sizes(started: RunStarted) -> str:
    """``11.2M parameters (1,026 trained)``."""
    text = f"{short_count(started.parameters)} parameters"
    if started.trainable == started.parameters:
        return text
    return f"{text} ({short_count(started.trainable)} trained)"


def pixels(size: Sequence[int], times: str = "x") -> str:
    """``200x300``: height and width; of a tensor all its sides, ``8x4x6``."""
    return times.join(map(str, size))


def device(started: RunStarted) -> str:
    """The device's name, and a GPU's memory."""
    if started.device_memory is None:
        return started.device
    return f"{started.device}, {started.device_memory / 2**30:.0f} GiB"


def shorten(text: str, width: int, ellipsis: str) -> str:
    """Cut the middle out of ``text`` so that it takes at most ``width`` characters."""
    if len(text) <= width:
        return text
    keep = max(width - len(ellipsis), 2)
    head = keep // 3
    return text[:head] + ellipsis + text[len(text) - (keep - head) :]
