"""What breaks the contract is refused before any work."""

from __future__ import annotations

import dataclasses
import re

import pytest

from dlvc_cli import PluginError, Variants
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.data.applied_op import build_ops
from dlvc_cli.training.dry_run import try_ops

pytestmark = pytest.mark.usefixtures("own_folder")


def test_features_and_head_must_do_what_the_model_does(dlvc, make_plugin, few):
    make_plugin(
        "halves",
        """
        from dlvc_cli import ModelSpec, hookimpl

        def build(num_classes):
            from torch import nn
            return nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.ReLU(),
                                 nn.Linear(12, num_classes))

        def split(network):
            return network[:2], network[3]

        @hookimpl
        def dlvc_models():
            return [ModelSpec(name="halves", summary="Wrongly split.", factory=build, split=split,
                              input_size=32)]
        """,
    )
    dlvc("train", "halves", "--data", few, "--max-steps", "1", "--out", "runs/one")
    words = ("train", "halves", "--data", few, "--weights", "runs/one", "--feature-extract")
    done = dlvc(*words, "--out", "runs/two", code=1)
    assert "head(features(images)) must give what model(images) gives" in done.stderr
    assert not (dlvc.folder / "runs" / "two").exists()


@pytest.mark.parametrize(
    ("variants", "says"),
    [
        (
            Variants(count=1, draw=lambda draws: draws.chance(0.5).long()),
            "must draw int64 (32,) from 0 to 0",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.chance(0.5)),
            "must draw int64 (32,) from 0 to 1",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.integers(0, 2)),
            "must draw int64 (32,) from 0 to 1",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.chance(0.5).logical_not().long()),
            "another variant 0",
        ),
        (
            Variants(count=2, draw=lambda draws: draws.integers(1, 2)[:, 0]),
            "images of one variant that differ",
        ),
    ],
)
def test_variants_that_are_not_those_of_the_op_are_refused(variants, says):
    (flip,) = build_ops([registry().choose("ops", "flip")])
    try_ops([flip], (8, 8), 2)
    with pytest.raises(PluginError, match=re.escape(says)):
        op = dataclasses.replace(flip.op, variants=variants)
        try_ops([dataclasses.replace(flip, op=op)], (8, 8), 2)


def test_a_plugin_s_careless_objects_are_named(dlvc, make_plugin, few):
    make_plugin(
        "careless",
        """
        import torch
        from dlvc_cli import LossSpec, OpSpec, hookimpl

        def noise():
            return lambda images, draws: images + torch.rand_like(images)

        def endless():
            return lambda logits, targets: logits.sum(1) / 0

        @hookimpl
        def dlvc_ops():
            return [OpSpec(name="noise", summary="Noise.", factory=noise, random=True)]

        @hookimpl
        def dlvc_losses():
            return [LossSpec(name="endless", summary="No number.", factory=endless)]
        """,
    )
    words = ("train", "cnn", "--data", few, "--max-steps", "1")
    done = dlvc(*words, "--aug", "noise", code=1)
    assert "noise of plugin careless gives another result for the same images" in done.stderr
    done = dlvc(*words, "--loss", "endless", code=1)
    assert "endless of plugin careless must give finite numbers" in done.stderr
    assert not (dlvc.folder / "runs").exists()
