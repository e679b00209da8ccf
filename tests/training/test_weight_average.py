"""The average of weights over steps, against one made by hand of weights that were recorded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.processes import StopAfter
from safetensors.torch import load_file
from torch import Tensor, nn

import dlvc_cli
from dlvc_cli.api.job import plan_job
from dlvc_cli.errors import BadOption, RunError
from dlvc_cli.training.start_up import run_training
from dlvc_cli.training.weight_average import WeightAverage, decay_after

DECAY = 0.6
USUAL = {"batch_size": 2, "lr": 0.05, "ema": DECAY, "precision": "fp32"}
# (1 + n) / (10 + n) in the first steps: 2/11, 3/12, ..., until it is above the decay.
KEPT = [2 / 11, 3 / 12, 4 / 13, 5 / 14, 6 / 15, 7 / 16, 8 / 17, 9 / 18, 10 / 19, 11 / 20]


def train(data: str, out: str, **options: object) -> dlvc_cli.Run:
    options = USUAL | {"epochs": 1} | options
    return dlvc_cli.train("fastcnn", data=data, out=out, view="quiet", **options)


def best(run: dlvc_cli.Run) -> dict[str, Tensor]:
    return load_file(Path(run.path, "best.safetensors"))


def test_less_is_kept_of_the_first_steps() -> None:
    assert [decay_after(n, DECAY) for n in range(1, 11)] == pytest.approx(KEPT)
    assert decay_after(1000, 0.999) == pytest.approx(1001 / 1010)
    assert decay_after(100_000, 0.999) == 0.999


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Tensor]]:
    """The network's tensors at the first step and after each."""
    seen: list[dict[str, Tensor]] = []

    def note(network: nn.Module) -> None:
        seen.append({name: value.clone() for name, value in network.state_dict().items()})

    begin, update = WeightAverage.__init__, WeightAverage.update

    def begun(self: WeightAverage, network: nn.Module, decay: float) -> None:
        begin(self, network, decay)
        note(network)

    def updated(self: WeightAverage) -> None:
        note(self._network)
        update(self)

    monkeypatch.setattr(WeightAverage, "__init__", begun)
    monkeypatch.setattr(WeightAverage, "update", updated)
    return seen


def test_the_best_network_is_the_average_and_the_validation_is_its(few, own_folder, recorded):
    run = train(few, "run")
    start, *steps = recorded
    assert len(steps) == 4
    kept = best(run)
    for name, value in start.items():
        if not value.is_floating_point():
            assert torch.equal(kept[name], steps[-1][name])
            continue
        wanted = value.double().numpy()
        for decay, after in zip(KEPT, steps, strict=False):
            wanted = decay * wanted + (1 - decay) * after[name].double().numpy()
        np.testing.assert_allclose(kept[name].numpy(), wanted, rtol=1e-5, atol=1e-6)
    # Running statistics moved, and are no step's; what is fixed stays to the last bit.
    assert not torch.equal(kept["block1.norm1.running_var"], steps[-1]["block1.norm1.running_var"])
    assert torch.equal(kept["whiten.weight"], start["whiten.weight"])
    tested = run.test("val")
    assert tested.loss == pytest.approx(run.metrics[0]["val_loss"], rel=1e-6)
    plain = train(few, "plain", ema=None)
    assert all(torch.equal(best(plain)[name], steps[-1][name]) for name in start)
    assert plain.metrics[0]["train_loss"] == run.metrics[0]["train_loss"]
    assert plain.metrics[0]["val_loss"] != run.metrics[0]["val_loss"]


def test_a_run_goes_on_bit_for_bit_and_not_without_its_average(few, own_folder) -> None:
    whole = train(few, "whole", epochs=3)
    # Within the second epoch.
    options = {"model": "fastcnn", "data": few, "epochs": 3, **USUAL}
    job = plan_job(options, out=Path("cut"))
    events = list(run_training(job.plan, job.run, job.out, (), StopAfter(6)))
    assert events[-1].state == "stopped" and events[-1].epochs == 1
    cut = dlvc_cli.train(resume="cut", epochs=3, view="quiet")
    for name in ("train_loss", "val_loss", "val_acc"):
        assert [line[name] for line in cut.metrics] == [line[name] for line in whole.metrics]
    mine, theirs = best(whole), best(cut)
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


def test_a_checkpoint_without_its_average_is_refused(few, own_folder) -> None:
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.training.checkpoint import load_checkpoint, save_checkpoint

    train(few, "run")
    state, _ = load_checkpoint(find_run("run"))
    assert state["average"]["updates"] == 4
    average = state.pop("average")
    for broken in ({}, {"average": average | {"updates": -1}}):
        save_checkpoint(find_run("run"), state | broken)
        with pytest.raises(RunError, match="does not fit it"):
            dlvc_cli.train(resume="run", epochs=2, view="quiet")


def test_of_a_frozen_network_the_head_is_averaged(few, own_folder, recorded) -> None:
    train(few, "first", ema=None)
    options = {"weights": "first", "feature_extract": True, "normalize": "none", "lr": 0.5}
    kept = best(train(few, "second", **options))
    start, *steps = recorded
    moved = {name for name in kept if not torch.equal(kept[name], start[name])}
    assert moved == {"head.weight"}
    wanted = start["head.weight"]
    for decay, after in zip(KEPT, steps, strict=False):
        wanted = decay * wanted + (1 - decay) * after["head.weight"]
    torch.testing.assert_close(kept["head.weight"], wanted)


def test_a_network_is_itself_again_and_a_mask_of_infinities_stays() -> None:
    net = nn.BatchNorm1d(2)
    net.register_buffer("mask", torch.tensor([0.0, -torch.inf]))
    average = WeightAverage(net, 0.9)
    with torch.no_grad():
        net.weight.mul_(3)
    average.update()
    try:
        with average.applied():
            assert net.weight.tolist() == pytest.approx([3 - 2 * 2 / 11] * 2)
            assert net.mask.tolist() == [0, -torch.inf]
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert net.weight.tolist() == [3, 3]


@pytest.mark.parametrize("decay", [-0.5, 1, 1.5])
def test_what_would_average_nothing_is_refused(decay: float, own_folder) -> None:
    with pytest.raises(BadOption, match=r"--ema must be 0 to 0\.999999"):
        dlvc_cli.train("cnn", ema=decay)
