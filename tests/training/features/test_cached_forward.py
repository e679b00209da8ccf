"""Frozen features are computed once: the same result for less work, and a cache to be trusted."""

from __future__ import annotations

import pytest
import torch
from helpers.frozen import TRIED, train
from helpers.ops import TURN
from helpers.transfer import best, make_weights

from dlvc_cli.training.features.disk import cache_entries


@pytest.mark.parametrize("recipe", [{}, {"aug": "flip", "dropout": 0.3}, {"aug": "mul:0.9,flip"}])
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
