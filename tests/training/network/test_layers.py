"""A model's size and layers, without computing anything."""

from __future__ import annotations

import pytest
from helpers.transfer import make_weights

from dlvc_cli import BadOption
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.training.network.layers import describe_layers

pytestmark = pytest.mark.usefixtures("own_folder")


def _described(model, classes=2, **options):
    frozen = bool(options.keys() & {"feature_extract", "freeze_until"})
    return describe_layers(TrainConfig(model=model, pretrained=frozen, **options), classes)


def test_a_model_that_cannot_be_divided_is_still_counted():
    known = _described("timm:deit_tiny_distilled_patch16_224")
    assert known["parameter_count"] > 5e6 and "from scratch" in known["problem"]
    assert known["modules"][0]["output"] == [196, 192], "196 patches of 16 x 16, 192 numbers each"


def test_a_model_that_needs_a_parameter_is_shown(dlvc, make_plugin):
    make_plugin(
        "sized",
        """
        from dlvc_cli import ModelSpec, Param, hookimpl

        @hookimpl
        def dlvc_models():
            return [ModelSpec(name="sized", summary="Of some width.", factory="sized:build",
                              split="sized:split", params=(Param("width", type=int),),
                              input_size=32)]
        """,
    )
    (row,) = dlvc.json("show", "sized")
    assert "width" in row["problem"] and row["parameters"][0]["name"] == "width"


def test_how_much_is_trained_is_shown(dlvc, tmp_path, few):
    make_weights("resnet", tmp_path / "w.pth")
    words = ("train", "resnet", "--data", few, "--weights", tmp_path / "w.pth", "--max-steps", "1")
    done = dlvc(*words, "--feature-extract", "--image-size", "32", "--out", "runs/one")
    assert "11.2M parameters (1,026 trained)" in done.stderr
    (row,) = dlvc.json("show", "one")
    assert (row["parameter_count"], row["trained"], row["weights"]) == (11177538, 1026, "w.pth")
    known = _described("resnet")
    assert (known["parameter_count"], known["trained_by_feature_extract"]) == (11177538, 1026)
    assert known["layers"] == ["conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"]


def test_what_is_frozen_is_not_trained():
    known = _described("resnet", freeze_until="layer3")
    trained = {m["name"]: m["trained"] for m in known["modules"] if m["depth"] == 1}
    assert known["trained"] == sum(trained.values()) == trained["layer3"] + trained["layer4"] + 1026
    assert trained["layer2"] == 0 and trained["fc"] == 1026
    head = _described("resnet", 10, feature_extract=True)
    assert head["trained"] == 5130 and head["parameter_count"] == 11177538 + 8 * 513
    with pytest.raises(BadOption, match="Did you mean layer3"):
        _described("resnet", freeze_until="lyer3")


def test_a_size_that_it_cannot_take_leaves_layers_without_shapes():
    known = _described("alexnet", image_size="32")
    assert "32x32" in known["problem"] and "63 or more" in known["problem"]
    assert {module["output"] for module in known["modules"]} == {None}
    assert "multiply_adds" not in known and known["trained"] == known["parameter_count"]
