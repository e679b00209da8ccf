"""Frozen features are computed once: the same result for less work, and a cache to be trusted."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import re
from pathlib import Path

import pytest
import torch
from helpers.folders import QUIET
from helpers.transfer import Listener, best, changed, make_weights

import dlvc_cli as dlvc
from dlvc_cli import PluginError, Variants
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.data.pipeline import build_ops
from dlvc_cli.training.dry_run import try_ops
from dlvc_cli.training.features import lazy_features
from dlvc_cli.training.features.disk import cache_entries, cache_folder, make_room
from dlvc_cli.training.features.lazy_features import FeatureTable
from dlvc_cli.training.features.store import FeatureStore
from dlvc_cli.training.network.freezing import Learning

# Images of noise that go through the frozen part before training.
TRIED = 4


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_weights("cnn", tmp_path / "w.pth")


@pytest.fixture
def computed(monkeypatch):
    """How many images have gone through the frozen part."""
    counts = []
    features = Learning.features

    def count(self, inputs):
        counts.append(len(inputs))
        return features(self, inputs)

    monkeypatch.setattr(Learning, "features", count)
    return counts


def train(folder, model="cnn", **options):
    """A frozen run; 80 images to train on, 26 to validate on."""
    usual = {"image_size": 32, "epochs": 3, "batch_size": 32, "normalize": "none"}
    options = usual | QUIET | options
    return dlvc.train(
        model, data=f"folder:{folder}", weights="w.pth", feature_extract=True, **options
    )


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


@pytest.mark.parametrize(
    ("recipe", "why"),
    [
        ({"aug": "crop"}, "since crop changes the images anew in every epoch"),
        ({"aug": "flip,crop,erase"}, "since crop and erase change the images"),
        ({"frozen_bn": "train"}, "batch-norm statistics adapt"),
        ({"feature_cache": False}, "the feature cache is off"),
    ],
)
def test_the_first_line_says_why_training_runs_in_full(folder, computed, recipe, why):
    heard = Listener()
    train(folder, epochs=2, view=heard, **recipe)
    assert why in heard.texts.splitlines()[0]
    assert sum(computed) == TRIED + 2 * 80


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


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_damaged_files_are_computed_anew(folder, computed, damage):
    before = train(folder, epochs=2)
    for file in cache_folder().glob("*/*.safetensors"):
        content = bytearray(file.read_bytes())
        content[-5] ^= 64
        file.write_bytes({"cut": content[:-100], "flipped": content, "empty": b""}[damage])
    computed.clear()
    after = train(folder, epochs=2)
    assert sum(computed) == TRIED + 80 + 26
    assert not changed(best(before), best(after))


def test_the_cache_keeps_to_its_limit(folder, monkeypatch):
    monkeypatch.setenv("DLVC_CACHE_GB", "0.0001")
    heard = Listener()
    train(folder, epochs=2, view=heard)
    assert "more than the 0.0001 GB that the cache may take" in heard.texts
    assert not cache_entries()
    monkeypatch.setenv("DLVC_CACHE_GB", "much")
    before = list(Path("runs").iterdir())
    with pytest.raises(dlvc.BadOption, match="DLVC_CACHE_GB"):
        train(folder)
    assert list(Path("runs").iterdir()) == before


def test_a_limit_of_nothing_keeps_nothing_and_does_not_promise_to(folder, monkeypatch):
    monkeypatch.setenv("DLVC_CACHE_GB", "0")
    heard = Listener()
    train(folder, view=heard)
    assert "kept" not in heard.texts.splitlines()[0] and not cache_entries()
    assert "more than" not in heard.texts


def test_what_does_not_fit_leaves_the_others_alone(folder, monkeypatch, computed):
    """No room is made in vain, and what a run has read stays even if it may not add to it."""
    train(folder, epochs=1)
    before = cache_entries()
    monkeypatch.setenv("DLVC_CACHE_GB", str(sum(entry.size for entry in before) / 1e9))
    heard = Listener()
    train(folder, epochs=1, aug="flip", view=heard)
    assert "are not kept for other runs" in heard.texts
    assert {(e.key, e.size) for e in cache_entries()} == {(e.key, e.size) for e in before}
    computed.clear()
    train(folder, epochs=1)
    assert sum(computed) == TRIED + 4 + 4


def test_runs_that_overlap_write_each_image_once(tmp_path, monkeypatch):
    """Also in files of a limited size; other entries of the same images are others."""
    monkeypatch.setattr(lazy_features, "_FILE_SIZE", 40)
    entry, other = (FeatureStore({"weights": number}, {"model": "m"}) for number in (1, 2))
    tables = [FeatureTable(20, 1, torch.device("cpu")) for _ in range(2)]
    values = torch.randn(20, 4)
    for table, count in zip(tables, (10, 15), strict=True):
        table.lookup(torch.arange(count), lambda positions: values[positions])
        assert table.unsaved
        table.save([entry])
        assert not table.unsaved
    assert sum(len(rows) for rows in entry.rows()) == 15
    assert sorted(len(rows) for rows in entry.rows()) == [1, *[2] * 7]
    again = FeatureTable(20, 1, torch.device("cpu"))
    assert again.restore([entry]) == 15 and not list(other.rows())
    assert torch.equal(again.lookup(torch.arange(15), lambda positions: values), values[:15])


def test_what_was_used_last_stays_longest(folder):
    train(folder, epochs=1)
    old = {entry.key for entry in cache_entries()}
    train(folder, epochs=1, image_size=40)
    for entry in cache_entries():
        if entry.key in old:
            os.utime(entry.path / "about.json", (0, 0))
    size = sum(entry.size for entry in cache_entries())
    os.environ["DLVC_CACHE_GB"] = str((size - 1) / 1e9)
    try:
        assert make_room((), 0)
    finally:
        del os.environ["DLVC_CACHE_GB"]
    left = {entry.key for entry in cache_entries()}
    assert len(left) == 3 and len(left & old) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_that_cannot_be_written_is_a_warning(folder):
    cache_folder().mkdir(parents=True)
    cache_folder().chmod(0o500)
    heard = Listener()
    run = train(folder, view=heard)
    assert "not kept for other runs" in heard.texts and run.status["state"] == "finished"


def test_a_disk_that_turns_read_only_is_a_warning(folder, monkeypatch):
    """Then even removing fails, of damaged files too; root can't be shut out but so."""
    train(folder, epochs=1)
    for file in cache_folder().glob("*/*.safetensors"):
        file.write_bytes(b"damaged")

    def refuse(self, *args, **options):
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    inside = f"{cache_folder()}/"
    for name in ("open", "unlink", "mkdir", "replace"):
        usual = getattr(Path, name)

        def patched(self, *args, usual=usual, **options):
            reads = usual.__name__ == "open" and (args or ("r",))[0].startswith("r")
            refused = str(self).startswith(inside) and not reads
            return (refuse if refused else usual)(self, *args, **options)

        monkeypatch.setattr(Path, name, patched)
    heard = Listener()
    run = train(folder, view=heard)
    assert "Read-only file system" in heard.texts and run.status["state"] == "finished"


