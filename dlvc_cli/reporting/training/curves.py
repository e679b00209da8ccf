"""The live view's charts of loss and accuracy, with titles and an axis of epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.look import ACCURACY, BATCH, TRAIN, VAL, Look, line
from dlvc_cli.reporting.terminal_chart import LABEL_COLUMNS, Curve, Pattern, chart
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
        between = [charts.loss_axis()] if charts.shows_batches else []
        return [*charts.loss(), *between, *charts.accuracy(), charts.axis()]
    half = (look.width - _GAP) // 2
    charts = _Charts(state, look, half, rows)
    pairs = []
    for left, right in zip(
        [*charts.loss(), charts.loss_axis()], [*charts.accuracy(), charts.axis()], strict=True
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

    def axis(self, middle: str = "") -> Text:
        first, last = self._epochs
        end = f"epoch {last}"
        room = max(self._room, len(str(first)))
        row = line(f"{'':{LABEL_COLUMNS}}", "dim")
        return row.append(f"{first}{middle:^{room - len(str(first))}}{end}")

    @property
    def _room(self) -> int:
        """Columns of the axis before its end."""
        return self.width - LABEL_COLUMNS - len(f"epoch {self._epochs[1]}")

    def loss_axis(self) -> Text:
        return self.axis(self._batches if self.shows_batches else "")

    @property
    def _batches(self) -> str:
        return f"{self._sign('batches')}batches"

    @property
    def shows_batches(self) -> bool:
        """Whether single batches are drawn: early on, and where there is room to say so."""
        return self.state.early and self._room >= len(self._batches) + 4

    def loss_title(self) -> Text:
        return self._named(self._named(line("Loss", "bold"), "train", TRAIN), "val", VAL)

    def accuracy_title(self) -> Text:
        title = self._value(line("Accuracy", "bold"), "val", ACCURACY, "val_acc")
        room = title.cell_len + len("  balanced 0.0000") <= self.width
        if self.state.uneven and room:
            self._value(title, "balanced", ACCURACY, "val_balanced_acc")
        return title

    def _named(self, title: Text, name: str, style: str) -> Text:
        """Append the newest loss, in the curve's colour or behind what the curve is drawn with."""
        return self._value(title, self._sign(name) + name, style, f"{name}_loss")

    def _sign(self, name: str) -> str:
        """What a curve of the loss is drawn with, where its colour doesn't tell it."""
        if self.look.ascii_only:
            return f"{_LETTERS[name]} "
        return f"{_SIGNS[_PATTERNS[name]]} " if self.look.no_color else ""

    def _value(self, title: Text, name: str, style: str, key: str) -> Text:
        newest = self.state.metrics[-1] if self.state.metrics else {}
        value = formats.decimals(newest.get(key))
        return title.append(f"  {name} {value}", f"{style} not bold")

    def loss(self) -> list[Text]:
        state = self.state
        curves = [
            self._curve(state.curve("train_loss"), "train", TRAIN),
            self._curve(state.curve("val_loss"), "val", VAL),
        ]
        if self.shows_batches:
            curves.insert(0, self._curve(state.batch_losses, "batches", BATCH))
        return [self.loss_title(), *self._chart(curves)]

    def _curve(self, points: Sequence[tuple[float, float]], name: str, style: str) -> Curve:
        pattern = _PATTERNS[name] if self.look.no_color else "line"
        return Curve(points, style, _LETTERS[name], pattern)

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


# Of the curves of the loss: the letter in ASCII, what tells them apart without colour, and how the
# title shows that.
_LETTERS = {"train": "o", "val": "x", "batches": "."}
_PATTERNS: dict[str, Pattern] = {"train": "line", "val": "gaps", "batches": "dots"}
_SIGNS: dict[Pattern, str] = {"line": "━", "gaps": "╍", "dots": "∙"}
