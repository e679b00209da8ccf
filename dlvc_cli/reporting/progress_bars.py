"""Progress bars of live views."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from dlvc_cli.reporting.look import Look, line

__all__ = ["bars"]


def bars(rows: Sequence[tuple[str, float, str]], look: Look) -> list[Text]:
    """Progress bars between a label and a value, aligned with each other."""
    before = max(len(label) for label, _, _ in rows)
    after = max(len(value) for _, _, value in rows)
    room = look.width - before - after - 4
    full, empty = look.letter("━"), look.letter("─")
    lines = []
    for label, share, value in rows:
        row = line(f"{label:<{before}}  ")
        if room >= 4:
            filled = round(min(max(share, 0.0), 1.0) * room)
            row.append(full * filled, "green")
            row.append(empty * (room - filled) + "  ", "bright_black")
        lines.append(row.append(value))
    return lines
