"""Events of a study, folded into what the live view shows."""

from __future__ import annotations

from helpers.studies import ended, news, standing_of, started

from dlvc_cli.reporting.study.standing import StudyStanding


def test_epochs_are_those_done_of_all_that_will_be():
    standing = standing_of(
        started(done=1, epochs_done=(10, 4, 0), finished=(True, False, False)),
        news("flip", epoch=6),
    )
    assert standing.epochs == (16, 30)
    # What failed won't have the rest of its epochs.
    standing.update(news("crop", "failed", 2, reason="It went astray."))
    assert standing.epochs == (18, 22)
    assert [run.name for run in standing.having("finished", "running")] == ["plain", "flip"]


def test_the_time_that_is_left_counts_down_between_events():
    now = [0.0]
    standing = StudyStanding(lambda: now[0])
    standing.update(started())
    now[0] = 20.0
    assert (standing.time_left, standing.elapsed) == (280, 20)
    standing.update(news("plain", epoch=1))
    now[0] = 500.0
    assert standing.time_left == 0
    standing.update(news("plain", epoch=2, seconds_left=None))
    assert standing.time_left is None
    standing.update(ended())
    now[0] = 900.0
    assert standing.elapsed == 500


def test_what_has_ended_is_known_in_that_order():
    standing = standing_of(started(), news("crop", "finished", 10), news("plain", "failed", 1))
    assert [run.name for run in standing.latest] == ["crop", "plain"]


def test_events_of_before_these_keys_are_taken_as_well():
    standing = standing_of(started(epochs=(), epochs_done=(), finished=()))
    assert standing.epochs == (0, 0) and len(standing.having("waiting")) == 3