def test_what_a_killed_process_was_writing_is_removed_later(folder):
    train(folder, epochs=1)
    folder_of_one = cache_entries()[0].path
    old, new = (folder_of_one / f".x.safetensors.{pid}.tmp" for pid in (1, 2))
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    train(folder, epochs=1)
    assert not old.exists() and new.exists()


def test_a_cache_in_the_way_is_a_warning(tmp_path, folder):
    (tmp_path / "cache").write_text("a file where a folder should be")
    heard = Listener()
    run = train(folder, view=heard)
    assert "not kept for other runs" in heard.texts and run.status["state"] == "finished"


TURN = """
    import torch
    from dlvc_cli import Op, OpSpec, Variants, hookimpl

    def turn():
        def op(images, draws):
            quarters = draws.integers(0, 4)[:, 0]
            turned = torch.stack([images.rot90(k, (2, 3)) for k in range(4)])
            return turned[quarters, torch.arange(len(images))]
        variants = Variants(count=4, draw=lambda draws: draws.integers(0, 4)[:, 0])
        return Op(apply=op, variants=variants)

    def shade():
        return lambda images, draws: images * FACTOR

    FACTOR = 1.0

    @hookimpl
    def dlvc_ops():
        return [
            OpSpec(name="turn", summary="Turn.", factory=turn, random=True),
            OpSpec(name="shade", summary="Shade.", factory=shade),
        ]
"""


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


