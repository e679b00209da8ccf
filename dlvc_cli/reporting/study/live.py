"""The live view of a study: a panel that redraws itself in a terminal while its runs go."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.text import Text

from dlvc_cli.events import Event, Notice
from dlvc_cli.reporting.base import View
from dlvc_cli.reporting.live_screen import LiveScreen
from dlvc_cli.reporting.look import notice
from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.study.standing import StudyStanding
from dlvc_cli.reporting.study.study_lines import StudyLines
from dlvc_cli.reporting.study.study_panel import StudyPanel

__all__ = ["LiveStudyView"]

_REFRESHES_PER_SECOND = 4


class LiveStudyView(View):
    """Shows a study on ``console``, and leaves a line for each run that has ended."""

    def __init__(self, console: Console) -> None:
        self._standing = StudyStanding()
        self._lines = StudyLines(tenths=False)
        self._ended: list[str] = []
        panel = StudyPanel(self._standing)
        self._screen = LiveScreen(
            console,
            lambda: panel,
            # It counts down between two events.
            version=lambda: (self._standing.events, int(self._standing.elapsed)),
            per_second=_REFRESHES_PER_SECOND,
        )

    def __enter__(self) -> Self:
        self._screen.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._screen.stop(keep=False)
        for text in self._ended:
            self._screen.console.print(Text(shown(text)), soft_wrap=True)

    def handle(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._screen.console.print(notice(event))
            return
        self._standing.update(event)
        self._ended += self._lines.of(event)
