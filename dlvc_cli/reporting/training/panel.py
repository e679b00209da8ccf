"""The panel of a running training: progress, curves, the best so far. Drawn only when asked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.panel import Panel
from rich.text import Text

from dlvc_cli.events import RunStarted
from dlvc_cli.reporting import formats
from dlvc_cli.reporting.look import Look, line
from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.progress_bars import bars
from dlvc_cli.reporting.training.curves import curve_rows
from dlvc_cli.reporting.training.progress import RunState

__all__ = ["TrainingPanel"]

_MAX_WIDTH = 120
_DOING = {"measuring": "Measuring", "decoding": "Reading"}


class TrainingPanel:
    """A Rich renderable of a :class:`RunState`, for any width and height."""

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._curves_of: tuple[int, Look] | None = None
        self._curves: list[Text] = []

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # Two columns stay free: a terminal's own "^C" then doesn't move the lines below.
        width = max(min(options.max_width - 2, _MAX_WIDTH), 8)
        ascii_only = options.ascii_only or options.legacy_windows
        look = Look(width - 4, options.size.height, ascii_only, console.no_color)
        started = self._state.started
        if started is None:
            yield Group(*_reading(self._state, look))
            return
        lines = [
            _facts(self._state, started, look),
            *_progress(self._state, started, look),
            *self._curve_rows(look),
            _best(self._state, look),
        ]
        ellipsis = look.letter("…")
        data = formats.shorten(shown(started.data), look.width - len(started.model) - 8, ellipsis)
        yield Panel(
            Group(*lines),
            width=width,
            title=Text.assemble((started.model, "bold not dim"), (f" on {data}", "not dim")),
            title_align="left",
            subtitle=Text(formats.shorten(shown(started.run), look.width - 4, ellipsis)),
            subtitle_align="right",
            border_style="dim",
        )

    def _curve_rows(self, look: Look) -> list[Text]:
        """The curves; they are drawn again only when they or the terminal have changed."""
        key = (self._state.version, look)
        if self._curves_of != key:
            self._curves, self._curves_of = curve_rows(self._state, look), key
        return self._curves


def _reading(state: RunState, look: Look) -> list[Text]:
    """What there is to see before the run starts."""
    if not state.reading:
        return [line(f"Preparing{look.letter('…')}", "dim")]
    rows = []
    for event in state.reading.values():
        counts = f"{formats.count(event.done)}/{formats.count(event.total)}"
        share = event.done / max(event.total, 1)
        rows.append((f"{_DOING[event.task]} {event.split} images", share, counts))
    return bars(rows, look)


def _facts(state: RunState, started: RunStarted, look: Look) -> Text:
    """As many facts of the run as there is room for, the most wanted first."""
    items = [formats.sizes(started), f"{formats.count(started.train_images)} images"]
    sizes = dict.fromkeys((started.stored_size, started.input_size))
    items.append(" to ".join(formats.pixels(size, look.letter("×")) for size in sizes))
    items += [started.precision, f"seed {started.seed}"]
    if state.step and not look.wide:
        items.insert(0, f"lr {state.step.lr:.3g}")
    text = formats.shorten(formats.device(started), look.width, look.letter("…"))
    for item in items:
        longer = text + look.letter(" · ") + item
        text = longer if len(longer) <= look.width else text
    return line(text, "dim")


def _progress(state: RunState, started: RunStarted, look: Look) -> list[Text]:
    """Two rows: epochs and batches, or how the run ended."""
    step, ended = state.step, state.ended
    epoch, share = f"Epoch {state.epoch}/{started.epochs}", state.done / max(started.epochs, 1)
    if ended:
        took = f"{formats.duration(ended.seconds)} in all"
        return [*bars([(epoch, share, took)], look), Text(formats.ending(ended), "bold")]
    left = "" if state.time_left is None else f"{formats.duration(state.time_left)} left"
    done, total, speed = started.start_step, started.steps_per_epoch, ""
    if step:
        done, total = step.step, step.steps
        speed = f"{formats.count(step.images_per_s)} images/s"
        if look.wide:
            speed += f"{look.letter(' · ')}loss {formats.decimals(step.loss)}"
            left += f"{look.letter(' · ')}lr {step.lr:.3g}"
            if started.first_epoch_costs_most and not state.metrics:
                speed += f"{look.letter(' · ')}computing features"
    if state.validating:
        speed = "validating"
    batch = (f"Batch {done}/{total}", done / max(total, 1), speed)
    return bars([(epoch, share, left), batch], look)


def _first_to_fit(texts: Sequence[str], width: int) -> str:
    """The first of several that isn't too long, or else the last."""
    return next((text for text in texts if len(text) <= width), texts[-1])


def _best(state: RunState, look: Look) -> Text:
    """The best so far, and the place that a resume would go on from."""
    if state.best is None and state.metrics:
        return line("No validation has been finite yet.", "bold yellow")
    if state.best is None:
        first = "The first validation comes at the end of the epoch."
        return line(_first_to_fit((first, "No validation yet."), look.width), "dim")
    epoch, accuracy = state.best
    row = line()
    row.append(f"{look.letter('★')} ", "bold yellow")
    best, at = f"best {accuracy:.4f}", f" at epoch {epoch:.0f}"
    balanced = f" (balanced {formats.decimals(state.best_balanced)})" if state.uneven else ""
    if state.monitor is not None:
        best = f"best {state.monitor} {formats.decimals(state.best_value)}"
        balanced = f" (accuracy {accuracy:.4f})"
    texts = (f"{best}{balanced}{at}, saved", f"{best}{balanced}{at}", f"{best}{at}", best)
    row.append(_first_to_fit(texts, look.width - row.cell_len), "bold")
    if checkpoint := state.checkpoint:
        place = f"checkpoint: after epoch {checkpoint.epoch - 1}"
        if checkpoint.step:
            place = f"checkpoint: epoch {checkpoint.epoch}, batch {checkpoint.step}"
        room = look.width - row.cell_len
        if room > len(place) + 1:
            row.append(f"{place:>{room}}", "dim")
    return row
