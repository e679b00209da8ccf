"""The seeds of a run's streams: what they are, and that no two are the same."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlvc_cli.contract.draws import stream_seed
from dlvc_cli.errors import RunError
from dlvc_cli.training.seeds import STREAM_VERSION, Seeds, recorded_version

# Written down once. Runs of these versions exist: the numbers never change.
GOLDEN = {
    1: {
        "weights": 1046394712501569526,
        "head": 6796496416428451910,
        "order of epoch 0": 470380925222692991,
        "order of epoch 5": 2281524450753655754,
        "step 0 of epoch 0": 5433384527568264631,
        "step 7 of epoch 2": 4700951372936899146,
        "step 7 of epoch 2, rank 1": 7905717329358850606,
    },
    2: {
        "weights": 15843483528892611412,
        "head": 12890703469494233877,
        "order of epoch 0": 17834848980424257270,
        "order of epoch 5": 18147227318899062522,
        "step 0 of epoch 0": 10833632892983048351,
        "step 7 of epoch 2": 16346318683985310607,
        "step 7 of epoch 2, rank 1": 17129089366213626415,
    },
}


def named(seeds: Seeds) -> dict[str, int]:
    return {
        "weights": seeds.weights(),
        "head": seeds.head(),
        "order of epoch 0": seeds.order(0),
        "order of epoch 5": seeds.order(5),
        "step 0 of epoch 0": seeds.step(0, 0),
        "step 7 of epoch 2": seeds.step(2, 7),
        "step 7 of epoch 2, rank 1": seeds.step(2, 7, 1),
    }


@pytest.mark.parametrize("version", GOLDEN)
def test_the_seeds_of_a_version_are_what_they_were(version):
    assert named(Seeds(3, version)) == GOLDEN[version]


@given(seed=st.integers(0, 1 << 65), epoch=st.integers(0, 9999), step=st.integers(0, 99_999))
def test_version_1_hashes_what_runs_hashed_before_it_had_a_number(seed, epoch, step):
    seeds = Seeds(seed, 1)
    assert seeds.weights() == stream_seed(seed)
    assert seeds.head() == stream_seed(seed, 1)
    assert seeds.order(epoch) == stream_seed(seed, 2, epoch)
    assert seeds.step(epoch, step) == stream_seed(seed, 3, epoch, step)


def test_in_version_1_an_order_has_the_hash_of_a_draw_and_in_version_2_it_has_not():
    draws = {stream_seed(0, epoch, position) for epoch in range(60) for position in range(60)}
    orders = {version: {Seeds(0, version).order(e) for e in range(60)} for version in (1, 2)}
    assert orders[1] < draws
    assert not orders[2] & draws


@given(seed=st.integers(0, 1 << 65), epoch=st.integers(0, 9999), step=st.integers(0, 99_999))
def test_a_seed_of_version_2_says_whose_it_is(seed, epoch, step):
    seeds = Seeds(seed)
    streams = [seeds.weights(), seeds.head(), seeds.order(epoch), seeds.step(epoch, step)]
    # No key of a draw, which is less than 2**63; and no two streams, even of other runs, agree in
    # the 32 bits that torch's generator on the CPU takes.
    assert all(1 << 63 <= number < 1 << 64 for number in streams)
    assert [number & 0b11 for number in streams] == [0, 1, 2, 3]
    assert 0 <= stream_seed(seed, epoch, step) < 1 << 63


@pytest.mark.parametrize("version", [1, 2])
def test_other_coordinates_give_other_seeds(version):
    places = itertools.product((0, 1, 2, 77), range(12), range(12), (0, 1))
    steps = [Seeds(seed, version).step(epoch, step, rank) for seed, epoch, step, rank in places]
    orders = [Seeds(seed, version).order(e) for seed in range(20) for e in range(20)]
    assert len(set(steps)) == len(steps) and len(set(orders)) == len(orders)


def test_torch_takes_every_seed():
    for number in named(Seeds(0)).values():
        assert torch.Generator().manual_seed(number).initial_seed() == number
        torch.manual_seed(number)


def test_the_version_of_a_record():
    assert Seeds(0).version == STREAM_VERSION == 2
    assert recorded_version({}) == 1
    assert [recorded_version({"stream_version": version}) for version in (1, 2)] == [1, 2]
    for version in (0, 3, -1, True, "2", None, [2]):
        with pytest.raises(RunError, match="does not know"):
            recorded_version({"stream_version": version})
