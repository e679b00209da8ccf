"""A run's start: what is said first, what is refused, what a resume needs."""

from __future__ import annotations

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


def test_a_run_cut_off_before_its_first_checkpoint_starts_from_the_same_weights(tmp_path, few):
    make_weights("cnn", tmp_path / "w.pth", classes=2)
    run = dlvc.train("cnn", data=few, weights="w.pth", epochs=1, **QUIET)
    done = best(run)
    for file in ("last.ckpt", "best.safetensors", "metrics.jsonl"):
        (run.path / file).unlink()
    (run.path / "status.json").write_text('{"state": "running", "epoch": 0}')
    dlvc.train(resume=run, view="quiet")
    assert not changed(done, best(run))
    (run.path / "last.ckpt").unlink()
    (run.path / "status.json").write_text('{"state": "running", "epoch": 0}')
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
