"""Only regular files are read; files appear whole or not at all, and stay after a power cut."""

from __future__ import annotations

import os
import stat

import pytest

from dlvc_cli import RunError
from dlvc_cli.files import open_regular, replace_file


@pytest.fixture
def flushed(monkeypatch):
    """What has been flushed to disk, in order: ``file``, ``folder``, or the name of a renaming."""
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def record_fsync(descriptor):
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("folder" if folder else "file")
        fsync(descriptor)

    def record_replace(source, target, **more):
        done.append("rename")
        replace(source, target, **more)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(os, "replace", record_replace)
    return done


def write(target, content=b"new"):
    with replace_file(target) as handle:
        handle.write(content)


def test_the_folder_is_flushed_after_the_renaming(tmp_path, flushed):
    write(tmp_path / "status.json")
    assert flushed == ["file", "rename", "folder"]
    assert (tmp_path / "status.json").read_bytes() == b"new"


@pytest.mark.parametrize("refused", ["open", "fsync"])
def test_a_folder_that_cannot_be_flushed_is_no_error(tmp_path, monkeypatch, refused):
    real = getattr(os, refused)

    def refuse_folders(what, *more, **named):
        mode = (os.stat if refused == "open" else os.fstat)(what).st_mode
        if stat.S_ISDIR(mode):
            raise OSError("not for folders")
        return real(what, *more, **named)

    monkeypatch.setattr(os, refused, refuse_folders)
    write(tmp_path / "status.json")
    assert (tmp_path / "status.json").read_bytes() == b"new"


def test_a_write_that_fails_leaves_what_was_there(tmp_path, flushed):
    target = tmp_path / "status.json"
    target.write_bytes(b"old")
    with pytest.raises(RunError, match="Cannot write"), replace_file(target) as handle:
        handle.write(b"half")
        raise OSError(28, "No space left on device")
    assert [*tmp_path.iterdir()] == [target] and target.read_bytes() == b"old"
    assert "rename" not in flushed


def test_a_regular_file_is_read_through_links(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"text")
    (tmp_path / "link").symlink_to("a.txt")
    with open_regular(tmp_path / "link") as file:
        assert file.read() == b"text"


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "x.jpg")
    for path, reason in [
        (tmp_path / "x.jpg", "no regular file"),
        ("/dev/zero", "no regular file"),
        (tmp_path, "a folder"),
        (tmp_path / "gone", "No such file"),
    ]:
        with pytest.raises(OSError, match=reason):
            open_regular(path)
