"""What every view is."""

from __future__ import annotations

from typing import Protocol, Self

from dlvc_cli.events import Event

__all__ = ["View"]


class View(Protocol):
    """Shows events. ``with open_view("auto") as view: view.handle(event)``, or ``view(event)``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def handle(self, event: Event) -> None:
        """Take one event; returns at once."""

    def __call__(self, event: Event) -> None:
        self.handle(event)
