"""What is said of a study in plain lines."""

from __future__ import annotations

from helpers.studies import ended, news, started

from dlvc_cli.reporting.study.study_lines import StudyLines


def said(*events, **options) -> list[str]:
    lines = StudyLines(**options)
    return [text for event in events for text in lines.of(event)]


def test_each_line_says_how_far_the_whole_study_is():
    assert said(
        started(done=1),
        news("flip", "waiting"),
        news("flip"),
        news("flip", epoch=1),
        news("flip", "finished", 10),
        news("crop", "missing", reason="Put w.pth there.", seconds_left=None),
        ended(missing=("crop",)),
    ) == [
        "ways: 3 runs, 1 of them finished already. About 5 min left. Folder: studies/ways",
        "flip: running, epoch 0/10 (1 of 3 runs over, 3:20 left)",
        "flip: running, epoch 1/10, best 0.5000 (1 of 3 runs over, 3:20 left)",
        "flip: finished, epoch 10/10, best 0.7700 (2 of 3 runs over, 3:20 left)",
        "crop: can't run here (3 of 3 runs over): Put w.pth there.",
        "Finished: 3 runs finished, can't run here: crop.",
    ]


def test_a_run_tells_of_every_tenth_once():
    epochs = [news("plain", epoch=epoch, epochs=40) for epoch in (3, 4, 5, 8, 9, 9)]
    assert [line.partition(" (")[0] for line in said(started(), *epochs)[1:]] == [
        f"plain: running, epoch {epoch}/40, best {0.5 + 0.03 * (epoch - 1):.4f}"
        for epoch in (3, 4, 8)
    ]


def test_a_run_that_never_began_is_not_said_to_be_stopped():
    assert not said(news("plain", "stopped")) and said(news("plain", "stopped", 3))
