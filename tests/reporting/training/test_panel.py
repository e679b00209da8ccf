"""The panel of a training and the curves in it, on consoles of a fixed size."""

from __future__ import annotations

import dataclasses
import math
import re

from helpers.events import (
    ENDED,
    STARTED,
    STEP,
    draw,
    epoch_done,
    state_of,
    terminal,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli import events as ev
from dlvc_cli.reporting.training.panel import TrainingPanel


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


def test_balanced_accuracy_is_beside_accuracy_where_classes_are_uneven():
    done = dataclasses.replace(epoch_done(1, val_balanced_acc=0.5), best_balanced_acc=0.5)
    uneven = dataclasses.replace(STARTED, val_counts=(2000, 41))
    text = "\n".join(draw(state_of(uneven, done), width=100))
    assert "Accuracy  val 0.5400  balanced 0.5000" in text
    assert "★ best 0.5400 (balanced 0.5000) at epoch 1, saved" in text
    # A resumed run knows it from its lines.
    resumed = dataclasses.replace(uneven, history=(done.metrics,), start_epoch=1)
    assert "best 0.5400 (balanced 0.5000)" in "\n".join(draw(state_of(resumed), width=100))
    even = dataclasses.replace(STARTED, val_counts=(1021, 1020))
    assert "balanced" not in "\n".join(draw(state_of(even, done), width=100))
    assert max(map(len, draw(state_of(uneven, done), width=30))) <= 30


def test_without_a_finite_validation_there_is_no_best():
    lost = dataclasses.replace(
        epoch_done(1, best=False, val_loss=None), best_acc=None, best_epoch=None
    )
    for state in (
        state_of(STARTED, lost),
        state_of(dataclasses.replace(STARTED, history=(lost.metrics,), start_epoch=1)),
    ):
        text = "\n".join(draw(state, width=100))
        assert "No validation has been finite yet." in text and "best" not in text


def test_a_gpu_is_named_with_its_memory_and_what_is_trained():
    started = dataclasses.replace(
        STARTED, device="NVIDIA H200", device_memory=139 * 2**30, trainable=1026
    )
    line = draw(state_of(started), width=100)[1]
    assert "NVIDIA H200, 139 GiB · 1.57M parameters (1,026 trained)" in line


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


def test_at_forty_columns_no_word_is_cut():
    uneven = dataclasses.replace(STARTED, val_counts=(2000, 41), device="A" * 20 + " GPU" * 8)
    done = dataclasses.replace(epoch_done(1, val_balanced_acc=0.5), best_balanced_acc=0.5)
    lines = draw(state_of(uneven, STEP, done), width=40)
    assert "│ ★ best 0.5400 at epoch 1           │" in lines
    assert "│ No validation yet.                 │" in draw(state_of(STARTED, STEP), width=40)
    ended = dataclasses.replace(ENDED, state="stopped", reason="interrupted, saved after this step")
    text = "\n".join(draw(state_of(STARTED, done, ended), width=40))
    assert "│ Stopped: interrupted, saved after  │" in text
