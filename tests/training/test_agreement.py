"""Processes that were given something else than the others are found out, by all of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from helpers.processes import in_processes, one_process

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DataError
from dlvc_cli.training.agreement import refuse_other_images, refuse_other_options


def outcome(check, *subject):
    try:
        check(*subject)
    except (BadOption, DataError) as error:
        return type(error)
    return None


def test_options_that_differ_are_refused_by_all():
    def work(runtime, **changed):
        options = changed if runtime.rank == 1 else {}
        plan = SimpleNamespace(config=TrainConfig(model="cnn", **options))
        return outcome(refuse_other_options, plan, runtime)

    assert in_processes(3, work) == [None] * 3
    assert in_processes(3, lambda runtime: work(runtime, lr=0.3)) == [BadOption] * 3
    # Of the machine, not of the run.
    elsewhere = {"data": "folder:/elsewhere", "threads": 3}
    assert in_processes(3, lambda runtime: work(runtime, **elsewhere)) == [None] * 3


@pytest.mark.parametrize("other", [{"fingerprints": {"train": "b"}}, {"skipped": {"val": ["x"]}}])
def test_images_that_differ_are_refused_by_all(other):
    same = {"fingerprints": {"train": "a"}, "skipped": {}}

    def work(runtime):
        data = SimpleNamespace(**same | (other if runtime.rank == 1 else {}))
        return outcome(refuse_other_images, data, runtime)

    assert in_processes(2, work) == [DataError] * 2
    refuse_other_images(SimpleNamespace(**same), one_process())
