"""The time that is left of a study."""

from __future__ import annotations

import pytest

from dlvc_cli.api.study_job import plan_study_job
from dlvc_cli.experiments.cost import Cost, kind_of, threads_of
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.remaining import Remaining, TimeLeft, makespan
from dlvc_cli.experiments.study import Experiment, Study


def planned(**experiments) -> list[PlannedRun]:
    """Runs of the CNN that differ as given, of 10 epochs."""
    usual = {"model": "cnn", "data": "toy-pets", "epochs": 10}
    made = tuple(Experiment(name=name, options=usual | more) for name, more in experiments.items())
    return list(plan_study_job(Study(name="s", title="S", experiments=made)).planned)


def lines(*seconds: float) -> list[dict[str, float]]:
    return [{"epoch": at, "seconds": one, "val_acc": 0.5} for at, one in enumerate(seconds, 1)]


def cost_for(run: PlannedRun, cost: Cost, jobs: int = 1):
    return {kind_of(run.config, threads_of(run.config, jobs)): cost}


@pytest.mark.parametrize(
    ("jobs", "ends"), [(1, 14.0), (2, 9.0), (3, 8.0), (9, 8.0)]
)  # 1 | 5 | 8, in this order: with two, 8 begins after 1
def test_runs_begin_in_their_order_as_soon_as_there_is_room(jobs, ends):
    assert makespan([1.0, 5.0, 8.0], jobs) == ends


def test_before_any_epoch_nothing_is_known_but_what_is_given(own_folder):
    runs = planned(plain={}, flip={"aug": "flip"})
    assert Remaining(runs, 1).left() == TimeLeft(0.0, ("plain", "flip"))
    assert Remaining(runs, 1).seconds() is None
    costs = cost_for(runs[0], Cost(2.0, start=5.0))
    assert Remaining(runs, 1, costs).left() == TimeLeft(25.0, ("flip",))
    costs |= cost_for(runs[1], Cost(3.0, start=5.0))
    assert Remaining(runs, 1, costs).seconds() == 25 + 35


def test_a_run_s_own_epochs_replace_the_estimate(own_folder):
    runs = planned(plain={}, decay={"wd": 1e-4})
    now = [0.0]
    remaining = Remaining(runs, 1, cost_for(runs[0], Cost(9.0, start=5.0)), lambda: now[0])
    assert remaining.after(runs[0], "running", []).seconds == 95 + 95
    # Two epochs of 2 s: eight are left of the first, which has started, and all of the other.
    assert remaining.after(runs[0], "running", lines(2, 2)).seconds == 16 + 20 + 5
    # It took 31 s for 20 s of epochs: so will the other.
    now[0] = 31.0
    assert remaining.after(runs[0], "finished", lines(*[2] * 10)).seconds == 20 + 11
    assert remaining.done == [10, 0]


def test_runs_that_share_features_compute_them_once(own_folder, tmp_path):
    (tmp_path / "w.pth").write_bytes(b"")
    frozen = {"weights": "w.pth", "feature_extract": True}
    runs = planned(one=frozen, other=frozen | {"lr": 0.5})
    costs = cost_for(runs[0], Cost(1.0, features=100.0, held_features=20.0, start=0.0))
    remaining = Remaining(runs, 1, costs)
    assert remaining.seconds() == 10 + 120 + 10
    # After one epoch of it there are features; what later epochs take isn't known better yet.
    assert remaining.after(runs[0], "running", lines(121)).seconds == 9 + 10


def test_runs_that_failed_take_no_time(own_folder):
    runs = planned(plain={}, flip={"aug": "flip"})
    remaining = Remaining(runs, 2)
    remaining.after(runs[0], "failed", [])
    assert remaining.left().unknown == ("flip",)
