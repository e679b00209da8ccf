"""A run's start: what is said first, what is refused, what a resume needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from helpers.folders import QUIET
from helpers.transfer import Listener, best, changed, make_weights

import dlvc_cli as dlvc
from dlvc_cli import RunError

pytestmark = pytest.mark.usefixtures("own_folder")


def test_a_head_alone_left_to_train_is_told(tmp_path, few):
    make_weights("cnn", tmp_path / "w.pth")
    heard = Listener()
    options = {"weights": "w.pth", "freeze_until": "_fc1", "max_steps": 1, "threads": 1}
    dlvc.train("cnn", data=few, view=heard, **options)
    assert "--feature-extract does the same" in heard.texts


def test_a_resumed_run_does_not_need_the_weights_any_more(tmp_path, folder):
    data = f"folder:{folder}"
    make_weights("resnet", tmp_path / "w.pth")
    options = {"weights": "w.pth", "image_size": 32, "feature_extract": True, "aug": "flip"}
    whole = dlvc.train("resnet", data=data, epochs=4, **options, **QUIET)
    part = dlvc.train("resnet", data=data, epochs=2, **options, **QUIET)
    (tmp_path / "w.pth").unlink()
    dlvc.train(resume=part, epochs=4, view="quiet")
    assert [m["val_loss"] for m in part.metrics] == [m["val_loss"] for m in whole.metrics]
    one, other = best(whole), best(part)
    assert all(torch.equal(one[name], other[name]) for name in one)
    part.test(), part.predict(folder / "val" / "left" / "000.png")


def cut_off_at_once(run: Path) -> None:
    for file in ("last.ckpt", "best.safetensors", "metrics.jsonl"):
        (run / file).unlink()
    (run / "status.json").write_text('{"state": "running", "epoch": 0}')


def test_a_run_cut_off_before_its_first_checkpoint_starts_from_the_same_weights(tmp_path, few):
    make_weights("cnn", tmp_path / "w.pth", classes=2)
    run = dlvc.train("cnn", data=few, weights="w.pth", epochs=1, **QUIET)
    done = best(run)
    cut_off_at_once(run.path)
    dlvc.train(resume=run, view="quiet")
    assert not changed(done, best(run))
    cut_off_at_once(run.path)
    make_weights("cnn", tmp_path / "w.pth", classes=2, seed=8)
    with pytest.raises(RunError, match="has changed"):
        dlvc.train(resume=run, view="quiet")


def train(dlvc, root, *words, code=0):
    more = ("--max-steps", "1", "--epochs", "1", *words)
    return dlvc("train", "cnn", "--data", f"folder:{root}", *more, code=code)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--aug", "crop:size=64"), "crop"),
        (("--loss", "cross_entropy:weights=1/2/3"), "2 classes"),
        (("--image-size", "8"), "at least"),
        (("--device", "cuda:7"), "cuda:7"),
        (("--device", "abacus"), "abacus"),
        (("--optimizer", "torch:LBFGS"), "LBFGS"),
    ],
)
def test_what_cannot_work_is_said_before_a_run_is_made(dlvc, folder, words, said):
    failed = train(dlvc, folder, *words, code=2)
    assert said in failed.stderr
    assert not (dlvc.folder / "runs").exists()


def test_a_run_directory_is_never_overwritten(dlvc, folder):
    train(dlvc, folder, "--out", "mine")
    assert "not empty" in train(dlvc, folder, "--out", "mine", code=2).stderr


# A run made by the code of before the stream versions goes on as that code went on with it.
GOLDEN = Path(__file__).parents[1] / "golden" / "run-v1"
REACHED = json.loads((GOLDEN / "reached.json").read_text())
# What rounding does to losses, on a processor that adds up in another order.
TOLERANCE = 1e-5


@pytest.fixture
def cut(dlvc, make_plugin):
    """A copy of the run, with its plugin installed."""
    make_plugin("small-model", (GOLDEN / "small_model.py").read_text())
    return Path(shutil.copytree(GOLDEN / "cut", dlvc.folder / "cut"))


def resume(dlvc, code: int = 0):
    data = f"folder:{GOLDEN / 'images'}"
    return dlvc("train", "--resume", "cut", "--data", data, "--device", "cpu", code=code)


def metrics(run: Path) -> list[dict]:
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{key: line[key] for key in REACHED[0]} for line in lines]


def change_record(run: Path, **values: object) -> None:
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(record | values))


def test_an_old_run_reaches_what_the_old_code_reached(dlvc, cut):
    record = json.loads((cut / "run.json").read_text())
    assert "stream_version" not in record, "it is older than that"
    assert [line["epoch"] for line in metrics(cut)] == [1]
    resume(dlvc)
    assert metrics(cut) == [pytest.approx(line, rel=0, abs=TOLERANCE) for line in REACHED]
    status = json.loads((cut / "status.json").read_text())
    assert (status["state"], status["epoch"], status["best_epoch"]) == ("finished", 5, 1)
    resumed = json.loads((cut / "run.json").read_text())
    assert resumed["stream_version"] == 1, "so that a second resume keeps to it"
    assert resumed["created"] == record["created"]


def test_with_other_streams_it_would_go_elsewhere(dlvc, cut):
    change_record(cut, stream_version=2)
    resume(dlvc)
    lines = metrics(cut)
    assert lines[0] == REACHED[0], "the epoch that was finished already"
    losses = [
        [line[key] for line in found[1:] for key in ("train_loss", "val_loss")]
        for found in (lines, REACHED)
    ]
    apart = [abs(mine - theirs) for mine, theirs in zip(*losses, strict=True)]
    assert min(apart) > 10 * TOLERANCE and max(apart) > 1000 * TOLERANCE


@pytest.mark.parametrize("version", [3, 0, "2", None])
def test_streams_of_a_version_that_is_not_known_are_refused(dlvc, cut, version):
    change_record(cut, stream_version=version)
    before = {file.name: file.read_bytes() for file in cut.iterdir()}
    refused = resume(dlvc, code=1)
    assert f"version {version!r}" in refused.stderr and "later one" in refused.stderr
    after = {file.name: file.read_bytes() for file in cut.iterdir()}
    assert {**after, ".lock": b""} == {**before, ".lock": b""}, "nothing is written"


def test_a_new_run_records_the_version_and_keeps_it(dlvc, cut):
    data = f"folder:{GOLDEN / 'images'}"
    dlvc("train", "small", "--data", data, "--epochs", "1", "--out", "new")
    record = dlvc.folder / "new" / "run.json"
    assert json.loads(record.read_text())["stream_version"] == 2
    dlvc("train", "--resume", "new", "--epochs", "2")
    assert json.loads(record.read_text())["stream_version"] == 2
