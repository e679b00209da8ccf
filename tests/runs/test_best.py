"""The best epoch of a run, by its lines."""

from __future__ import annotations

from dlvc_cli.runs.best import best_of, summed_up


def test_the_best_epoch_is_one_whose_validation_is_finite():
    nan = float("nan")
    lines = [
        {"epoch": 1, "val_loss": 0.7, "val_acc": 0.5},
        {"epoch": 2, "val_loss": 0.6, "val_acc": 0.8},
        {"epoch": 3, "val_loss": None, "val_acc": 0.98},
        {"epoch": 4, "val_loss": nan, "val_acc": 0.99},
        {"epoch": 5, "val_loss": 0.1, "val_acc": None},
        {"epoch": 6, "val_loss": 0.5, "val_acc": 0.8},
    ]
    assert best_of(lines) == (2, lines[1])
    assert best_of(lines[2:5]) is None and best_of([]) is None
    assert best_of([{"val_acc": 0.5}]) == (1, {"val_acc": 0.5})


def test_lines_may_say_themselves_which_epochs_were_the_best_so_far():
    lines = [
        {"epoch": n, "val_loss": 0.5, "val_acc": accuracy, "best": best}
        for n, accuracy, best in ((1, 0.9, True), (2, 0.8, True), (3, 0.95, False))
    ]
    assert best_of(lines) == (2, lines[1]) and summed_up(lines)["best_acc"] == 0.8
    assert best_of(lines[2:]) is None


def test_epochs_and_best_are_summed_up():
    lines = [
        {"epoch": 1, "val_loss": 0.7, "val_acc": 0.5, "val_balanced_acc": 0.4},
        {"epoch": 2, "val_loss": None, "val_acc": 0.9},
    ]
    assert summed_up(lines) == {
        "epoch": 2, "best_acc": 0.5, "best_epoch": 1, "best_balanced_acc": 0.4,
    }  # fmt: skip
    assert summed_up(lines[1:])["best_acc"] is None and summed_up([]) == {}
