"""What a run says when it is over."""

from __future__ import annotations

import dataclasses
import io

from helpers.events import ENDED, STARTED
from rich.console import Console

from dlvc_cli import events as ev
from dlvc_cli.reporting.training.summary import training_summary


def summary(event: ev.RunEnded, started: ev.RunStarted = STARTED) -> str:
    console = Console(file=io.StringIO(), width=40)
    console.print(training_summary(event, started), soft_wrap=True)
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


def test_the_summary_gives_the_balanced_accuracy_where_classes_are_uneven():
    ended = dataclasses.replace(ENDED, best_balanced_acc=0.5125)
    assert "balanced" not in summary(ended)
    uneven = dataclasses.replace(STARTED, val_counts=(2000, 41))
    assert "0.8000 validation accuracy (balanced 0.5125), at epoch 9" in summary(ended, uneven)
    # The best epoch of a run that was begun before it was measured.
    assert "(balanced -)" in summary(ENDED, uneven)


def test_the_summary_of_a_run_without_a_finite_validation_says_so():
    text = summary(dataclasses.replace(ENDED, best_acc=None, best_epoch=None))
    assert "none yet: no validation was finite" in text and "dlvc test" not in text
    text = summary(dataclasses.replace(ENDED, best_acc=None, best_epoch=None, epochs=0))
    assert "none yet: no epoch was finished" in text


def test_on_a_narrow_terminal_no_line_is_too_long():
    lines = training_summary(ENDED, STARTED, width=40).plain.splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[lines.index("  # beside another run") + 1] == "  dlvc compare runs/cnn-3 OTHER"
    assert "  best    0.8000 validation accuracy, at" in lines and "          epoch 9" in lines
    wide = training_summary(ENDED, STARTED, width=80).plain
    assert "  dlvc compare runs/cnn-3 OTHER  # beside another run" in wide
