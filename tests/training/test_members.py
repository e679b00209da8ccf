"""Who is still there: beats that stop, words that are left, and a store that is gone."""

from __future__ import annotations

import threading
import time

import pytest
from torch.distributed import HashStore

from dlvc_cli.training.members import Members, Word


@pytest.fixture
def members():
    """Three of a run, quick of pulse."""
    store = HashStore()
    found = [Members(store, store, rank, 3, interval=0.02, patience=0.3) for rank in range(3)]
    yield found
    for one in found:
        one.leave()


def test_one_whose_beats_stop_is_missed_by_the_others(members):
    gone = [threading.Event() for _ in members]
    for one, event in zip(members, gone, strict=True):
        one.watch(event.set)
    time.sleep(0.5)
    assert not any(event.is_set() for event in gone)
    assert members[0].missed(0) == []
    members[1].leave()
    assert gone[0].wait(5) and gone[2].wait(5) and not gone[1].is_set()
    assert members[0].missed(5) == [1]
    assert members[0].name(1).startswith("Process 2 of 3 (")


def test_one_that_fails_leaves_a_word(members):
    assert members[0].failed() is None
    members[2].leave_word("The disk is full.", 1)
    assert members[0].failed() == members[1].failed() == (2, Word("The disk is full.", 1))


def test_where_the_store_is_gone_the_first_process_is():
    class Gone(HashStore):
        def check(self, keys):
            raise RuntimeError("Connection reset by peer")

    store = Gone()
    third = Members(store, store, 2, 3, interval=0.02, patience=0.3)
    lost = threading.Event()
    third.watch(lost.set)
    assert lost.wait(5)
    assert third.missed(0) == [0] and third.name(0).startswith("Process 1 of 3")
    third.leave()
