"""What epochs cost: arithmetic by hand, and what earlier runs tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.folders import QUIET

import dlvc_cli as dlvc
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.experiments.cost import (
    Cost,
    cost_of_lines,
    kind_of,
    network_of,
    recorded_costs,
    threads_of,
)

FULL = TrainConfig(model="cnn")
FROZEN = TrainConfig(model="resnet", pretrained=True, feature_extract=True)


def lines(*seconds: float) -> list[dict[str, float]]:
    return [{"seconds": one} for one in seconds]


def test_epochs_that_are_left_cost_as_many_times_one():
    assert Cost(2.0).seconds(done=3, epochs=10) == 14.0
    assert Cost(2.0).seconds(done=10, epochs=10) == 0.0


def test_features_are_computed_in_the_first_epoch():
    cost = Cost(2.0, features=100.0, held_features=30.0)
    assert cost.seconds(0, 10) == 2 * 10 + 100 + 30
    assert cost.seconds(1, 10) == 2 * 9
    assert cost.seconds(0, 10, shared=True) == 2 * 10


def test_of_two_variants_half_are_new_in_each_epoch():
    cost = Cost(0.0, features=100.0, variants=2)
    assert cost.seconds(0, 1) == 100
    assert cost.seconds(0, 3) == pytest.approx(100 + 50 + 25)
    assert cost.seconds(1, 3) == pytest.approx(50 + 25)


def test_a_run_s_lines_tell_what_an_epoch_takes():
    assert cost_of_lines([], FULL) is None
    assert cost_of_lines(lines(9), FULL) == Cost(9)
    # The first warms up.
    assert cost_of_lines(lines(9, 2, 4), FULL) == Cost(3)
    # One epoch that computes features says nothing of the next.
    assert cost_of_lines(lines(90), FROZEN) is None
    assert cost_of_lines(lines(90, 2, 2, 2), FROZEN) == Cost(2, features=88)


def test_what_decides_nothing_is_no_part_of_the_kind():
    same = TrainConfig(model="cnn", seed=3, lr=0.5, wd=1e-4, epochs=7, dropout=0.5)
    assert kind_of(same, 2) == kind_of(FULL, 2) != kind_of(FULL, 1)
    for change in ({"batch_size": 64}, {"running_accuracy": True}, {"aug": "flip"}):
        assert kind_of(TrainConfig(model="cnn", **change), 2) != kind_of(FULL, 2), change
    folds = [TrainConfig(model="cnn", fold=fold) for fold in ("1/5", "2/5", "1/2")]
    assert kind_of(folds[0], 2) == kind_of(folds[1], 2) != kind_of(folds[2], 2)


def test_ops_belong_to_the_network_where_they_decide_whether_features_are_kept():
    assert network_of(FULL) == network_of(TrainConfig(model="cnn", aug="flip", batch_size=64))
    crop = TrainConfig(model="resnet", pretrained=True, feature_extract=True, aug="crop")
    assert network_of(FROZEN) != network_of(crop)


def test_runs_at_a_time_share_the_cores(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert [threads_of(FULL, jobs) for jobs in (1, 3, 16)] == [8, 2, 1]
    assert threads_of(TrainConfig(model="cnn", threads=5), 2) == 5


def test_earlier_runs_of_this_machine_tell(own_folder, folder):
    options = {"data": f"folder:{folder}", "epochs": 2, "image_size": 32, **QUIET}
    run = dlvc.train("cnn", **options)
    known = recorded_costs(Path("studies/none"))
    config = TrainConfig.from_dict(json.loads((run.path / "run.json").read_text())["config"])
    (kind,) = known
    assert kind == kind_of(config, config.threads)
    assert known[kind].epoch == run.metrics[1]["seconds"]
    # Of another machine they don't.
    record = (run.path / "run.json").read_text()
    values = json.loads(record)
    values["versions"]["platform"] = "another"
    values.pop("digest", None)
    (run.path / "run.json").write_text(json.dumps(values))
    assert recorded_costs(Path("studies/none")) == {}
