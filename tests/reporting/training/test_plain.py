"""A line an epoch, through ``open_view``."""

from __future__ import annotations

import io
import math

from helpers.events import epoch_done, every_event

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
