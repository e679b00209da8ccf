"""Variants, summary and figures, through fake events and consoles of a fixed size."""

from __future__ import annotations

import dataclasses
import io
import json
import math
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from rich.console import Console

from dlvc_cli import events as ev
from dlvc_cli.errors import RunError
from dlvc_cli.reporting.look import Look
from dlvc_cli.reporting.terminal_chart import Curve, chart
from dlvc_cli.reporting.terminal_svg import terminal_image
from dlvc_cli.reporting.training.live import LiveView
from dlvc_cli.reporting.training.panel import TrainingPanel
from dlvc_cli.reporting.training.plots import plot_comparison, plot_run
from dlvc_cli.reporting.training.progress import RunState
from dlvc_cli.reporting.training.summary import training_summary
from dlvc_cli.reporting.training.views import open_view

STARTED = ev.RunStarted(
    run="runs/cnn-3",
    model="cnn",
    parameters=1_570_178,
    trainable=1_570_178,
    data="folder:images",
    classes=("cat", "dog"),
    train_images=7959,
    val_images=2041,
    stored_size=(32, 32),
    input_size=(32, 32),
    device="CPU, 2 threads",
    device_memory=None,
    precision="fp32",
    threads=2,
    seed=7,
    epochs=10,
    steps_per_epoch=63,
)
STEP = ev.StepDone(epoch=1, step=21, steps=63, loss=0.6543, lr=0.05, images_per_s=1234.4)
ENDED = ev.RunEnded(
    run="runs/cnn-3",
    state="finished",
    reason="all 10 epochs are done",
    epochs=10,
    best_acc=0.8,
    best_epoch=9,
    seconds=723,
)


def metrics(epoch: int, **changes):
    """A line of metrics: losses that fall, an accuracy that rises."""
    line = {
        "epoch": epoch,
        "train_loss": 0.7 * 0.9**epoch,
        "train_loss_std": 0.1,
        "val_loss": 0.8 * 0.95**epoch,
        "val_acc": 0.9 - 0.4 * 0.9**epoch,
        "val_acc_last_batch": 0.6,
        "lr": 0.05,
        "images_per_s": 1234.4,
        "seconds": 6.54,
    }
    return line | changes


def epoch_done(epoch: int, *, best: bool = True, best_epoch: int | None = None, **changes):
    line = metrics(epoch, **changes)
    best_epoch = best_epoch or epoch
    acc = metrics(best_epoch)["val_acc"]
    return ev.EpochDone(
        epoch=epoch, epochs=10, metrics=line, best=best, best_acc=acc, best_epoch=best_epoch
    )


def every_event():
    return [
        ev.Notice(text="Data: as given."),
        ev.Notice(text="One file is skipped.", level="warning"),
        ev.DataProgress(split="train", done=100, total=7959),
        ev.DataProgress(split="train", done=7959, total=7959),
        STARTED,
        STEP,
        epoch_done(1),
        ev.CheckpointSaved(epoch=2, step=0),
        epoch_done(2, best=False, best_epoch=1),
        ENDED,
    ]


def terminal(width: int = 80, height: int = 24, **options) -> Console:
    """A console that believes it is a terminal of this size."""
    encoding = options.pop("encoding", "utf-8")
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    options = {"force_terminal": True, "color_system": "standard", "_environ": {}} | options
    return Console(file=file, width=width, height=height, **options)


def written(console: Console) -> str:
    file = console.file
    assert isinstance(file, io.TextIOWrapper) and isinstance(file.buffer, io.BytesIO)
    return file.buffer.getvalue().decode(file.encoding)


def draw(state: RunState, **options) -> list[str]:
    """The panel's lines without colours."""
    console = terminal(**({"color_system": None} | options))
    console.print(TrainingPanel(state))
    return re.sub(r"\x1b\[[0-9;]*m", "", written(console)).splitlines()


def state_of(*events: ev.Event, clock=lambda: 0.0) -> RunState:
    state = RunState(clock)
    for event in events:
        state.update(event)
    return state


# Choosing a view


