"""Values that would leave nothing to train are refused in new runs, and read back in old ones."""

from __future__ import annotations

import pytest

from dlvc_cli import BadOption
from dlvc_cli.config.idle import refuse_idle
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.registry.registry import registry


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lr", "--lr 0: nothing would be trained. Give a learning rate above 0."),
        ("clip_grad", "--clip-grad 0: every gradient would be clipped to nothing"),
    ],
)
def test_zero_is_refused(name, says):
    config = TrainConfig(model="cnn", **{name: 0})
    with pytest.raises(BadOption, match=says):
        refuse_idle(config)
    refuse_idle(TrainConfig(model="cnn", **{name: 1e-12}))


def test_a_new_run_is_refused_wherever_the_value_comes_from():
    for given, file in (({"lr": 0}, {}), ({}, {"clip_grad": 0.0})):
        with pytest.raises(BadOption, match="above 0"):
            resolve_training(registry(), {"model": "cnn", "data": "toy-pets"} | given, file)
    assert TrainConfig.from_dict({"model": "cnn", "lr": 0.0, "clip_grad": 0.0}).lr == 0
