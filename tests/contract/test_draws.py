"""Draws against SplitMix64 in plain Python, its published values, and the uniform distribution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dlvc_cli import Draws
from dlvc_cli.contract.draws import hash64, stream_seed

MASK = (1 << 64) - 1
INT64 = st.integers(-(1 << 63), (1 << 63) - 1)


def split_mix_64(state: int) -> Iterator[int]:
    """Vigna's splitmix64.c, line by line."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def expected_bits(seed: int, epoch: int, position: int, sample: int, k: int) -> list[int]:
    """A sample's first k hashes, unsigned, by generators nested as the coordinates are."""
    state = 0
    for coordinate in (seed, epoch, position):
        state = next(split_mix_64((state + coordinate) & MASK))
    key = state >> 1
    # Sample i starts where the stream of the key's i-th number does.
    golden = 0x9E3779B97F4A7C15
    base = next(split_mix_64((key + sample * golden - golden) & MASK))
    stream = split_mix_64(base)
    return [next(stream) for _ in range(k)]


def draws(ids: torch.Tensor | None = None, **keywords: int) -> Draws:
    places = {"seed": 3, "epoch": 5, "position": 1} | keywords
    return Draws(**places, ids=torch.arange(20_000) if ids is None else ids)


def test_the_hash_gives_the_published_values_of_splitmix64() -> None:
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    stream = split_mix_64(1234567)
    assert [next(stream) for _ in published] == published
    golden = 0x9E3779B97F4A7C15
    assert [hash64(1234567 + (n + 1) * golden) for n in range(5)] == published


@given(
    seed=st.integers(0, 1 << 64),
    epoch=st.integers(0, 10_000),
    position=st.integers(0, 50),
    ids=st.lists(INT64, min_size=1, max_size=5),
    k=st.integers(1, 5),
)
def test_bits_agree_with_plain_python(
    seed: int, epoch: int, position: int, ids: list[int], k: int
) -> None:
    got = Draws(seed, epoch, position, torch.tensor(ids)).bits(k)
    assert got.dtype == torch.int64
    wanted = [expected_bits(seed, epoch, position, sample, k) for sample in ids]
    assert [[value & MASK for value in row] for row in got.tolist()] == wanted


def test_uniforms_and_integers_come_from_the_upper_bits() -> None:
    ids = torch.tensor([0, 1, 7, 1 << 40])
    rows = [expected_bits(3, 5, 1, sample, 3) for sample in ids.tolist()]
    unit = draws(ids).uniform(3)
    assert unit.dtype == torch.float32
    assert unit.tolist() == [[(value >> 40) / 2**24 for value in row] for row in rows]
    whole = draws(ids).integers(-4, 9, 3)
    assert whole.dtype == torch.int64
    assert whole.tolist() == [[-4 + ((value >> 32) * 13 >> 32) for value in row] for row in rows]


def test_a_sample_gets_the_same_in_any_batch() -> None:
    ids = torch.randperm(10_000)[:128]
    together = draws(ids).uniform(6)
    alone = [draws(ids[i : i + 1]).uniform(6) for i in range(128)]
    assert torch.equal(together, torch.cat(alone))
    order = torch.randperm(128)
    assert torch.equal(together[order], draws(ids[order]).uniform(6))
    assert len(draws(ids)) == 128


def test_further_calls_go_on_with_further_columns() -> None:
    ids = torch.arange(50)
    parts = draws(ids)
    assert torch.equal(
        torch.cat([parts.uniform(2), parts.uniform(1)], dim=1), draws(ids).uniform(3)
    )
    whole = draws(ids).integers(0, 1000, 4)
    parts = draws(ids)
    parts.chance(0.5)
    assert torch.equal(parts.integers(0, 1000, 3), whole[:, 1:])


@pytest.mark.parametrize("change", ({"seed": 4}, {"epoch": 6}, {"position": 2}))
def test_other_coordinates_give_unrelated_numbers(change: dict[str, Any]) -> None:
    one, other = draws().uniform()[:, 0].numpy(), draws(**change).uniform()[:, 0].numpy()
    assert (one == other).mean() < 0.001
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


