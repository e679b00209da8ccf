"""Views that fail are not the end of a run."""

from __future__ import annotations

import contextlib

import pytest

import dlvc_cli
from dlvc_cli.events import EpochDone


class Failing(contextlib.nullcontext):
    """A view that raises ``error`` at the end of the first epoch."""

    def __init__(self, error):
        super().__init__()
        self.error = error
        self.events = []

    def __call__(self, event):
        self.events.append(event)
        if isinstance(event, EpochDone):
            raise self.error


OPTIONS = {"epochs": 3, "threads": 1}


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError(5, "EIO"), ValueError("I/O operation on closed file")]
)
def test_a_view_that_cannot_write_is_dropped_and_the_run_goes_on(own_folder, few, error):
    view = Failing(error)
    run = dlvc_cli.train("cnn", data=few, view=view, **OPTIONS)
    assert run.status["state"] == "finished" and len(run.metrics) == 3
    assert isinstance(view.events[-1], EpochDone) and view.events[-1].epoch == 1


def test_a_view_with_a_fault_is_told_once_the_run_is_saved(own_folder, few):
    with pytest.raises(ZeroDivisionError):
        dlvc_cli.train("cnn", data=few, view=Failing(ZeroDivisionError()), out="run", **OPTIONS)
    run = dlvc_cli.load_run("run")
    assert run.status["state"] == "stopped" and run.status["epoch"] == len(run.metrics) == 1
    resumed = dlvc_cli.train(resume="run", view="quiet")
    assert resumed.status["state"] == "finished"
