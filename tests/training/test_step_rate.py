"""The schedule's factor at each step of a run, past the schedule's end too, and after a resume."""

from __future__ import annotations

import re

import pytest
from helpers.folders import QUIET
from helpers.transfer import Listener

import dlvc_cli as dlvc
from dlvc_cli import PluginError
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.step_rate import StepRate

pytestmark = pytest.mark.usefixtures("own_folder")


def rate_of(text: str, epochs: int, steps: int = 4) -> StepRate:
    choice = registry().choose("schedules", text)
    return StepRate(choice, choice.build(), epochs, steps)


def test_a_schedule_is_told_epochs_and_steps():
    told = []
    rate = StepRate(registry().choose("schedules", "constant"), told.append, 3, 4)
    for place in ((0, 0), (1, 2), (2, 3), (3, 0), (7, 1)):
        with pytest.raises(PluginError, match="not None at epoch"):
            rate.factor(*place)
    last = (2.75, 3, 11, 12)
    assert told == [(0, 3, 0, 12), (1.5, 3, 6, 12), last, last, last]


def test_past_its_end_the_last_factor_stays():
    rate = rate_of("cosine", 3)
    end = rate.factor(2, 3)
    assert 0 < end < 0.02
    assert [rate.factor(3, 0), rate.factor(9, 2)] == [end, end]
    assert rate.last_factor(3, 0) == end and rate.last_factor(2, 3) == rate.factor(2, 2)
    assert rate.last_factor(0, 0) == rate.factor(0, 0)


@pytest.mark.parametrize(
    ("text", "same"),
    [("constant", True), ("step:2", True), ("cosine", False), ("cosine:warmup=2", False),
     ("one-cycle", False)],
)  # fmt: skip
def test_whether_a_schedule_depends_on_its_length_is_found(text, same):
    short, long = rate_of(text, 3), rate_of(text, 6)
    assert short.is_spread_as(long) is same and long.is_spread_as(short) is same


def resumed(run: dlvc.Run, **options: object) -> Listener:
    heard = Listener()
    dlvc.train(resume=run, view=heard, **options)
    return heard


def rates(run: dlvc.Run) -> list[float]:
    return [line["lr"] for line in run.metrics]


# Two steps an epoch: of 3 epochs, the last step is 5/6 along the cosine; of 6, step 6 is halfway.
OPTIONS = {"epochs": 3, "batch_size": 4, "schedule": "cosine", "lr": 0.1}


def test_a_resume_that_stretches_the_schedule_says_both_rates_first(few):
    run = dlvc.train("cnn", data=few, **OPTIONS, **QUIET)
    heard = resumed(run, epochs=6)
    said = (
        "The schedule cosine spans 6 epochs now, not 3: the learning rate was 0.0067 in the last "
        "step, and is 0.05 in the next. --schedule-epochs 3 keeps the schedule as it was."
    )
    assert heard.texts.count(said) == 1
    # (1 + cos(11/12 pi)) / 2 of 0.1
    assert rates(run)[-1] == pytest.approx(0.1 * 0.0170371, rel=1e-5)


def test_a_resume_may_keep_or_set_the_schedule_s_length(few):
    run = dlvc.train("cnn", data=few, **OPTIONS, **QUIET)
    heard = resumed(run, epochs=4, schedule_epochs=3)
    assert "spans" not in heard.texts
    assert rates(run)[3] == rates(run)[2] == pytest.approx(0.1 * 0.0669873, rel=1e-5)
    assert "--schedule-epochs 3" in dlvc.load_run(run.path).record["command"]
    # What is asked for is said without advice.
    heard = resumed(run, epochs=5, schedule_epochs=10)
    said = r"spans 10 epochs now, not 3: .* was 0.0067 .* is 0.0655 in the next\."
    assert re.search(said, heard.texts) and "keeps" not in heard.texts
    # A resume that does not mention it leaves it as it is.
    assert "spans" not in resumed(run, epochs=6).texts
    assert dlvc.load_run(run.path).config.schedule_epochs == 10


def test_half_of_a_longer_schedule_goes_on_as_all_of_it_would_have(few):
    whole = dlvc.train("cnn", data=few, **OPTIONS | {"epochs": 4}, **QUIET)
    part = dlvc.train("cnn", data=few, **OPTIONS | {"epochs": 2, "schedule_epochs": 4}, **QUIET)
    heard = resumed(part, epochs=4)
    assert "spans" not in heard.texts
    losses = [[line["val_loss"] for line in run.metrics] for run in (part, whole)]
    assert losses[0] == losses[1]


@pytest.mark.parametrize("schedule", ["constant", "step:2"])
def test_a_schedule_without_a_length_says_nothing(few, schedule):
    run = dlvc.train("cnn", data=few, **OPTIONS | {"schedule": schedule}, **QUIET)
    assert "spans" not in resumed(run, epochs=6).texts
