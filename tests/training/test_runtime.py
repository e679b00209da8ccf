"""A process's place among others: shards that cover a batch, sums, and what follows from them."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
import torch
from helpers.processes import in_processes, one_process
from hypothesis import given
from hypothesis import strategies as st

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.training.runtime import open_runtime


def shards(world: int, start: int, stop: int) -> list[tuple[int, int]]:
    places = [dataclasses.replace(one_process(), rank=r, world=world) for r in range(world)]
    return [place.shard(start, stop) for place in places]


@given(world=st.integers(1, 70), start=st.integers(0, 100_000), count=st.integers(0, 100_000))
def test_shards_follow_each_other_cover_the_rows_and_are_even(world, start, count):
    parts = shards(world, start, start + count)
    assert parts[0][0] == start and parts[-1][1] == start + count
    assert all(one[1] == other[0] for one, other in itertools.pairwise(parts))
    sizes = [stop - first for first, stop in parts]
    assert max(sizes) - min(sizes) <= 1 and min(sizes) >= 0


def test_one_process_has_all_and_does_nothing():
    runtime, losses = one_process(), torch.rand(7)
    assert runtime.shard(3, 10) == (3, 10)
    assert runtime.sum(losses) is losses and runtime.average(losses) is losses
    assert torch.equal(runtime.mean(losses, 7), losses.mean())
    assert runtime.writes and runtime.any(True) and not runtime.any(False)
    assert runtime.text_of_writer("runs/cnn-pets-1") == "runs/cnn-pets-1"


@pytest.mark.parametrize("world", [2, 3, 5])
@pytest.mark.parametrize("count", [1, 4, 7])
def test_the_average_of_uneven_shards_is_the_mean_of_the_batch(world, count):
    weights = torch.linspace(-1, 1, 3)
    inputs = torch.rand(count, 3, generator=torch.Generator().manual_seed(count))

    def work(runtime):
        own = weights.clone().requires_grad_()
        start, stop = runtime.shard(0, count)
        loss = runtime.mean((inputs[start:stop] @ own).square(), count)
        loss.backward()
        return runtime.average(loss.detach()), runtime.average(own.grad)

    whole = weights.clone().requires_grad_()
    mean = (inputs @ whole).square().mean()
    mean.backward()
    for loss, gradient in in_processes(world, work):
        torch.testing.assert_close(loss, mean.detach())
        torch.testing.assert_close(gradient, whole.grad)


def test_a_part_without_rows_weighs_nothing():
    def work(runtime):
        losses = torch.ones(1, requires_grad=True) * 3
        start, stop = runtime.shard(0, 2)
        return float(runtime.mean(losses[: stop - start], 2).detach()), runtime.least(2)

    found = in_processes(4, work)
    assert [loss for loss, _ in found] == [0, 6, 0, 6]
    assert {least for _, least in found} == {1} and one_process().least(7) == 7


def test_the_greatest_number_and_the_writers_tensors_are_everyones():
    def work(runtime):
        mine = [torch.full((2,), float(runtime.rank + 1)), torch.tensor(runtime.rank)]
        runtime.align(mine)
        return runtime.greatest(7 * runtime.rank), [tensor.tolist() for tensor in mine]

    assert in_processes(3, work) == [(14, [[1, 1], 0])] * 3
    assert one_process().greatest(15) == 15


def test_what_one_process_knows_all_know():
    def work(runtime):
        asked = [runtime.any(runtime.rank == 2), runtime.any(False)]
        return runtime.writes, asked, runtime.text_of_writer("läufe/1" if runtime.writes else "?")

    found = in_processes(3, work)
    assert [writes for writes, _, _ in found] == [True, False, False]
    assert [(asked, text) for _, asked, text in found] == [([True, False], "läufe/1")] * 3


@pytest.mark.parametrize(
    ("known", "asked", "taken"),
    [
        ({"avx512_bf16": True}, "fast", "bf16"),
        ({"amx_bf16": True}, "fast", "bf16"),
        ({"bf16": True}, "fast", "bf16"),
        ({"avx2": True, "avx512_bf16": False}, "fast", "fp32"),
        ({"avx512_bf16": True}, "auto", "fp32"),
        ({}, "bf16", "bf16"),
    ],
)
def test_a_cpu_computes_in_bf16_where_it_is_asked_to_or_has_the_instructions(
    monkeypatch, known, asked, taken
):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: known)
    config = TrainConfig(model="cnn", device="cpu", precision=asked)
    assert open_runtime(config).precision == taken


@pytest.mark.parametrize(
    ("device", "compiled", "world", "captured"),
    [
        ("cuda", True, 1, True),
        ("cuda", False, 1, False),
        ("cuda", True, 2, False),
        ("cpu", True, 1, False),
    ],
)
def test_a_compiled_network_on_a_gpu_of_its_own_is_captured(device, compiled, world, captured):
    runtime = dataclasses.replace(
        one_process(), device=torch.device(device), compiled=compiled, world=world
    )
    assert runtime.captures is captured


@pytest.mark.parametrize("auxiliary", [False, True])
def test_what_a_captured_network_gives_outlives_its_next_call(auxiliary):
    class Captured(type(one_process())):
        captures = True

    place = torch.zeros(2, 3, requires_grad=True)
    kept = place * 1

    def network(images):
        # As a graph does, which writes to the same place each time.
        with torch.no_grad():
            kept.copy_(images)
        return (kept, kept) if auxiliary else kept

    runtime = Captured(torch.device("cpu"), "fp32", 1)
    one, other = (runtime.call(network, torch.full((2, 3), float(n))) for n in (1, 2))
    for made, number in ((one, 1), (other, 2)):
        for outputs in made if auxiliary else (made,):
            assert (outputs == number).all() and outputs.requires_grad
