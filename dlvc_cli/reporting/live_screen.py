"""A page that is redrawn in place while something runs, on the terminal's second screen.

The second screen keeps no lines that have scrolled away, so nothing of a page stays behind whatever
size the terminal takes meanwhile. What is printed goes to the first screen, where it stays, and is
repeated above the page; the last page is printed there, too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, Self, TextIO, cast

from rich.console import Console, ConsoleRenderable, Group, RenderableType, RenderHook
from rich.control import Control
from rich.file_proxy import FileProxy
from rich.segment import ControlType, Segment
from rich.text import Text

__all__ = ["LiveScreen", "has_screen", "leave_screen", "pause_waits", "say_above"]

# Of what has been printed, so much is repeated above the page.
_REPEATED = 50

_ENTER = (ControlType.ENABLE_ALT_SCREEN, ControlType.HIDE_CURSOR)
_LEAVE = (ControlType.DISABLE_ALT_SCREEN, ControlType.SHOW_CURSOR)

# The one that is open.
_open: list[LiveScreen] = []


class LiveScreen(RenderHook):
    """Shows ``page()`` on ``console``.

    Args:
        version: what changes whenever the page does.
        per_second: how often a thread looks whether it has; None: only ``refresh`` draws.
    """

    def __init__(
        self,
        console: Console,
        page: Callable[[], RenderableType],
        *,
        version: Callable[[], object] = object,
        per_second: float | None = None,
    ) -> None:
        self.console = console
        self._page = page
        self._version = version
        self._pause = None if per_second is None else 1 / per_second
        self._lock = threading.RLock()
        self._done = threading.Event()
        self._streams: dict[str, TextIO] = {}
        self._said: deque[ConsoleRenderable] = deque(maxlen=_REPEATED)
        self._waiting: deque[str] = deque()
        self._drawn: object = None
        self._writer = 0
        self._on = self._suspended = self._pause_asked = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop(keep=error[0] is None)

    def start(self) -> None:
        """Take the terminal, and draw the page."""
        if self in _open:
            return
        _open.append(self)
        self._redirect()
        self.console.push_render_hook(self)
        self.refresh()
        if self._pause is not None:
            self._done = threading.Event()
            threading.Thread(target=self._keep_drawing, args=(self._done,), daemon=True).start()

    def stop(self, keep: bool) -> None:
        """Give the terminal back.

        Args:
            keep: print the page as it is now, below all that was printed.
        """
        if self not in _open:
            return
        self._done.set()
        with self._lock:
            self._print_waiting()
            _open.remove(self)
            for name, stream in self._streams.items():
                setattr(sys, name, stream)
            self._streams.clear()
            self.console.pop_render_hook()
            if self._on:
                self.console.control(Control(*_LEAVE))
                self._on = False
            if keep:
                self.console.print(self._page())

    def refresh(self) -> None:
        """Draw the page, unless the terminal shows this already, or belongs to another command."""
        with self._lock:
            self._print_waiting()
            drawn = self._version(), self.console.size
            if self._may_draw() and not (self._on and drawn == self._drawn):
                self._drawn = drawn
                self._writer = threading.get_ident()
                try:
                    # The hook below adds the page.
                    self.console.print(Control())
                finally:
                    self._writer = 0
        if self._pause_asked:
            self._pause_asked = False
            signal.raise_signal(signal.SIGTSTP)

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Let what is printed go to the first screen, and have the page follow it."""
        with self._lock:
            printed = [one for one in renderables if not isinstance(one, Control)]
            self._said += printed
            before: list[ConsoleRenderable] = []
            if self._on and printed:
                before, self._on = [Control(ControlType.DISABLE_ALT_SCREEN)], False
            if not self._may_draw():
                return [*before, *renderables]
            entered, self._on = [] if self._on else [Control(*_ENTER)], True
            return [*before, *renderables, *entered, _Rows(self._rows())]

    def leave(self) -> bool:
        """Show the first screen at once, whoever is writing; whether it was hidden."""
        locked = self._lock.acquire(timeout=0.2)
        try:
            was_on, self._on, self._suspended = self._on, False, True
            if was_on:
                with contextlib.suppress(OSError, ValueError):
                    os.write(self.console.file.fileno(), b"\x1b[?1049l")
            return was_on
        finally:
            if locked:
                self._lock.release()

    def is_writing(self) -> bool:
        """Whether a handler of signals stands in the middle of a page that its own thread writes:
        the rest of it would follow. Ctrl-Z is raised again after it."""
        self._pause_asked = self._writer == threading.get_ident()
        return self._pause_asked

    def take(self, text: str) -> bool:
        """Print a text when the page is drawn next; whether that will be."""
        if self._on and self._pause is not None:
            self._waiting.append(text)
            return True
        return False

    def _print_waiting(self) -> None:
        while self._waiting:
            self.console.print(Text(self._waiting.popleft(), "bold yellow"))

    def _may_draw(self) -> bool:
        """Whether the terminal is ours: after Ctrl-Z it isn't before ``fg``."""
        if not self.console.is_interactive:
            return False
        if self._suspended:
            self._suspended = _in_background(self.console.file)
        return not self._suspended

    def _rows(self) -> list[list[Segment]]:
        """The page's rows, and above them the last of what was printed, as far as there is room."""
        console = self.console
        size = console.size
        options = console.options.update_dimensions(size.width, size.height)
        options = options.update(height=None)
        page = console.render_lines(self._page(), options, pad=False)[: size.height]
        room = size.height - len(page)
        said = console.render_lines(Group(*list(self._said)[-room:]), options, pad=False)
        rows = [*(said[-room:] if room else []), *page]
        return rows + [[] for _ in range(size.height - len(rows))]

    def _keep_drawing(self, done: threading.Event) -> None:
        while not done.wait(self._pause):
            with self._lock:
                if not done.is_set():
                    self.refresh()

    def _redirect(self) -> None:
        """What others print goes through the console; what goes to a file stays there."""
        if self.console.file is not sys.stderr or not self.console.is_terminal:
            return
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if not isinstance(stream, FileProxy) and stream.isatty():
                self._streams[name] = stream
                setattr(sys, name, cast("TextIO", FileProxy(self.console, stream)))


