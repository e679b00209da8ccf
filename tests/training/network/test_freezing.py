"""What of a network learns, and what stays as it is."""

from __future__ import annotations

import pytest
from helpers.folders import QUIET
from helpers.transfer import best, changed, make_weights

import dlvc_cli as dlvc
from dlvc_cli import BadOption
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.network.freezing import what_learns
from dlvc_cli.training.network.layers import describe_layers

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.mark.parametrize(
    ("options", "body", "statistics"),
    [
        ({"feature_extract": True}, False, False),
        ({"feature_extract": True, "feature_cache": False}, False, False),
        ({"feature_extract": True, "frozen_bn": "train"}, False, True),
        ({}, True, False),
        ({"frozen_bn": "train"}, True, True),
    ],
)
def test_what_learns_and_what_stays(tmp_path, few, options, body, statistics):
    before = make_weights("resnet", tmp_path / "w.pth")
    run = dlvc.train(
        "resnet", data=few, weights="w.pth", image_size=32, epochs=1, **options, **QUIET
    )
    moved = changed(before, best(run))
    assert {"fc.weight", "fc.bias"} <= moved
    assert ("conv1.weight" in moved) is body and ("layer3.0.bn1.weight" in moved) is body
    assert ("layer3.0.bn1.running_var" in moved) is statistics


def test_layers_before_the_named_one_are_frozen(tmp_path, few):
    before = make_weights("resnet", tmp_path / "w.pth")
    run = dlvc.train(
        "resnet",
        data=few,
        weights="w.pth",
        freeze_until="layer4.1",
        image_size=32,
        epochs=1,
        **QUIET,
    )
    moved = {name.rpartition(".")[0] for name in changed(before, best(run))}
    assert moved == {f"layer4.1.{part}" for part in ("conv1", "bn1", "conv2", "bn2")} | {"fc"}


def test_an_auxiliary_head_is_as_new_as_the_head():
    """Inception's is called in training only, and trains the layers before it."""
    given = {"model": "inception", "weights": "IMAGENET1K_V1", "freeze_until": "Mixed_6a"}
    config = resolve_training(registry(), given).config
    model = registry().choose("models", "inception")
    network = model.build(num_classes=2)
    learning = what_learns(config, model, network)
    trained = {n.partition(".")[0] for n, p in network.named_parameters() if p.requires_grad}
    late = {f"Mixed_{name}" for name in ("6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")}
    assert trained == late | {"AuxLogits", "fc"}
    learning.train_mode()
    assert network.AuxLogits.training and not network.Mixed_5d.training
    assert "AuxLogits" not in describe_layers(config, 2)["layers"]


@pytest.mark.parametrize(
    ("layer", "says"), [("layer5", "Did you mean layer4"), ("xyz", "It has conv1, bn1")]
)
def test_a_layer_that_is_not_there_is_refused_with_those_that_are(tmp_path, few, layer, says):
    make_weights("resnet", tmp_path / "w.pth")
    with pytest.raises(BadOption, match=says):
        dlvc.train("resnet", data=few, weights="w.pth", freeze_until=layer, **QUIET)
    assert not (tmp_path / "runs").exists()
