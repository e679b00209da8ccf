"""Letters for what is marked on the map: where walks start, where they are, and the minima."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from dlvc_cli.reporting.look import line

__all__ = ["Letters"]

# Without those that stand for a start, for a minimum, and for the way of a lone walk.
_NAMES = "ABCDEFGHIJKLMNPQRTUVWYZ"


@dataclass(frozen=True)
class Letters:
    """The letters of a map.

    Attributes:
        start, minimum: of these places.
        several: whether walks have a letter each; a lone one has a dot.
        ascii_only: whether there are no others.
    """

    start: str
    minimum: str
    _lone: str
    several: bool
    ascii_only: bool

    @classmethod
    def of(cls, ascii_only: bool, walks: int) -> Letters:
        """The letters of a map with this many walks."""
        start, minimum, lone = "Sx@" if ascii_only else "○×●"
        return cls(start, minimum, lone, walks > 1, ascii_only)

    def head(self, number: int) -> str:
        """Where a walk is now."""
        return _NAMES[number % len(_NAMES)] if self.several else self._lone

    def way(self, number: int) -> str:
        """Where it has been, on a map without colours."""
        return self.head(number).lower() if self.several else "o"

    def key(self, minima: bool) -> Text:
        """What the letters mean; of minima only where there are any."""
        now = f"{self.head(0)},{self.head(1)} now" if self.several else f"{self._lone} now"
        row = line(f"{self.start} start  {now}", "dim")
        return row.append(f"  {self.minimum} minimum") if minima else row
