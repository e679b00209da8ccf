"""What is read ahead is what would have been read."""

from __future__ import annotations

import threading

import pytest
import torch

from dlvc_cli.training.data.decoded import DecodedSplit
from dlvc_cli.training.data.read_ahead import ReadAhead, ReadOn

CPU = torch.device("cpu")


@pytest.fixture
def split():
    images = torch.randint(0, 256, (40, 3, 4, 5), dtype=torch.uint8)
    rows = torch.randperm(40)[:30]
    places = torch.arange(30)
    return DecodedSplit(images, places % 2, ("a",) * 30, "train", places, rows=rows)


def test_batches_come_in_order_whatever_their_size(split):
    batches = list(torch.randperm(30).split(4))
    reader = ReadAhead(split, batches, CPU)
    for rows in batches:
        assert torch.equal(reader.take(), split.images[split.rows[rows]])
    reader.close()


def test_it_is_closed_in_the_middle_and_says_what_went_wrong(split):
    threads = threading.active_count()
    reader = ReadAhead(split, list(torch.arange(30).split(2)), CPU)
    reader.take()
    reader.close()
    broken = ReadAhead(split, [torch.arange(2), torch.tensor([99])], CPU)
    assert len(broken.take()) == 2
    with pytest.raises(IndexError):
        broken.take()
    broken.close()
    assert threading.active_count() == threads


def test_a_split_is_read_on_only_where_it_is_read_through(split, monkeypatch):
    asked = []
    between = DecodedSplit.between

    def watched(self, start, stop):
        asked.append((start, stop))
        return between(self, start, stop)

    monkeypatch.setattr(DecodedSplit, "between", watched)
    reader = ReadOn(split)
    for start in range(0, 30, 8):
        stop = min(start + 8, 30)
        assert torch.equal(reader.between(start, stop), split.images[split.rows[start:stop]])
    assert asked == [(0, 8), (8, 16), (16, 24), (24, 30)]
    del asked[:]
    for _ in range(3):
        reader.between(0, 8)
    assert asked == [(0, 8)] * 3
