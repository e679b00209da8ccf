"""Features on disk: damage, and disks that refuse."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from helpers.frozen import TRIED, train
from helpers.transfer import Listener, best, changed

from dlvc_cli.training.features.disk import cache_entries, cache_folder


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
