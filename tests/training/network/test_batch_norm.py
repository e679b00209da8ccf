"""Batch norm of several processes: said, or made of the whole batch."""

from __future__ import annotations

import dataclasses

import timm
import torch
from helpers.processes import one_process
from torch import nn

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.training.network.batch_norm import settle_batch_norm

FOUR = dataclasses.replace(one_process(), world=4)


def settled(network, runtime, **options):
    """The network that comes of it, and what is said."""
    steps = settle_batch_norm(network, TrainConfig(model="cnn", **options), runtime)
    said = []
    while True:
        try:
            said.append(next(steps).text)
        except StopIteration as end:
            return end.value, said


def network():
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())


def test_it_is_said_where_each_process_has_statistics_of_its_own():
    plain = network()
    same, said = settled(plain, FOUR, batch_size=64)
    assert same is plain and len(said) == 1 and "16 of 64" in said[0]
    assert settled(plain, one_process()) == (plain, [])
    assert settled(plain, one_process(), sync_bn=True) == (plain, [])
    without = nn.Linear(3, 4)
    assert settled(without, FOUR) == (without, [])


def test_statistics_of_the_whole_batch_leave_names_and_values_as_they_are():
    for plain in (network(), timm.create_model("efficientnet_b0", num_classes=2)):
        state = {name: value.clone() for name, value in plain.state_dict().items()}
        inputs = torch.rand(2, 3, 64, 64)
        wanted = plain.eval()(inputs)
        found, said = settled(plain, FOUR, sync_bn=True)
        assert not said
        norms = [m for m in found.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
        assert norms and all(isinstance(norm, nn.SyncBatchNorm) for norm in norms)
        assert found.state_dict().keys() == state.keys()
        assert all(torch.equal(found.state_dict()[name], state[name]) for name in state)
        torch.testing.assert_close(found.eval()(inputs), wanted)
