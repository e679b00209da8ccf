"""What ``--precision auto`` is on a CPU is measured where it can pay, recorded, and kept."""

from __future__ import annotations

import pytest
import torch

import dlvc_cli
from dlvc_cli.training import chosen_precision


def train(data: str, out: str, **options: object) -> dlvc_cli.Run:
    given = {"epochs": 2, "batch_size": 4, "dropout": 0.2, "lr": 0.01} | options
    return dlvc_cli.train("cnn", data=data, out=out, device="cpu", view="quiet", **given)


@pytest.fixture
def bf16_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})


def losses(run: dlvc_cli.Run) -> list[float]:
    return [line[key] for line in run.metrics for key in ("train_loss", "val_loss")]


@pytest.mark.usefixtures("bf16_cpu", "own_folder")
def test_where_it_is_faster_a_long_training_is_in_bf16_and_stays_so(few, monkeypatch) -> None:
    monkeypatch.setattr(chosen_precision, "_LONG", 0.0)
    monkeypatch.setattr(chosen_precision, "_WORTH", 0.0)
    asked, chosen = train(few, "asked", precision="bf16"), train(few, "chosen")
    record = chosen.record
    assert (record["precision"], record["config"]["precision"]) == ("bf16", "auto")
    assert record["command"].endswith(" --precision bf16")
    assert any(text.startswith("Training in bf16") for text in record["notices"])
    # Measuring leaves weights, statistics and draws alone.
    assert losses(chosen) == losses(asked)
    cut = train(few, "cut", epochs=1)
    # Whatever would be measured now.
    monkeypatch.setattr(chosen_precision, "_LONG", 1e9)
    resumed = dlvc_cli.train(resume=cut.path, epochs=2, view="quiet")
    assert resumed.record["precision"] == "bf16" and losses(resumed) == losses(asked)
    # Tested as it was trained: in the same arithmetic.
    assert resumed.test("val").accuracy == resumed.metrics[-1]["val_acc"]


@pytest.mark.usefixtures("bf16_cpu", "own_folder")
@pytest.mark.parametrize(("long", "worth"), [(120.0, 0.0), (0.0, 1e9)])
def test_else_it_stays_in_fp32(few, monkeypatch, long, worth) -> None:
    monkeypatch.setattr(chosen_precision, "_LONG", long)
    monkeypatch.setattr(chosen_precision, "_WORTH", worth)
    asked, left = train(few, "asked", precision="fp32"), train(few, "left")
    assert left.record["precision"] == "fp32" and losses(left) == losses(asked)
    assert "precision" not in left.record["command"]
