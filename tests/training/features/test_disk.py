"""The cache keeps to its limit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers.frozen import TRIED, train
from helpers.transfer import Listener

import dlvc_cli as dlvc
from dlvc_cli.reporting.cache_tables import print_cache
from dlvc_cli.training.features.disk import cache_entries, cache_folder, make_room


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


def test_what_earlier_versions_wrote_is_read_in_today_s_words(tmp_path):
    entry = cache_folder() / "0123"
    entry.mkdir(parents=True)
    (entry / "about.json").write_text('{"model": "cnn", "pictures": 26, "form": 1}')
    (found,) = cache_entries()
    assert found.about == {"model": "cnn", "images": 26, "variant": 1}


@pytest.mark.parametrize(
    "about",
    [
        b"", b"\xff", b"[]", b"[" * 100_000, b'{"weights": 3}', b'{"images": "many"}',
        b'{"images": 1e999}', b'{"variant": [1]}', "fifo", "folder",
    ],
)  # fmt: skip
def test_damage_to_what_an_entry_says_leaves_it_without_words(own_folder, capsys, about):
    entry = cache_folder() / "0123"
    entry.mkdir(parents=True)
    (entry / "7-ab.safetensors").write_bytes(b"features")
    file = entry / "about.json"
    if about == "fifo":
        os.mkfifo(file)
    elif about == "folder":
        file.mkdir()
    else:
        file.write_bytes(about)
    (found,) = cache_entries()
    assert found.about == {} and found.kept == 7
    print_cache([found], cache_folder(), 10)
    assert "7-ab" not in capsys.readouterr().out
