"""What is said of a study in plain lines: how it begins, what becomes of its runs, how it ends."""

from __future__ import annotations

from dlvc_cli.events import Event, StudyEnded, StudyRun, StudyStarted
from dlvc_cli.reporting import formats

__all__ = ["StudyLines"]

_WORDS = {"missing": "can't run here"}


class StudyLines:
    """Makes a line for each run that begins or ends, and for every tenth of it.

    Args:
        tenths: whether to tell of runs that begin and go on, too, and how far the study is.
    """

    def __init__(self, tenths: bool = True) -> None:
        self._tenths = tenths
        self._last: dict[str, int | str] = {}
        self._total = 0
        self._over: set[str] = set()

    def of(self, event: Event) -> list[str]:
        """Return what there is to say of an event: a line, or none."""
        match event:
            case StudyStarted():
                self._total = len(event.runs)
                self._over = {f"finished before: {place}" for place in range(event.done)}
                return [_beginning(event)]
            # One that waits again says why.
            case StudyRun() if event.state != "waiting" or event.reason:
                under_way = event.state in ("running", "waiting")
                if not under_way:
                    self._over.add(event.run)
                # Most of those that are stopped have not begun.
                news = self._is_news(event) and (event.state != "stopped" or event.epoch > 0)
                return [self._line(event)] if news and (self._tenths or not under_way) else []
            case StudyEnded():
                return [_ending(event)]
        return []

    def _is_news(self, event: StudyRun) -> bool:
        running = event.state == "running"
        now = 10 * event.epoch // max(1, event.epochs) if running else event.state
        news = now != self._last.get(event.run)
        self._last[event.run] = now
        return news

    def _line(self, event: StudyRun) -> str:
        parts = [f"{event.run}: {_WORDS.get(event.state, event.state)}"]
        if event.epoch or event.state == "running":
            parts.append(f"epoch {event.epoch}/{event.epochs}")
        if event.best_acc is not None:
            parts.append(f"best {event.best_acc:.4f}")
        text = ", ".join(parts)
        if self._tenths:
            over = f"{len(self._over)} of {_runs(self._total)} over"
            left = f", {formats.duration(event.seconds_left)} left" if event.seconds_left else ""
            text += f" ({over}{left})"
        return f"{text}: {event.reason}" if event.reason else text


def _beginning(event: StudyStarted) -> str:
    done = f", {event.done} of them finished already" if event.done else ""
    left = ""
    if event.seconds_left:
        left = f"{formats.about(event.seconds_left).capitalize()} left. "
    return f"{event.study}: {_runs(len(event.runs))}{done}. {left}Folder: {event.folder}"


def _ending(event: StudyEnded) -> str:
    parts = [f"{event.state.capitalize()}: {_runs(event.finished)} finished"]
    if event.failed:
        parts.append(f"failed: {', '.join(event.failed)}")
    if event.missing:
        parts.append(f"can't run here: {', '.join(event.missing)}")
    return ", ".join(parts) + "."


def _runs(count: int) -> str:
    return f"{count} run" if count == 1 else f"{count} runs"
