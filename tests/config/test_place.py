"""A process's place, as torchrun's variables say."""

from __future__ import annotations

import os
import socket

import pytest

from dlvc_cli.config.place import Place, place_of
from dlvc_cli.errors import BadOption

MEETING = {"RANK": "3", "WORLD_SIZE": "4", "MASTER_ADDR": "localhost", "MASTER_PORT": "29500"}


def test_without_torchrun_a_process_is_alone():
    assert place_of({}) == place_of({"RANK": "3", "WORLD_SIZE": "4"}) == Place()
    assert Place().writes and not Place().launched


def test_torchrun_says_where_a_process_is():
    local = {"LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}
    started = {"TORCHELASTIC_RUN_ID": "night", "TORCHELASTIC_RESTART_COUNT": "2"}
    found = place_of(MEETING | local | started)
    assert found == Place(True, 3, 4, 1, 2, "night", 2)
    assert not found.writes
    assert found.name == f"process 4 of 4 on {socket.gethostname()}"


def test_without_torchruns_name_the_start_is_that_of_the_parent_process():
    assert place_of(MEETING).launch is None
    unnamed = place_of(MEETING | {"TORCHELASTIC_RUN_ID": "none"}).launch
    assert unnamed == f"{socket.gethostname()}:{os.getppid()}"


@pytest.mark.parametrize(
    "wrong", [{"RANK": "4"}, {"RANK": "x"}, {"WORLD_SIZE": "-1"}, {"LOCAL_WORLD_SIZE": "5"}]
)
def test_variables_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadOption, match="torchrun"):
        place_of(MEETING | wrong)
