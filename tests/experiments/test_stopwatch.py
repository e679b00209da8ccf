"""Finding out what runs cost: from earlier ones, else measured in another process."""

from __future__ import annotations

import time

from dlvc_cli.api.study_job import plan_study_job
from dlvc_cli.experiments import stopwatch
from dlvc_cli.experiments.cost import Cost, kind_of
from dlvc_cli.experiments.stopwatch import find_costs, measure
from dlvc_cli.experiments.study import Experiment, Study


def job_of(folder, **experiments):
    usual = {"model": "cnn", "data": f"folder:{folder}", "epochs": 3, "threads": 1}
    made = tuple(Experiment(name=name, options=usual | more) for name, more in experiments.items())
    return plan_study_job(Study(name="s", title="S", experiments=made))


def test_a_run_is_measured_in_another_process_and_what_cannot_be_is_left_out(folder, own_folder):
    good = job_of(folder, plain={}).planned[0].config.to_dict()
    found = measure([good | {"data": "folder:nowhere"}, good])
    assert found.keys() == {1}
    assert found[1].epoch > 0 and found[1].start > 2 and found[1].features == 0


def test_measuring_is_left_at_once_where_it_is_asked_to(folder, own_folder):
    begun = time.monotonic()
    config = job_of(folder, plain={}).planned[0].config.to_dict()
    assert measure([config] * 50, lambda: True) == {}
    assert time.monotonic() - begun < 10


def test_each_network_is_measured_first_and_tells_of_kinds_that_were_not(
    folder, own_folder, monkeypatch
):
    job = job_of(folder, plain={}, flip={"aug": "flip"}, alex={"model": "alexnet"}, wd={"wd": 1e-4})
    asked = []

    def two(configs, stop):
        asked.extend((config["model"], config["aug"]) for config in configs)
        return {0: Cost(1.0), 1: Cost(2.0)}

    monkeypatch.setattr(stopwatch, "measure", two)
    known = find_costs(job.planned, job.folder, 1)
    assert len(asked) == 3 and {model for model, _ in asked[:2]} == {"cnn", "alexnet"}
    costs = {run.name: known.costs[kind_of(run.config, 1)] for run in job.planned}
    assert costs["plain"] == costs["flip"] == costs["wd"] != costs["alex"]
    assert len(known.measured) == 3 and not known.recorded


def test_what_is_recorded_is_not_measured(folder, own_folder, monkeypatch):
    job = job_of(folder, plain={}, flip={"aug": "flip"})
    plain, flip = (kind_of(run.config, 1) for run in job.planned)
    monkeypatch.setattr(stopwatch, "recorded_costs", lambda folder: {plain: Cost(7.0)})
    monkeypatch.setattr(stopwatch, "measure", lambda configs, stop: {0: Cost(1.0)})
    known = find_costs(job.planned, job.folder, 1)
    assert known.costs == {plain: Cost(7.0), flip: Cost(1.0)}
    assert (known.recorded, known.measured) == ({plain}, {flip})
    assert find_costs(job.planned, job.folder, 1, measures=lambda: False).costs.keys() == {plain}
