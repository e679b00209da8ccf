"""The live view's charts of loss and accuracy, with titles and an axis of epochs."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.look import ACCURACY, BATCH, TRAIN, VAL, Look, line
from dlvc_cli.reporting.terminal_chart import LABEL, Curve, chart
from dlvc_cli.reporting.training.progress import EARLY_EPOCHS, RunState

__all__ = ["curve_rows"]

_GAP = 3


def curve_rows(state: RunState, look: Look) -> list[Text]:
    """Return the charts side by side, below each other, or their titles where room is short."""
    # Some rows of the terminal stay free for what is printed above the panel.
    rows = min(10, (look.height - 10) // 2) if look.wide else min(6, (look.height - 11) // 2)
    if rows < 2 or look.width < 20:
        charts = _Charts(state, look, look.width, 0)
        return [charts.loss_title(), charts.accuracy_title()]
    if not look.wide:
        charts = _Charts(state, look, look.width, rows)
        return [*charts.loss(), *charts.accuracy(), charts.axis()]
    half = (look.width - _GAP) // 2
    charts = _Charts(state, look, half, rows)
    pairs = []
    for left, right in zip(
        [*charts.loss(), charts.axis()], [*charts.accuracy(), charts.axis()], strict=True
    ):
        left.truncate(half, pad=True)
        pairs.append(left.append(" " * _GAP).append_text(right))
    return [line(), *pairs]


@dataclass(frozen=True)
class _Charts:
    """Charts of ``rows`` x ``width`` characters."""

    state: RunState
    look: Look
    width: int
    rows: int

    @property
    def _epochs(self) -> tuple[int, int]:
        """The first and the last epoch of the axis."""
        state = self.state
        total = state.started.epochs if state.started else 1
        running = state.early and not state.ended
        return 0 if state.early else 1, max(
            len(state.metrics) + running, min(total, EARLY_EPOCHS), 1
        )

    def axis(self) -> Text:
        first, last = self._epochs
        end = f"epoch {last}"
        room = max(self.width - LABEL - len(end), 1)
        return line(f"{'':{LABEL}}{first:<{room}}{end}", "dim")

    def loss_title(self) -> Text:
        title = self._value(self._value(line("Loss", "bold"), "train", TRAIN), "val", VAL)
        if self.state.early and title.cell_len + 9 <= self.width:
            title.append("  batches", f"{BATCH} not bold")
        return title

    def accuracy_title(self) -> Text:
        title = self._value(line("Accuracy", "bold"), "val", ACCURACY, key="val_acc")
        room = title.cell_len + len("  balanced 0.0000") <= self.width
        if self.state.uneven and room:
            self._value(title, "balanced", ACCURACY, key="val_balanced_acc")
        return title

    def _value(self, title: Text, name: str, style: str, key: str = "") -> Text:
        """Append the newest value of a curve, in the curve's colour or with its letter."""
        newest = self.state.metrics[-1] if self.state.metrics else {}
        value = formats.decimals(newest.get(key or f"{name}_loss"))
        letter = "" if key or not self.look.ascii_only else f"{_LETTERS[name]} "
        return title.append(f"  {letter}{name} {value}", f"{style} not bold")

    def loss(self) -> list[Text]:
        state = self.state
        curves = [Curve(state.batch_losses, BATCH, ".")] if state.early else []
        curves.append(Curve(state.curve("train_loss"), TRAIN, _LETTERS["train"]))
        dotted = self.look.no_color
        curves.append(Curve(state.curve("val_loss"), VAL, _LETTERS["val"], dotted))
        return [self.loss_title(), *self._chart(curves)]

    def accuracy(self) -> list[Text]:
        curve = Curve(self.state.curve("val_acc"), ACCURACY, _LETTERS["val"])
        return [self.accuracy_title(), *self._chart([curve], self.state.best)]

    def _chart(self, curves: list[Curve], mark: tuple[float, float] | None = None) -> list[Text]:
        return chart(
            curves,
            width=self.width,
            height=self.rows,
            x_range=self._epochs,
            look=self.look,
            mark=mark,
        )


_LETTERS = {"train": "o", "val": "x"}