@pytest.mark.parametrize(
    ("variants", "says"),
    [
        (
            Variants(count=1, draw=lambda draws: draws.chance(0.5).long()),
            "must draw int64 (32,) from 0 to 0",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.chance(0.5)),
            "must draw int64 (32,) from 0 to 1",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.integers(0, 2)),
            "must draw int64 (32,) from 0 to 1",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.chance(0.5).logical_not().long()),
            "another variant 0",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.integers(1, 2)[:, 0]),
            "images of one variant that differ",
        ),
    ],
)
def test_variants_that_are_not_those_of_the_op_are_refused(variants, says):
    (flip,) = build_ops([registry().choose("ops", "flip")])
    try_ops([flip], (8, 8), 2)
    with pytest.raises(PluginError, match=re.escape(says)):
        op = dataclasses.replace(flip.op, variants=variants)
        try_ops([dataclasses.replace(flip, op=op)], (8, 8), 2)


def test_something_else_than_variants_names_the_plugin(dlvc, make_plugin, folder):
    make_plugin("turner", TURN.replace("Variants(count=4", "dict(count=4"))
    words = ["train", "cnn", "--data", f"folder:{folder}", "--aug", "turn", "--max-steps", "1"]
    assert "turn of plugin turner must be Variants" in dlvc(*words, code=1).stderr


def test_an_op_that_was_edited_is_noticed(dlvc, make_plugin, tmp_path, folder):
    make_plugin("turner", TURN)
    words = ["train", "cnn", "--data", f"folder:{folder}", "--weights", tmp_path / "w.pth"]
    words += ["--feature-extract", "--normalize", "none", "--epochs", "1", "--aug", "shade"]
    dlvc(*words)
    assert "in the cache already" in dlvc(*words).stderr
    module = tmp_path / "site" / "turner.py"
    module.write_text(module.read_text().replace("FACTOR = 1.0", "FACTOR = 0.3"))
    assert "computed anew" in dlvc(*words).stderr


def test_the_cache_is_listed_and_cleared(dlvc, tmp_path, folder):
    assert dlvc.json("cache", "list") == []
    words = ["train", "cnn", "--data", f"folder:{folder}", "--weights", tmp_path / "w.pth"]
    dlvc(*words, "--feature-extract", "--image-size", "32", "--epochs", "1")
    rows = dlvc.json("cache", "list")
    assert {(row["about"]["split"], row["about"]["images"]) for row in rows} == {
        ("train", 80),
        ("val", 26),
    }
    of_a_killed_run = Path(rows[0]["path"]).with_name("half")
    of_a_killed_run.mkdir()
    listed = dlvc("cache", "list").stdout
    assert "cnn" in listed and "w.pth" in listed and "32x32" in listed and "1970" not in listed
    assert "80/80" in listed and "26/26" in listed
    of_a_killed_run.rmdir()
    assert "2 removed" in dlvc("cache", "clear").stdout
    assert "0 kB of 10 GB" in dlvc("cache", "list").stdout
    assert json.loads(dlvc("cache", "list", "--json").stdout) == []
