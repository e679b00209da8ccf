"""A line an epoch, through ``open_view``."""

from __future__ import annotations

import io
import math
from dataclasses import replace

from helpers.events import STARTED, epoch_done, every_event

from dlvc_cli import events as ev
from dlvc_cli.reporting.training.views import open_view


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


def test_plain_lines_survive_missing_values_and_letters_the_stream_lacks():
    raw = io.BytesIO()
    view = open_view("plain", stderr=io.TextIOWrapper(raw, "ascii"))
    view(ev.Notice(text="Größe"))
    view(epoch_done(1, val_loss=None, images_per_s=None, lr=None, train_loss=math.inf))
    text = raw.getvalue().decode()
    assert text.startswith("Gr\\xf6\\xdfe\n")
    assert "train loss -  val loss -" in text and "lr -" in text


def test_balanced_accuracy_is_beside_accuracy_where_classes_are_uneven():
    for counts, shown in (((2000, 41), True), ((1021, 1020), False), ((), False)):
        stderr = io.StringIO()
        view = open_view("plain", stderr=stderr)
        view(replace(STARTED, val_counts=counts))
        view(epoch_done(1, val_balanced_acc=0.5125))
        assert ("val acc 0.5400  balanced 0.5125  1234 images/s" in stderr.getvalue()) is shown
