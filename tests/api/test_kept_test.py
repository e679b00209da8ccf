"""A test from what a run has kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers.folders import QUIET, make_folder

import dlvc_cli as dlvc
from dlvc_cli import BadOption, RunError
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.predictions import read_predictions, write_predictions

pytestmark = pytest.mark.usefixtures("own_folder")


def test_images_are_called_by_their_names_while_the_data_is_there(tmp_path: Path) -> None:
    images = make_folder(tmp_path / "few", {"train": 5, "val": 3})
    # Steps so small leave the network where it was drawn: it says one class of all.
    run = dlvc.train("cnn", data=f"folder:{images}", epochs=1, lr=1e-9, **QUIET)
    kept, tested = run.test(kept=True), run.test("val")
    assert kept.worst and [w.name for w in kept.worst] == [w.name for w in tested.worst]
    for one in kept.worst:
        assert one.name is not None and (images / "val" / one.name).exists()
        assert one.name.startswith(one.target) and one.predicted != one.target
    assert kept.loss == tested.loss and kept.confusion == tested.confusion
    (images / "val" / "left" / "new.png").write_bytes(
        (images / "val" / "left" / "000.png").read_bytes()
    )
    assert {one.name for one in run.test(kept=True).worst} == {None}, "other images now"
    shutil.rmtree(images)
    again = run.test(kept=True)
    assert {one.name for one in again.worst} == {None}
    assert [w.index for w in again.worst] == [w.index for w in kept.worst]
    with pytest.raises(BadOption, match="exclude each other"):
        run.test(kept=True, data="toy-pets")


def test_a_test_that_was_held_out_comes_first_and_other_epochs_are_refused(tmp_path: Path) -> None:
    images = make_folder(tmp_path / "few", {"train": 8, "val": 3})
    run = dlvc.train("cnn", data=f"folder:{images}", epochs=1, lr=1e-9, test_share=0.25, **QUIET)
    kept = run.test(kept=True, metrics="accuracy")
    assert (kept.split, kept.images) == ("test", 4) and kept.loss is None
    assert kept.metrics == {"accuracy": run.status["test_acc"]}
    assert [w.name for w in kept.worst] == [w.name for w in run.test("test").worst]
    file, run_id = RunDir(run.path).predictions_file(), run.record["id"]
    found = read_predictions(file, run_id)
    later = type(found)(found.split, 7, found.images, found.targets, found.probabilities)
    write_predictions(file, later, run_id)
    with pytest.raises(RunError, match="is of epoch 7, and the best is epoch 1"):
        run.test("val", kept=True)