def test_coordinates_do_not_stand_for_one_another() -> None:
    keys = {stream_seed(a, b, c) for a in range(10) for b in range(10) for c in range(10)}
    assert len(keys) == 1000
    assert all(0 <= key < 1 << 63 for key in keys)


def test_uniforms_are_uniform_along_samples_and_along_columns() -> None:
    along_samples = draws().uniform()[:, 0].numpy()
    along_columns = draws(torch.tensor([11])).uniform(20_000)[0].numpy()
    for values in (along_samples, along_columns):
        assert values.min() >= 0
        assert values.max() < 1
        assert stats.kstest(values, "uniform").pvalue > 0.001
        assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.03
    columns = draws().uniform(2).numpy()
    assert abs(np.corrcoef(columns[:, 0], columns[:, 1])[0, 1]) < 0.03


def test_uniforms_in_a_range() -> None:
    values = draws().uniform(low=-3, high=5)
    assert values.min() >= -3
    assert values.max() <= 5
    torch.testing.assert_close(values, draws().uniform() * 8 - 3)


@pytest.mark.parametrize(("low", "high"), [(0, 9), (-3, 4), (5, 6)])
def test_integers_reach_both_ends_equally_often(low: int, high: int) -> None:
    values = draws().integers(low, high)[:, 0].numpy()
    counts = np.bincount(values - low)
    assert len(counts) == high - low
    assert stats.chisquare(counts).pvalue > 0.001 or len(counts) == 1


def test_integers_in_the_widest_range_and_in_none() -> None:
    values = draws().integers(0, 1 << 31)
    assert values.min() >= 0
    assert (1 << 31) * 0.99 < values.max() < 1 << 31
    for low, high in ((3, 3), (4, 3), (0, (1 << 31) + 1)):
        with pytest.raises(ValueError, match="cannot draw"):
            draws().integers(low, high)


def test_chances() -> None:
    assert abs(draws().chance(0.3).float().mean() - 0.3) < 0.015
    assert not draws().chance(0.0).any()
    assert draws().chance(1.0).all()


def test_a_permutation_of_the_batch() -> None:
    ids = torch.arange(100, 228)
    permutation = draws(ids).permutation()
    assert permutation.sort().values.tolist() == list(range(128))
    assert not torch.equal(permutation, draws(ids, epoch=6).permutation())
    assert torch.equal(permutation, draws(ids).permutation())


def test_generators_belong_to_samples() -> None:
    ids = torch.tensor([4, 9, 2])
    together = [rng.random(5).tolist() for rng in draws(ids).generators()]
    assert len({tuple(values) for values in together}) == 3
    alone = [next(draws(ids[i : i + 1]).generators()).random(5).tolist() for i in range(3)]
    assert together == alone
    stream = draws(ids)
    assert next(stream.generators()).random() != next(stream.generators()).random()


def test_one_generator_for_the_batch() -> None:
    ids = torch.arange(16)
    assert draws(ids).generator().random() == draws(ids).generator().random()
    assert draws(ids).generator().random() != draws(ids, epoch=6).generator().random()
    assert draws(ids).generator().random() != draws(ids + 1).generator().random()


def test_draws_of_all_epochs_do_not_depend_on_the_epoch_and_are_no_epoch_s() -> None:
    ids = torch.arange(50)
    first = draws(ids, epoch=0)
    lasting = first.of_all_epochs().bits(2)
    assert first.epoch == 0
    for epoch in range(4):
        own = draws(ids, epoch=epoch)
        own.bits(3)
        assert torch.equal(own.of_all_epochs().bits(2), lasting)
        assert not (draws(ids, epoch=epoch).bits(2) == lasting).any()
    assert not (draws(ids, position=2).of_all_epochs().bits(2) == lasting).any()
    assert not (draws(ids, seed=4).of_all_epochs().bits(2) == lasting).any()
