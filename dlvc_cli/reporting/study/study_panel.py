"""The panel of a running study: progress of all, the runs under way, what has become of others."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.panel import Panel
from rich.text import Text

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.look import ACCURACY, Look, line
from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.progress_bars import bars
from dlvc_cli.reporting.study.standing import RunStanding, StudyStanding

__all__ = ["StudyPanel", "sparkline"]

_MAX_WIDTH = 120
_LEVELS = "▁▂▃▄▅▆▇█"
_WORDS = {"missing": "can't run"}
_STYLES = {"finished": "green", "failed": "bold red", "missing": "yellow", "stopped": "yellow"}
_SUMS = ("finished", "failed", "missing", "stopped")
# Rows of the terminal that stay free: for borders, and for what is printed above.
_FREE = 4


class StudyPanel:
    """A Rich renderable of a :class:`StudyStanding`, for any width and height."""

    def __init__(self, standing: StudyStanding) -> None:
        self._standing = standing

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # Two columns stay free: a terminal's own "^C" then doesn't move the lines below.
        width = max(min(options.max_width - 2, _MAX_WIDTH), 8)
        ascii_only = options.ascii_only or options.legacy_windows
        look = Look(width - 4, options.size.height, ascii_only, console.no_color)
        started = self._standing.started
        if started is None:
            yield line(f"Preparing{look.letter('…')}", "dim")
            return
        rows = [*_progress(self._standing, look), *_runs(self._standing, look)]
        ellipsis = look.letter("…")
        title, folder = (
            formats.shorten(shown(text), look.width - 4, ellipsis)
            for text in (started.study, started.folder)
        )
        yield Panel(
            Group(*rows),
            width=width,
            title=Text(title, "bold not dim"),
            title_align="left",
            subtitle=Text(folder),
            subtitle_align="right",
            border_style="dim",
        )


def _progress(standing: StudyStanding, look: Look) -> list[Text]:
    """Two rows: runs and epochs."""
    runs, over = len(standing.runs), sum(run.over for run in standing.runs.values())
    done, of = standing.epochs
    left, elapsed = standing.time_left, formats.duration(standing.elapsed)
    passed = f"{elapsed} in all" if standing.ended else f"{elapsed} so far"
    to_come = "" if left is None else f"{formats.duration(left)} left"
    if standing.ended is None and left is None:
        to_come = "time unknown"
    share = done / max(of, 1)
    epochs = f"Epochs {formats.count(done)}/{formats.count(of)}"
    if not look.wide:
        # So that there is room for bars.
        epochs, passed = f"Epochs {formats.percent(share)}", elapsed
    return bars(
        [(f"Runs {over}/{runs}", over / max(runs, 1), passed), (epochs, share, to_come)], look
    )


def _runs(standing: StudyStanding, look: Look) -> list[Text]:
    """The runs under way; then, as far as there is room, what has become of the others."""
    running, latest = standing.having("running"), standing.latest[::-1]
    sums = _sums(standing, look)
    room = max(look.height - _FREE - 1 - len(sums), 1)
    rows = _under_way(running, room, look) if running else []
    if rows and len(rows) < room:
        rows.insert(0, line())
    # What went wrong stays in sight.
    ended = sorted(latest, key=lambda run: run.state == "finished")
    if ended := ended[: max(room - len(rows) - 1, 0)]:
        rows += [line(), *(_ended(run, look) for run in ended)]
    return [*rows, *sums]


def _under_way(runs: Sequence[RunStanding], room: int, look: Look) -> list[Text]:
    """Rows of runs: the name, the epoch, the best accuracy so far, and how that went.

    Args:
        room: for so many rows.
    """
    apart = not look.wide and 2 * len(runs) < room
    curve = 0 if look.ascii_only or not (look.wide or apart) else 24 if look.width >= 90 else 12
    figures = _figures(runs, labelled=look.wide or apart)
    if curve:
        figures = [
            row.append(f"  {sparkline(run.val_acc, curve)}", ACCURACY)
            for row, run in zip(figures, runs, strict=True)
        ]
    if apart:
        pairs = zip(runs, figures, strict=True)
        return [
            row
            for run, told in pairs
            for row in (_named(run, look.width, look), line("  ").append_text(told))
        ]
    names = max(look.width - 2 - max(told.cell_len for told in figures), 6)
    rows = [
        _named(run, names, look).append("  ").append_text(told)
        for run, told in zip(runs, figures, strict=True)
    ]
    if len(rows) > room:
        more = len(rows) - room + 1
        rows[room - 1 :] = [line(f"and {more} more under way", "dim")]
    return rows


def _figures(runs: Sequence[RunStanding], labelled: bool) -> list[Text]:
    """Of each run the epoch and the best accuracy, aligned with each other."""
    label = "best " if labelled else ""
    told = [
        (f"{run.epoch}/{run.epochs}", label + formats.decimals(run.best_acc) if run.epoch else "")
        for run in runs
    ]
    before = max(len(epoch) for epoch, _ in told)
    after = max(len(best) for _, best in told)
    return [Text(f"{epoch:>{before}}  {best:>{after}}") for epoch, best in told]


def _named(run: RunStanding, width: int, look: Look) -> Text:
    return line().append(_fitted(run.name, width, look), "bold")


def _ended(run: RunStanding, look: Look) -> Text:
    """A row of a run that is over: how it ended, and its best accuracy or why it has none."""
    word = _WORDS.get(run.state, run.state)
    row = line(f"{word:<9} ", _STYLES.get(run.state, ""))
    told = "" if run.best_acc is None else f"  {formats.decimals(run.best_acc)}"
    room = look.width - row.cell_len - len(told)
    name = shown(run.name)
    if run.reason:
        told = ""
        name = f"{name}: {shown(run.reason)}"
        if len(name) > look.width - row.cell_len:
            keep = look.width - row.cell_len - len(look.letter("…"))
            name = name[: max(keep, 0)] + look.letter("…")
        return row.append(name, "not bold default")
    return row.append(_fitted(run.name, max(room, 6), look) + told, "not bold default")


def _sums(standing: StudyStanding, look: Look) -> list[Text]:
    """A row: how many runs are in which state, and the names of those that come next."""
    parts = []
    for state in _SUMS:
        if count := len(standing.having(state)):
            parts.append(f"{count} {_WORDS.get(state, state)}")
    waiting = standing.having("waiting")
    if waiting:
        parts.append(f"{len(waiting)} waiting")
    if standing.ended is not None:
        parts[:1] = [f"{standing.ended.state.capitalize()}: {parts[0] if parts else 'nothing'}"]
    style = "dim" if standing.ended is None else "bold"
    rows = [""]
    for part in parts:
        longer = f"{rows[-1]}, {part}" if rows[-1] else part
        if len(longer) > look.width and rows[-1]:
            rows.append(part)
        else:
            rows[-1] = longer
    if waiting and len(rows) == 1:
        longer = f"{rows[0]}: next {shown(waiting[0].name)}"
        rows = [longer if len(longer) <= look.width else rows[0]]
    return [line(row, style) for row in rows if row]


def _fitted(name: str, width: int, look: Look) -> str:
    return f"{formats.shorten(shown(name), width, look.letter('…')):<{width}}"


def sparkline(values: Sequence[float | None], width: int) -> str:
    """A curve one character high, from its lowest to its highest value; gaps where there is none.

    Of more values than there are columns, a column shows the mean of its own.
    """
    count = len(values)
    columns = min(count, width)
    means: list[float | None] = []
    for column in range(columns):
        own = values[column * count // columns : (column + 1) * count // columns]
        there = [value for value in own if value is not None and math.isfinite(value)]
        means.append(sum(there) / len(there) if there else None)
    known = [mean for mean in means if mean is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    step = (high - low) / (len(_LEVELS) - 1)
    line_of = [
        " " if mean is None else _LEVELS[round((mean - low) / step) if step else 0]
        for mean in means
    ]
    return "".join(line_of).ljust(width)
