"""A model's size and layers, without computing anything."""

from __future__ import annotations

import pytest
from helpers.transfer import make_weights

from dlvc_cli.training.network.layers import describe_layers

pytestmark = pytest.mark.usefixtures("own_folder")


def test_a_model_that_cannot_be_divided_is_still_counted():
    known = describe_layers("timm:deit_tiny_distilled_patch16_224", 2)
    assert known["parameter_count"] > 5e6 and "from scratch" in known["problem"]


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
    known = describe_layers("resnet", 2)
    assert (known["parameter_count"], known["trained_by_feature_extract"]) == (11177538, 1026)
    assert known["layers"] == ["conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"]