def test_what_is_no_terminal_gets_plain_lines():
    stderr = io.StringIO()
    with open_view("auto", stderr=stderr) as view:
        for event in every_event():
            view(event)
    lines = stderr.getvalue().splitlines()
    assert "\x1b" not in stderr.getvalue()
    assert lines[:3] == [
        "Data: as given.",
        "Warning: One file is skipped.",
        "reading 7,959 train images",
    ]
    assert lines[3].startswith("cnn on folder:images, 1.57M parameters")
    assert lines[3].endswith("runs/cnn-3")
    assert lines[4] == (
        "epoch  1/10  train loss 0.6300  val loss 0.7600  val acc 0.5400"
        "  1234 images/s  6.5 s  lr 0.05  *"
    )
    assert lines[5].startswith("epoch  2/10") and not lines[5].endswith("*")
    assert lines[6:] == ["Finished: all 10 epochs are done."]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "live"), [("xterm-256color", True), ("dumb", False)])
def test_a_terminal_gets_the_live_view_unless_it_is_dumb(monkeypatch, term, live):
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    assert isinstance(open_view("auto", stderr=Terminal()), LiveView) == live


def test_json_gives_one_object_an_event():
    stdout = io.StringIO()
    with open_view("json", stdout=stdout) as view:
        for event in every_event():
            view.handle(event)
    lines = [json.loads(line) for line in stdout.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [event.name for event in every_event()]
    assert lines[1] == {
        "event": "notice",
        "version": ev.Event.VERSION,
        "text": "One file is skipped.",
        "level": "warning",
    }
    assert lines[4]["input_size"] == [32, 32]


def test_json_survives_values_and_names_that_json_and_the_stream_lack():
    raw = io.BytesIO()
    with open_view("json", stdout=io.TextIOWrapper(raw, "utf-8")) as view:
        view.handle(ev.Notice(text="caf\udce9.png is skipped"))
        view.handle(epoch_done(1, val_loss=math.nan))
    notice, epoch = (json.loads(line) for line in raw.getvalue().decode().splitlines())
    assert notice["text"] == "caf\udce9.png is skipped"
    assert epoch["metrics"]["val_loss"] is None


def test_quiet_writes_warnings_only(capsys):
    with open_view("quiet") as view:
        for event in every_event():
            view(event)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "Warning: One file is skipped.\n"


def test_plain_lines_survive_missing_values_and_letters_the_stream_lacks():
    raw = io.BytesIO()
    view = open_view("plain", stderr=io.TextIOWrapper(raw, "ascii"))
    view(ev.Notice(text="Größe"))
    view(epoch_done(1, val_loss=None, images_per_s=None, lr=None, train_loss=math.inf))
    text = raw.getvalue().decode()
    assert text.startswith("Gr\\xf6\\xdfe\n")
    assert "train loss -  val loss -" in text and "lr -" in text


def test_views_import_nothing_heavy():
    source = """
import io, sys
from dlvc_cli.events import Notice
from dlvc_cli.reporting import views
assert "rich" not in sys.modules
for mode in ("plain", "json", "quiet"):
    with views.open_view(mode, stdout=io.StringIO(), stderr=io.StringIO()) as view:
        view(Notice(text="hello"))
assert "rich" not in sys.modules
with views.open_view("live", stderr=io.StringIO()) as view:
    view(Notice(text="hello"))
import dlvc_cli.reporting.training.plots, dlvc_cli.reporting.training.summary
heavy = {"torch", "numpy", "matplotlib", "IPython", "PIL"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", source], check=True)


# The live view


def test_the_live_view_prints_notices_above_and_leaves_its_panel():
    console = terminal()
    with LiveView(console) as view:
        for event in every_event():
            view.handle(event)
    text = written(console)
    assert "Data: as given." in text and "Warning: One file is skipped." in text
    last = text[text.rindex("Finished: all 10 epochs are done.") :]
    assert "best 0.5400 at epoch 1, saved" in last and "╯" in last
    assert text.index("\x1b[?25l") < text.rindex("\x1b[?25h")
    assert text.endswith("\n\x1b[?25h")


def test_the_cursor_comes_back_when_training_fails():
    console = terminal()
    with pytest.raises(KeyboardInterrupt), LiveView(console) as view:
        view.handle(STARTED)
        raise KeyboardInterrupt
    assert written(console).rindex("\x1b[?25h") > written(console).rindex("\x1b[?25l")
    assert "Epoch 1/10" in written(console)


def test_nothing_of_the_progress_stays_when_no_run_started():
    console = terminal()
    with LiveView(console) as view:
        view.handle(ev.DataProgress(split="train", done=5, total=10))
        view.handle(ev.Notice(text="Two files are skipped."))
    # Whatever was drawn of the progress is erased after it.
    after = written(console).rpartition("Reading train images")[2]
    assert after.count("\x1b[1A\x1b[2K") == 1
    assert "Two files are skipped." in written(console)


def test_a_narrower_terminal_has_its_wrapped_lines_erased():
    console = terminal(width=100)
    view = LiveView(console)
    with view:
        view.handle(STARTED)
        console.print("first")
        before = len(written(console))
        console.size = (60, 24)
        console.print("second")
    redrawn = written(console)[before:]
    erased = redrawn[: redrawn.index("second")].count("\x1b[1A")
    rows = len(draw(state_of(STARTED), width=100))
    # Each of the panel's rows had become two.
    assert erased == 2 * rows - 1


def test_a_notebook_has_one_output_that_is_replaced(monkeypatch):
    from dlvc_cli.reporting import notebook

    shown = []

    class Output:
        def update(self, bundle, raw):
            shown.append(bundle)

    def display(bundle, raw, display_id):
        shown.append(bundle)
        return Output()

    monkeypatch.setattr(notebook, "display", display)
    with notebook.NotebookView() as view:
        for event in every_event():
            view(event)
        steps = len(shown)
        for _ in range(5):
            view(STEP)
        # Single steps come more often than a notebook is redrawn.
        assert len(shown) <= steps + 1
    last = shown[-1]
    assert last["image/svg+xml"].startswith("<svg ")
    assert "Warning: One file is skipped." in last["text/plain"]
    assert "Finished: all 10 epochs are done." in last["text/plain"]


# The panel


def test_the_panel_says_what_matters():
    clock = iter(range(0, 1000, 10))
    state = state_of(
        STARTED,
        epoch_done(1),
        ev.StepDone(epoch=2, step=21, steps=63, loss=0.6543, lr=0.05, images_per_s=1234.4),
        ev.CheckpointSaved(epoch=2, step=21),
        clock=lambda: next(clock),
    )
    text = "\n".join(draw(state, width=100))
    for words in (
        "cnn on folder:images",
        "CPU, 2 threads · 1.57M parameters · 7,959 images · 32×32 · fp32 · seed 7",
        "Epoch 2/10",
        "Batch 21/63",
        "1,234 images/s · loss 0.6543",
        "lr 0.05",
        "Loss  train 0.6300  val 0.7600",
        "Accuracy  val 0.5400",
        "★ best 0.5400 at epoch 1, saved",
        "checkpoint: epoch 2, batch 21",
        "runs/cnn-3",
    ):
        assert words in text
    assert text.count("★") == 2


def test_time_left_follows_the_pace_of_the_last_epochs():
    now = [0.0]
    state = state_of(STARTED, clock=lambda: now[0])
    assert state.time_left is None
    now[0] = 30.0
    state.update(epoch_done(1))
    assert state.time_left == pytest.approx(9 * 30)
    for epoch in range(2, 6):
        now[0] += 10
        state.update(epoch_done(epoch))
    # Four epochs, at 10 seconds each, since the oldest end that still counts.
    assert state.time_left == pytest.approx(5 * 10)


def test_a_gpu_is_named_with_its_memory_and_what_is_trained():
    started = dataclasses.replace(
        STARTED, device="NVIDIA H200", device_memory=139 * 2**30, trainable=1026
    )
    line = draw(state_of(started), width=100)[1]
    assert "NVIDIA H200, 139 GiB · 1.57M parameters (1,026 trained)" in line


def test_a_resumed_run_shows_its_earlier_curve():
    history = tuple(metrics(epoch) for epoch in range(1, 7))
    fresh = draw(state_of(STARTED))
    resumed = draw(state_of(dataclasses.replace(STARTED, start_epoch=6, history=history)))
    assert any("⠉" <= letter <= "⣿" for line in resumed for letter in line)
    assert not any("⠉" <= letter <= "⣿" for line in fresh for letter in line)
    assert any("★ best 0.6874 at epoch 6, saved" in line for line in resumed)
    assert any("Epoch 6/10" in line for line in resumed)


def test_early_on_the_batches_are_drawn():
    steps = [dataclasses.replace(STEP, step=step, loss=1 / step) for step in range(1, 60)]
    lines = draw(state_of(STARTED, *steps), width=100)
    assert any("batches" in line for line in lines)
    assert any("⠁" <= letter <= "⣿" for line in lines for letter in line)
    later = [epoch_done(epoch) for epoch in range(1, 10)]
    assert not any("batches" in line for line in draw(state_of(STARTED, *steps, *later)))


def test_reading_comes_first():
    progress = ev.DataProgress(split="val", done=1000, total=2041)
    assert draw(state_of())[0].startswith("Preparing")
    (line,) = draw(state_of(progress))
    assert line.startswith("Reading val images") and line.endswith("1,000/2,041")


def test_ascii_terminals_get_ascii_only():
    state = state_of(STARTED, STEP, *(epoch_done(epoch) for epoch in range(1, 10)), ENDED)
    text = "\n".join(draw(state, encoding="ascii"))
    assert text.isascii()
    assert "* best" in text and "o train" in text and "x val" in text


def test_without_colour_nothing_is_coloured_and_curves_differ():
    state = state_of(STARTED, *(epoch_done(epoch) for epoch in range(1, 11)))
    console = terminal(no_color=True, color_system="standard")
    console.print(TrainingPanel(state))
    styles = re.findall(r"\x1b\[([0-9;]*)m", written(console))
    assert styles and not {code for style in styles for code in style.split(";")} & {
        str(code) for code in (*range(30, 38), *range(90, 98))
    }
    assert draw(state, no_color=True) != draw(state, no_color=False)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(4, 200),
    height=st.integers(2, 60),
    epochs=st.integers(0, 12),
    encoding=st.sampled_from(["utf-8", "ascii"]),
    value=st.sampled_from([0.5, 0.0, math.nan, None, 1e-9, 1e9]),
)
def test_the_panel_fits_any_terminal(width, height, epochs, encoding, value):
    done = (epoch_done(e, train_loss=value, val_acc=value) for e in range(1, epochs + 1))
    state = state_of(STARTED, STEP, *done)
    lines = draw(state, width=width, height=height, encoding=encoding)
    assert all(len(line) <= max(width, 8) for line in lines)
    if height >= 12:
        assert len(lines) < height
    if width >= 10:
        assert len({len(line) for line in lines}) == 1


# Charts


def test_a_chart_rises_where_the_values_rise():
    look = Look(width=80, height=24)
    points = [(float(x), float(x)) for x in range(1, 11)]
    rows = chart(
        [Curve(points, "red", "o")],
        width=28,
        height=5,
        x_range=(1, 10),
        look=look,
        mark=(10.0, 10.0),
    )
    plain = [row.plain for row in rows]
    firsts = [next(i for i, letter in enumerate(row) if letter > "⠀") for row in plain]
    assert firsts == sorted(firsts, reverse=True)
    assert plain[0].startswith("    10 ┤") and plain[0].endswith("★")
    assert plain[-1].startswith("     1 ┤⣀") or plain[-1].startswith("     1 ┤⡠")
    assert all(len(row) == 28 for row in plain)


def test_a_loss_over_decades_is_drawn_logarithmically():
    look = Look(width=80, height=24)
    points = [(float(x), 10.0**-x) for x in range(5)]
    rows = chart([Curve(points, "red", "o")], width=48, height=9, x_range=(0, 4), look=look)
    assert "log" in rows[4].plain
    # On a logarithmic axis powers of ten lie on a straight line: the middle is in the middle.
    middle = rows[4].plain[8:]
    assert 17 <= next(i for i, letter in enumerate(middle) if letter > " ") <= 22


def test_crossing_curves_keep_their_dots():
    look = Look(width=80, height=24)
    rising = Curve([(0.0, 0.0), (1.0, 1.0)], "red", "o")
    falling = Curve([(0.0, 1.0), (1.0, 0.0)], "blue", "x")

    def dots(*curves):
        rows = chart(curves, width=18, height=4, x_range=(0, 1), look=look)
        return [
            ord(letter) & 0xFF if letter > "⠀" else 0 for row in rows for letter in row.plain[8:]
        ]

    both = [a | b for a, b in zip(dots(rising), dots(falling), strict=True)]
    assert dots(rising, falling) == both


# The summary


def summary(event: ev.RunEnded) -> str:
    console = Console(file=io.StringIO(), width=40)
    console.print(training_summary(event, STARTED), soft_wrap=True)
    return console.file.getvalue()


def test_the_summary_says_how_it_went_and_what_to_do_next():
    text = summary(ENDED)
    assert "\x1b" not in text
    assert text.startswith("Finished: all 10 epochs are done.\n")
    assert "0.8000 validation accuracy, at epoch 9" in text
    assert "12:03" in text
    for command in ("test runs/cnn-3", "predict runs/cnn-3 IMAGE", "compare runs/cnn-3 OTHER"):
        assert f"  dlvc {command}" in text
    assert "--resume" not in text


def test_the_summary_of_a_stopped_run_says_how_to_go_on():
    stopped = dataclasses.replace(
        ENDED, run="my runs/cnn-3", state="stopped", reason="stopped", best_acc=None
    )
    text = summary(stopped)
    assert text.startswith("Stopped.\n")
    assert "  dlvc train --resume 'my runs/cnn-3'" in text
    # Without a finished epoch there are no best weights to test.
    assert "dlvc test" not in text


# Figures


def ink(file) -> float:
    """The share of an image's pixels that are not white."""
    with Image.open(file) as image:
        assert image.format == "PNG"
        histogram = image.convert("L").histogram()
    return 1 - sum(histogram[250:]) / sum(histogram)


@pytest.mark.parametrize(
    "lines",
    [
        [metrics(1)],
        [metrics(epoch, val_acc_running=0.6) for epoch in range(1, 31)],
        [metrics(epoch, train_loss=10.0 ** (-epoch / 100)) for epoch in range(1, 501)],
        [metrics(1), metrics(2, train_loss=None, val_loss=math.nan), metrics(3, val_acc=None)],
        [metrics(1, train_loss=0.0, val_loss=math.inf)],
        [dict.fromkeys(metrics(1)) | {"epoch": 1}],
    ],
    ids=["one epoch", "running", "decades", "gaps", "zero and infinity", "nothing"],
)
@pytest.mark.filterwarnings("error")
def test_a_run_is_drawn_whatever_its_values(tmp_path, lines):
    plot_run(lines, tmp_path, "cnn_$1 on $HOME/pets")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["accuracy.png", "loss.png"]
    assert ink(tmp_path / "loss.png") > 0.005
    assert ink(tmp_path / "accuracy.png") > 0.005


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.filterwarnings("error")
def test_runs_are_drawn_over_each_other(tmp_path, count):
    runs = [
        (f"_run_{n}", [metrics(epoch, val_acc=0.5 + n / 30) for epoch in range(1, 9)])
        for n in range(count)
    ]
    plot_comparison(runs, tmp_path / "comparison.png")
    assert [file.name for file in tmp_path.iterdir()] == ["comparison.png"]
    with Image.open(tmp_path / "comparison.png") as image:
        colors = image.convert("RGB").getcolors(1 << 20) or []
    blue = next((n for n, color in colors if color == (0x00, 0x72, 0xB2)), 0)
    green = next((n for n, color in colors if color == (0x00, 0x9E, 0x73)), 0)
    assert blue > 100 and (green > 100) == (count > 2)


def test_a_figure_that_cannot_be_written_leaves_the_old_one(tmp_path):
    with pytest.raises(RunError, match="Cannot write"):
        plot_comparison([("a", [metrics(1)])], tmp_path / "nowhere" / "comparison.png")
    assert not list(tmp_path.iterdir())


# Images of the terminal


def test_the_terminal_as_an_image():
    state = state_of(STARTED, *(epoch_done(epoch) for epoch in range(1, 11)), ENDED)
    svg, text = terminal_image(TrainingPanel(state), columns=100, rows=28, title="dlvc")
    assert svg.startswith("<svg ") and svg.rstrip().endswith("</svg>")
    assert "★" in svg and "⠉" in svg and "font-face" not in svg
    assert "Finished: all 10 epochs are done." in text and "\x1b" not in text
