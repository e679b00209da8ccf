"""Events for programs, through ``open_view``."""

from __future__ import annotations

import io
import json
import math

from helpers.events import epoch_done, every_event

from dlvc_cli import events as ev
from dlvc_cli.reporting.training.views import open_view


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
