"""Images are decoded once, what is kept of them is mapped, and its damage is noticed."""

from __future__ import annotations

import errno
import os
import threading
import time

import pytest
import torch
from dlvc_datasets.folder import build
from helpers.folders import make_folder

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import DlvcError
from dlvc_cli.events import Notice
from dlvc_cli.training.data import kept_images, pixel_file, samples
from dlvc_cli.training.data.image_cache import clear_images, image_entries
from dlvc_cli.training.data.splits import read_splits
from dlvc_cli.training.data.stored_size import InputSize

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def root(tmp_path):
    return make_folder(tmp_path / "images", {"train": 6, "val": 2})


@pytest.fixture
def decoded(monkeypatch):
    """The files that are decoded."""
    files = []
    decode = samples.decode
    monkeypatch.setattr(samples, "decode", lambda *args: files.append(args[0]) or decode(*args))
    return files


def read(root, **options):
    """Read a folder as a run does; return its splits' images and names, and what was said."""
    config = TrainConfig(model="cnn", data=f"folder:{root}", **options)
    wanted, inputs = ("train", "val"), InputSize((32, 32), settled=False)
    work, said = read_splits(build(str(root)), wanted, config, inputs), []
    try:
        while True:
            event = next(work)
            said += [event.text] if isinstance(event, Notice) else []
    except StopIteration as done:
        splits = done.value.splits
    return {n: (s.between(0, len(s)).clone(), s.names, s.targets) for n, s in splits.items()}, said


def same(one, other):
    return all(
        torch.equal(one[name][0], other[name][0])
        and one[name][1] == other[name][1]
        and torch.equal(one[name][2], other[name][2])
        for name in ("train", "val")
    )


def kept_files():
    return sorted(file for entry in image_entries() for file in entry.path.glob("*.pixels"))


def test_the_second_reading_decodes_nothing_whatever_it_holds_out(tmp_path, root, decoded):
    truth, _ = read(root, image_cache=False)
    assert len(decoded) == 16 and not image_entries()
    first, _ = read(root)
    assert len(decoded) == 32 and same(first, truth)
    again, _ = read(root, stream=True)
    assert len(decoded) == 32 and same(again, truth)
    # Another size is another file; a folder that has moved is the same.
    read(root, store_size="8")
    assert len(decoded) == 48 and len(kept_files()) == 4
    root.rename(tmp_path / "moved")
    assert same(read(tmp_path / "moved")[0], truth) and len(decoded) == 48
    # Shares and folds are rows of one file.
    undivided = make_folder(tmp_path / "other", {"train": 10})
    for options in ({"val_share": 0.3}, {"val_share": 0.2, "fold": "2/5"}):
        del decoded[:]
        plain, _ = read(undivided, image_cache=False, **options)
        assert same(read(undivided, **options)[0], plain)
        assert len(decoded) == len(plain["train"][1]) + len(plain["val"][1]) + (
            20 if "fold" not in options else 0
        )


def test_files_that_change_are_decoded_again(root, decoded):
    read(root)
    del decoded[:]
    one, other = root / "train" / "left" / "000.png", root / "train" / "right" / "001.png"
    one.write_bytes(other.read_bytes())
    assert same(read(root)[0], read(root, image_cache=False)[0])
    assert len(decoded) == 12 + 16


@pytest.mark.parametrize("damage", ["cut", "pixels", "sums", "header", "empty"])
def test_damage_is_noticed_and_mended(root, decoded, damage):
    truth, _ = read(root)
    (file,) = (file for file in kept_files() if file.stat().st_size > 30_000)
    data = bytearray(file.read_bytes())
    at = {"pixels": -50, "sums": 8192 - 20, "header": 30}.get(damage)
    if at is not None:
        data[at] ^= 4
    file.write_bytes(data[: {"cut": -7, "empty": 0}.get(damage, len(data))])
    again, said = read(root)
    assert "are decoded anew" in " ".join(said) and len(decoded) == 16 + 12
    assert same(again, truth) and not read(root)[1]


def test_large_files_are_checked_as_they_are_read(root, monkeypatch):
    read(root)
    monkeypatch.setattr(pixel_file, "_CHECKED_AT_ONCE", 0)
    monkeypatch.setattr(pixel_file, "_PROBES", 2)
    (file,) = (file for file in kept_files() if file.stat().st_size > 30_000)
    data = bytearray(file.read_bytes())
    data[-3072 * 5] ^= 1
    file.write_bytes(data)
    with pytest.raises(DlvcError, match="decoded anew"):
        read(root)
    assert not read(root)[1] and file.read_bytes() != data


def test_bad_files_are_kept_as_such_and_said_each_time(root, decoded):
    good = (root / "train" / "left" / "000.png").read_bytes()
    (root / "train" / "left" / "cut.png").write_bytes(good[: len(good) // 2])
    (root / "train" / "left" / "none.png").write_bytes(b"no image")
    plain, _ = read(root, image_cache=False, skip_bad_files=True)
    for _ in range(2):
        assert same(read(root, skip_bad_files=True)[0], plain)
        with pytest.raises(DlvcError, match=r"2 files cannot be read[\s\S]*none.png[\s\S]*cut.png"):
            read(root)


def test_a_cache_that_cannot_be_written_costs_a_note_only(tmp_path, root, monkeypatch):
    truth, _ = read(root, image_cache=False)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    found, said = read(root)
    assert same(found, truth) and "No space left" in said[0] and "not kept" in said[0]
    assert not kept_files() and not list((tmp_path / "cache").rglob("*.tmp"))
    monkeypatch.undo()
    monkeypatch.setenv("DLVC_IMAGE_CACHE_GB", "0.00001")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "small"))
    found, said = read(root)
    assert same(found, truth) and "$DLVC_IMAGE_CACHE_GB allows more" in said[0]
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLVC_IMAGE_CACHE_GB", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    found, said = read(root)
    assert same(found, truth) and "not kept" in said[0]


def test_what_was_unused_for_longest_goes(tmp_path, root, monkeypatch):
    read(root)
    old = {entry.key for entry in image_entries()}
    for entry in image_entries():
        os.utime(entry.path / "about.json", (0, 0))
    size = sum(entry.size for entry in image_entries())
    monkeypatch.setenv("DLVC_IMAGE_CACHE_GB", str((size + 60_000) / 1e9))
    read(make_folder(tmp_path / "other", {"train": 6, "val": 2}, size=(30, 30)))
    assert len({entry.key for entry in image_entries()} & old) < 2
    clear_images()
    assert not image_entries()


def test_of_two_at_once_one_decodes_and_the_other_waits(root, decoded, monkeypatch):
    monkeypatch.setattr(kept_images, "_PATIENCE", 0.01)
    slow = samples.decode
    monkeypatch.setattr(samples, "decode", lambda *args: time.sleep(0.02) or slow(*args))
    found = []
    threads = [threading.Thread(target=lambda: found.append(read(root))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(decoded) == 16 and same(found[0][0], found[1][0])
    assert any("waiting for it" in text for _, said in found for text in said)
