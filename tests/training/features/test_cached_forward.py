"""Frozen features are computed once: the same result for less work, and a cache to be trusted."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import torch
from helpers.frozen import TRIED, train
from helpers.ops import TURN
from helpers.transfer import best, changed, make_weights

from dlvc_cli.api.job import plan_job
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.training.features.disk import cache_entries, clear
from dlvc_cli.training.new_run import new_run

FIGURES = ("train_loss", "train_loss_std", "train_acc", "val_loss", "val_acc")


@pytest.mark.parametrize(
    "recipe", [{}, {"aug": "flip", "dropout": 0.3}, {"aug": "mul:0.9,flip"}, {"tta": "flip,shift"}]
)
def test_the_result_is_the_same_as_without(folder, tmp_path, recipe):
    make_weights("resnet", tmp_path / "w.pth")
    cached, again, full = (
        train(folder, "resnet", feature_cache=kept, **recipe) for kept in (True, True, False)
    )
    for run in (cached, again):
        one, other = best(run), best(full)
        for name in one:
            torch.testing.assert_close(one[name], other[name], rtol=1e-5, atol=1e-6)
        for mine, theirs in zip(run.metrics, full.metrics, strict=True):
            assert mine["train_loss"] == pytest.approx(theirs["train_loss"], rel=1e-5)
            assert mine["val_loss"] == pytest.approx(theirs["val_loss"], rel=1e-5)
            assert mine["val_acc"] == theirs["val_acc"]


def test_each_image_is_computed_once(folder, computed):
    train(folder, epochs=1)
    assert sum(computed) == TRIED + 80 + 26
    computed.clear()
    train(folder, epochs=5, wd=0.1, seed=4, dropout=0.2)
    probes = 4 + 4
    assert sum(computed) == TRIED + probes
    computed.clear()
    train(folder, epochs=12, aug="flip")
    # The unflipped ones are there already; hardly an image stays unflipped for 12 epochs.
    assert TRIED + probes + 70 < sum(computed) <= TRIED + probes + 80


def test_variants_that_are_averaged_over_are_computed_once_and_not_kept(folder, computed):
    train(folder, epochs=3, tta="flip")
    assert sum(computed) == TRIED + 80 + 2 * 26
    assert sum(entry.kept for entry in cache_entries()) == 80 + 26
    computed.clear()
    train(folder, epochs=3, tta="flip")
    assert sum(computed) == TRIED + 4 + 4 + 26


def test_without_the_cache_every_epoch_computes_all(folder, computed):
    train(folder, epochs=3, feature_cache=False)
    assert sum(computed) == TRIED + 3 * 80  # validation goes through the whole network
    assert not cache_entries()


def test_other_weights_images_or_ops_have_features_of_their_own(tmp_path, folder, computed):
    train(folder, epochs=1)
    known = {entry.key for entry in cache_entries()}
    for change in ({"image_size": 40}, {"aug": "mul:0.5"}, {"normalize": "data"}):
        computed.clear()
        train(folder, epochs=1, **change)
        assert sum(computed) == TRIED + 80 + 26
    make_weights("cnn", tmp_path / "w.pth", seed=8)
    computed.clear()
    train(folder, epochs=1)
    assert sum(computed) == TRIED + 80 + 26
    (folder / "train" / "left" / "000.png").unlink()
    computed.clear()
    train(folder, epochs=1)
    # The validation images are the same.
    assert sum(computed) == TRIED + 4 + 79
    assert len({entry.key for entry in cache_entries()} - known) == 2 * 4 + 1


def test_a_run_that_is_cut_off_leaves_what_it_has_computed(folder, computed):
    train(folder, max_steps=1)
    assert sum(computed) == TRIED + 32 + 26
    computed.clear()
    train(folder, epochs=1)
    assert sum(computed) == TRIED + 8 + 80 - 32


def test_a_plugin_s_op_may_say_which_variants_it_gives(dlvc, make_plugin, tmp_path, folder):
    make_plugin("turner", TURN)
    words = ["train", "cnn", "--data", f"folder:{folder}", "--weights", tmp_path / "w.pth"]
    words += ["--feature-extract", "--image-size", "32", "--epochs", "3", "--aug", "turn,flip"]
    dlvc(*words, "--out", "runs/cached")
    dlvc(*words, "--out", "runs/full", "--no-feature-cache")
    # The command line's cache is this process's, too.
    assert len(cache_entries()) == 4 * 2 + 1
    one, other = (best(dlvc.folder / "runs" / name) for name in ("cached", "full"))
    for name in one:
        torch.testing.assert_close(one[name], other[name], rtol=1e-5, atol=1e-6)


def test_an_op_that_was_edited_is_noticed(dlvc, make_plugin, tmp_path, folder):
    make_plugin("turner", TURN)
    words = ["train", "cnn", "--data", f"folder:{folder}", "--weights", tmp_path / "w.pth"]
    words += ["--feature-extract", "--normalize", "none", "--epochs", "1", "--aug", "shade"]
    dlvc(*words)
    assert "in the cache already" in dlvc(*words).stderr
    module = tmp_path / "site" / "turner.py"
    module.write_text(module.read_text().replace("FACTOR = 1.0", "FACTOR = 0.3"))
    assert "computed anew" in dlvc(*words).stderr


HELD_OUT = ({"fold": "1/4"}, {"fold": "2/4"}, {"test_share": 0.25}, {})


@pytest.mark.parametrize("aug", ["", "flip"])
def test_whatever_is_held_out_an_image_s_features_are_the_same(folder, computed, aug):
    """To the last bit: those that another run has kept, and those that a run computes itself."""
    alone = []
    for held in HELD_OUT:
        clear()
        alone.append(train(folder, aug=aug, **held))
    clear()
    for held, first in zip(HELD_OUT, alone, strict=True):
        shared = train(folder, aug=aug, **held)
        assert not changed(best(first), best(shared))
        for one, other in zip(first.metrics, shared.metrics, strict=True):
            assert {key: one[key] for key in FIGURES} == {key: other[key] for key in FIGURES}
        assert first.status["test_acc"] == shared.status["test_acc"]


def test_folds_and_shares_compute_each_image_once(folder, computed):
    train(folder, epochs=1, fold="1/4")
    assert sum(computed) == TRIED + 80 + 26
    for held in HELD_OUT:
        computed.clear()
        train(folder, epochs=2, **held)
        splits = 3 if held else 2
        assert sum(computed) == TRIED + 4 * splits
    kept = {entry.about["split"]: (entry.kept, entry.about["images"]) for entry in cache_entries()}
    assert kept == {"train": (80, 80), "val": (26, 26)}
    # Held out of the variant that training hasn't seen, an image is as it is.
    computed.clear()
    train(folder, epochs=12, aug="flip", fold="2/4")
    assert sum(computed) == TRIED + 12 + 60


def test_a_validation_share_comes_from_the_same_entry(folder, computed):
    shutil.rmtree(folder / "val")
    train(folder, epochs=1, val_share=0.2)
    assert sum(computed) == TRIED + 80
    computed.clear()
    train(folder, epochs=1, val_share=0.4, fold="3/5")
    assert sum(computed) == TRIED + 3 * 4
    assert [entry.about["images"] for entry in cache_entries()] == [80]


def test_statistics_of_the_images_that_are_left_are_a_fold_s_own(folder, computed):
    for fold in ("1/4", "2/4"):
        computed.clear()
        train(folder, epochs=1, fold=fold, normalize="data")
        assert sum(computed) == TRIED + 80 + 26


# Another value of each option that a frozen run may have; None where no other can be had here.
OTHERS: dict[str, Any] = {
    "model": None, "data": None, "pretrained": None, "device": None, "compile": None,
    "freeze_until": None, "lr_backbone": None, "tracker": None, "fit": "crop", "sync_bn": True,
    "skip_bad_files": True, "val_share": None,
    "aug": "mul:0.9", "wd": 0.1, "lr": 0.02, "epochs": 2, "batch_size": 16, "loss": "focal",
    "optimizer": "adam", "momentum": 0.5, "nesterov": False, "schedule": "cosine",
    "schedule_epochs": 7, "clip_grad": 1.0, "dropout": 0.2, "patience": 3, "weights": "other.pth",
    "frozen_bn": "train", "feature_cache": False, "seed": 3, "max_steps": 1, "image_size": 40,
    "normalize": "data", "test_share": 0.2, "fold": "1/4", "running_accuracy": True,
    "precision": "bf16", "threads": 2, "feature_extract": None, "monitor": "loss",
    "ema": 0.9, "tta": "flip", "image_cache": False, "stream": True, "rehash": True,
    "store_size": 24,
}  # fmt: skip


def test_every_option_says_whether_features_depend_on_it(folder, tmp_path):
    """``TrainConfig.features_of``, by which a study plans, agrees with the keys of the cache."""
    make_weights("cnn", tmp_path / "other.pth", seed=8)
    assert OTHERS.keys() == {field.name for field in dataclasses.fields(TrainConfig)}
    first, keys = entries_of(folder)
    for name, value in OTHERS.items():
        if value is None:
            continue
        config, other = entries_of(folder, **{name: value})
        assert (config.features_of is None) == (not other), name
        if config.features_of == first.features_of:
            assert other == keys, name
        elif name not in ("fit", "skip_bad_files", "precision"):  # these decide where it matters
            assert other != keys, name


def test_what_is_held_out_decides_where_statistics_are_those_of_the_data(folder):
    first, keys = entries_of(folder, normalize="data")
    for name in ("fold", "test_share", "seed"):
        config, other = entries_of(folder, normalize="data", **{name: OTHERS[name]})
        assert (config.features_of == first.features_of) == (other == keys) == (name == "seed")


def entries_of(folder, **options) -> tuple[TrainConfig, set[str]]:
    """A run's configuration, and the keys of its entries in the cache; nothing is trained."""
    clear()
    frozen = {"model": "cnn", "data": f"folder:{folder}", "weights": "w.pth"}
    frozen |= {"feature_extract": True, "image_size": 32, "threads": 1, "normalize": "none"}
    plan = plan_job(frozen | options).plan
    with ExitStack() as held:
        forward = result_of(new_run(plan, Path("runs/one"), (), held)).forward
        forward.training(torch.arange(4), 0)
        forward.logits(0, 4)
        list(forward.keep())
    shutil.rmtree("runs")
    return plan.config, {entry.key for entry in cache_entries()}


def result_of(generator: Generator[Any, None, Any]) -> Any:
    """What a generator returns."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value
