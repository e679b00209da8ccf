"""How far training is, as schedules are told."""

from __future__ import annotations

import pickle

from dlvc_cli import Progress


def test_progress_counts_epochs_and_steps():
    progress = Progress(1.25, 4, 5, 16)
    assert progress == (1.25, 4, 5, 16)
    assert (progress.step, progress.steps, progress.fraction) == (5, 16, 1.25 / 4)
    assert Progress(5.0, 4).fraction == 1
    assert pickle.loads(pickle.dumps(progress)) == progress
    assert progress._replace(epochs=8) == Progress(1.25, 8, 5, 16)


def test_without_steps_an_epoch_counts_as_one():
    assert Progress(2.9, 10) == Progress(2.9, 10, 2, 10)
