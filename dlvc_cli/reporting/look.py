"""What a terminal can show: letters and colours of the live view, and where it must do without."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from dlvc_cli.events import Notice
from dlvc_cli.reporting.outside_text import shown

__all__ = ["ACCURACY", "BATCH", "TRAIN", "VAL", "Look", "line", "notice"]

# Names of the terminal's own palette: readable on dark and on light backgrounds.
TRAIN, VAL, ACCURACY, BATCH = "cyan", "magenta", "green", "bright_black"

_PLAIN = {"★": "*", "…": "...", " · ": " - ", "×": "x", "━": "#", "─": ".", "┤": "+", "│": "|"}


@dataclass(frozen=True)
class Look:
    """How to draw.

    Attributes:
        width, height: columns inside the panel, and rows of the terminal.
        ascii_only: the terminal's encoding has no other letters.
        no_color: nothing may be told by colour alone.
    """

    width: int
    height: int
    ascii_only: bool = False
    no_color: bool = False

    @property
    def wide(self) -> bool:
        """Whether there is room for two things side by side."""
        return self.width >= 64

    def letter(self, letter: str) -> str:
        """Return ``letter``, or what stands for it in ASCII."""
        return _PLAIN[letter] if self.ascii_only else letter


def notice(event: Notice) -> Text:
    """A notice as live views write it."""
    warning = event.level == "warning"
    text = f"Warning: {event.text}" if warning else event.text
    return Text(shown(text), style="yellow" if warning else "")


def line(text: str = "", style: str = "") -> Text:
    """A row that is cut at the right rather than wrapped."""
    return Text(text, style=style, no_wrap=True, overflow="crop")