class _Rows:
    """Rows that fill the screen from its top left corner on; nothing of what was there stays."""

    def __init__(self, rows: list[list[Segment]]) -> None:
        self._rows = rows

    def __rich_console__(self, *_: object) -> Iterator[Segment]:
        yield Control(ControlType.HOME).segment
        for number, row in enumerate(self._rows):
            if number:
                yield Segment.line()
            # Before the row: after its last column that would be erased.
            yield Control((ControlType.ERASE_IN_LINE, 2)).segment
            yield from row


def leave_screen() -> None:
    """Show the terminal's first screen, as a process must that is about to end or to pause."""
    for screen in _open:
        screen.leave()


def pause_waits() -> bool:
    """Whether Ctrl-Z has to wait, since a page is half written; it comes again then."""
    return any(screen.is_writing() for screen in _open)


def say_above(text: str) -> bool:
    """Have a text printed above the page; False where no page would show it."""
    return any(screen.take(text) for screen in _open)


def has_screen(console: Console) -> bool:
    """Whether a page can be shown: on a terminal that can move its cursor, and that the command
    wasn't told to leave to others (``dlvc ... &``)."""
    if not console.is_interactive or console.legacy_windows:
        return False
    # A wrapper like timeout(1) is in the background, too, but leads its group itself.
    return not (_in_background(console.file) and os.getpgrp() == os.getpid())


def _in_background(stream: IO[str]) -> bool:
    """Whether the terminal that ``stream`` writes to is another command's at the moment."""
    try:
        return os.tcgetpgrp(stream.fileno()) != os.getpgrp()
    except (AttributeError, OSError, ValueError):
        return False
