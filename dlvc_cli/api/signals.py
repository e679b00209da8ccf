"""Ctrl-C, SIGTERM, a closed terminal and Ctrl-Z.

The command line leaves at once, without raising anything: an exception in the middle of an import
may be swallowed, or leave half a library behind. Only a training that has something to save listens
otherwise (:class:`StopSignal`): it stops after the step under way.

The command imports this before anything else, so it imports little.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType
    from typing import Any

    _Handler = Callable[[int, FrameType | None], Any]

__all__ = [
    "StopSignal",
    "end_with_input",
    "handling",
    "leave_at_once",
    "on_leaving",
    "raising_interrupts",
]

_ENDING = tuple(
    number
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if (number := getattr(signal, name, None)) is not None
)
_PATIENCE = 60  # seconds that a process may take to save and stop that nobody waits for
_SHOW_CURSOR = "\x1b[?25h"

# What a user is told who ends the command, by what it is doing; the last counts.
_farewells: list[Callable[[], str]] = [lambda: "Stopped."]


def leave_at_once() -> None:
    """From here on, leave at once where a signal asks for it, with exit code 128 + its number.

    SIGHUP stays ignored where it is, as under ``nohup``. Ctrl-Z shows the cursor before it stops.
    """
    for number in _ENDING:
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)
    pause = getattr(signal, "SIGTSTP", None)
    if pause is not None and signal.getsignal(pause) is signal.SIG_DFL:
        signal.signal(pause, _pause)


def end_with_input() -> None:
    """From here on, the end of standard input asks to stop, as SIGTERM does.

    It is a pipe whose other end is with the process that started this one, and closed by the system
    however that process ends.
    """
    threading.Thread(target=_await_end_of_input, daemon=True).start()


def _await_end_of_input() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1 << 10):
            pass
    if not StopSignal.any_asked:
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE)
    # A second time: at once.
    os.kill(os.getpid(), signal.SIGTERM)


@contextlib.contextmanager
def on_leaving(farewell: Callable[[], str]) -> Iterator[None]:
    """Inside the block, whoever ends the command is told what ``farewell()`` returns."""
    _farewells.append(farewell)
    try:
        yield
    finally:
        _farewells.remove(farewell)


@contextlib.contextmanager
def handling(handler: _Handler, numbers: Sequence[int] = _ENDING) -> Iterator[dict[int, Any]]:
    """Let ``handler`` take signals, those that end a process; yields the handlers before it.

    Those that are ignored stay so, but for Ctrl-C. Only the main thread may listen.
    """
    if threading.current_thread() is not threading.main_thread():
        yield {}
        return
    before = {number: signal.getsignal(number) for number in numbers}
    for number, one in list(before.items()):
        if one is signal.SIG_IGN and number != signal.SIGINT:
            del before[number]
    try:
        for number in before:
            signal.signal(number, handler)
        yield before
    finally:
        for number, one in before.items():
            signal.signal(number, one)


def raising_interrupts() -> contextlib.AbstractContextManager[Any]:
    """Inside the block, Ctrl-C raises ``KeyboardInterrupt`` at once."""
    return handling(signal.default_int_handler, (signal.SIGINT,))


class StopSignal:
    """Turns the first signal into a request to stop after the step under way.

    Args:
        alone: a second signal stops at once. What torchrun has started is given the same one twice,
            by a terminal or Slurm and by torchrun, which kills whoever takes too long.
        silent: say nothing.

    Attributes:
        number: of the signal, None as long as none has come.
        asked: whether to stop, for a signal or for another reason.
        any_asked: whether a signal has asked anything in this process to stop.
    """

    any_asked = False

    def __init__(self, alone: bool = True, silent: bool = False) -> None:
        self.number: int | None = None
        self._alone, self._silent = alone, silent
        self.asked = False
        self._before: dict[int, Any] = {}

    def __call__(self) -> bool:
        return self.asked

    def ask(self) -> None:
        """Ask to stop, without a signal."""
        self.asked = True

    def agree(self, greatest: Callable[[int], int]) -> None:
        """Take for its own the signal that any process of the run has been given.

        Args:
            greatest: gives the greatest of all processes' numbers.
        """
        self.number = greatest(self.number or 0) or None

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Listen inside the block; a second signal does what it would have done before it.

        Where the process is not alone, further ones are ignored until :meth:`restore`.
        """
        with handling(self._handle) as self._before:
            yield
        if not self._alone:
            for number in self._before:
                signal.signal(number, lambda number, frame: None)

    def restore(self) -> None:
        """Let signals do what they did before it listened."""
        if not self._alone:
            for number, one in self._before.items():
                signal.signal(number, one)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.number is None:
            self.number, self.asked = number, True
            StopSignal.any_asked = True
            if not self._silent:
                more = "; once more stops at once, unsaved" if self._alone else ""
                _say(f"Stopping after this step{more}.")
            return
        if not self._alone:
            return
        before = self._before[number]
        if callable(before):
            before(number, frame)
        elif before is signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


def _leave(number: int, frame: FrameType | None) -> None:
    _restore_terminal()
    _tell(f"{_farewells[-1]()}\n")
    files: Any = sys.modules.get("dlvc_cli.files")
    with contextlib.suppress(Exception):
        files.discard_unfinished()
    os._exit(128 + number)


def _pause(number: int, frame: FrameType | None) -> None:
    live = _live_screen()
    if live is not None and live.pause_waits():
        return
    _restore_terminal()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    # Here the process stands still until it is continued.
    signal.signal(number, _pause)


def _live_screen() -> Any:
    """The module that draws on the terminal, where anything has imported it."""
    return sys.modules.get("dlvc_cli.reporting.live_screen")


def _restore_terminal() -> None:
    """Show what a live view hides: the first screen and the cursor."""
    live = _live_screen()
    if live is not None:
        live.leave_screen()
    with contextlib.suppress(OSError):
        if os.isatty(2):
            os.write(2, _SHOW_CURSOR.encode())


def _say(text: str) -> None:
    """Write a line where it will be seen: above what a live view draws."""
    live = _live_screen()
    if live is None or not live.say_above(text):
        _tell(f"\n{text}\n")


def _tell(text: str) -> None:
    """Write past the view, which may be in the middle of writing; nobody may be there to read."""
    with contextlib.suppress(OSError):
        os.write(2, text.encode("utf-8", "backslashreplace"))
