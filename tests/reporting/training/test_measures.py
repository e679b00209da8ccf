"""Which measures can be drawn, and which of them share an axis."""

from __future__ import annotations

import pytest

from dlvc_cli import BadOption
from dlvc_cli.reporting.training.measures import (
    COMPARED,
    MEASURES,
    choose_measures,
    is_share,
    shares_axis,
)


def test_measures_are_chosen_by_their_keys():
    assert choose_measures(",".join(COMPARED), "--curves") == COMPARED
    assert choose_measures(" lr, val_acc,lr", "--curves") == ("lr", "val_acc")
    for wrong, meant in (("trainacc", "train_acc"), ("val-acc", "val_acc"), ("LR", "lr")):
        with pytest.raises(BadOption, match=rf"Did you mean {meant}\?"):
            choose_measures(f"val_acc,{wrong}", "--curves")
    for wrong in ("", "val", ",".join(MEASURES)):
        with pytest.raises(BadOption, match="--curves"):
            choose_measures(wrong, "--curves")


def test_accuracies_are_shares_and_like_is_drawn_with_like():
    assert [key for key in MEASURES if is_share(key)] == [
        "train_acc",
        "val_acc",
        "val_balanced_acc",
        "val_acc_running",
        "val_acc_last_batch",
    ]
    assert shares_axis("train_loss", "val_loss") and shares_axis("val_acc", "train_acc")
    assert not shares_axis("val_loss", "val_acc") and not shares_axis("lr", "seconds")
