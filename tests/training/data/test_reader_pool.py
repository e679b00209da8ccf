"""Processes decode as threads do, and nothing is lost where one of them ends."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
from dlvc_datasets.folder import build
from helpers.folders import make_folder

from dlvc_cli.events import drain
from dlvc_cli.images.decode import Target
from dlvc_cli.training.data import reader_pool, samples
from dlvc_cli.training.data.subsets import subset_of


@pytest.fixture
def subset(tmp_path):
    root = make_folder(tmp_path / "images", {"train": 70}, size=(20, 24))
    good = (root / "train" / "left" / "000.png").read_bytes()
    (root / "train" / "left" / "cut.png").write_bytes(good[: len(good) // 2])
    (root / "train" / "right" / os.fsdecode(b"caf\xe9.png")).write_bytes(good)
    (root / "train" / "right" / "none.png").write_bytes(b"no image")
    return subset_of("train", build(str(root)).splits["train"])


def read(subset, target):
    sizes, bad = drain(samples.read_sizes(subset), lambda event: None)
    images = np.zeros((len(subset.indices), 3, *target.size), np.uint8)
    errors = drain(samples.decode_samples(subset, target, images.__setitem__), lambda event: None)
    return (
        sizes,
        {i: str(e) for i, e in bad.items()},
        images,
        {i: str(e) for i, e in errors.items()},
    )


@pytest.mark.parametrize("killed", [False, True])
def test_processes_do_as_threads_do(subset, monkeypatch, killed):
    target = Target((16, 12), "squash")
    one = read(subset, target)
    pools = []
    monkeypatch.setattr(samples, "readers_for", lambda seconds: 2)

    class Watched(reader_pool.ReaderPool):
        def decode(self, *args):
            if killed and not pools:
                os.kill(self._process().pid, signal.SIGKILL)
            pools.append(self)
            return super().decode(*args)

    monkeypatch.setattr(samples, "ReaderPool", Watched)
    other = read(subset, target)
    assert pools and all(process.poll() is not None for process in pools[0]._all)
    assert one[0] == other[0] and one[1] == other[1] and one[3] == other[3]
    assert len(one[1]) == 1 and len(one[3]) == 2
    np.testing.assert_array_equal(one[2], other[2])


def test_processes_are_started_where_they_are_worth_it(monkeypatch):
    monkeypatch.setattr(reader_pool, "cores", lambda: 4)
    assert [reader_pool.readers_for(seconds) for seconds in (0, 1.3, 1.4, 100)] == [0, 0, 4, 4]
    monkeypatch.setattr(reader_pool, "cores", lambda: 1)
    assert reader_pool.readers_for(1e6) == 0
