"""What is said of torchvision's models, against the models and torchvision's own metadata."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from helpers.models import (
    SPECS,
    TORCHVISION,
    build,
    images,
    millions,
    weights_of,
)
from torch import Tensor
from torchvision.models import (
    get_model_weights,
    inception_v3,
)

from dlvc_cli import WeightsSpec


@pytest.mark.parametrize("name", SPECS)
def test_millions_are_those_of_the_model_with_two_classes(name: str) -> None:
    model = build(SPECS[name], device="meta")
    assert SPECS[name].millions == pytest.approx(millions(model), abs=0.005)


@pytest.mark.parametrize("name", TORCHVISION)
def test_with_imagenet_s_classes_the_parameters_are_as_many_as_torchvision_publishes(
    name: str,
) -> None:
    model = build(SPECS[name], 1000, device="meta")
    published = get_model_weights((SPECS[name].aliases or (name,))[0])["IMAGENET1K_V1"].meta
    assert millions(model) == published["num_params"] / 1e6


@pytest.mark.parametrize("name", SPECS)
def test_least_sizes_are_the_least(name: str) -> None:
    """On the meta device, which checks shapes and computes nothing."""
    spec = SPECS[name]
    model = build(spec, device="meta")
    assert model.eval()(images(spec.min_size, 1, "meta")).shape == (1, 2)
    outputs = _tuple(model.train()(images(spec.train_size, 2, "meta")))
    assert all(logits.shape == (2, 2) for logits in outputs)
    torch.cat(outputs).sum().backward()
    if spec.min_size > 1:
        with pytest.raises(RuntimeError, match=r"too small|greater than"):
            model.eval()(images(spec.min_size - 1, 1, "meta"))
    if spec.train_size > 1:
        with pytest.raises(RuntimeError, match=r"too small|greater than"):
            model.train()(images(spec.train_size - 1, 2, "meta"))


def _tuple(outputs: Any) -> tuple[Tensor, ...]:
    return outputs if isinstance(outputs, tuple) else (outputs,)


@pytest.mark.parametrize("name", TORCHVISION)
def test_images_are_prepared_as_torchvision_does(name: str) -> None:
    spec, weights = SPECS[name], weights_of(name)
    upstream = get_model_weights((spec.aliases or (name,))[0])["IMAGENET1K_V1"]
    transforms = upstream.transforms()
    assert [weights.input_size] == transforms.crop_size == [spec.input_size]
    assert weights.num_classes == len(upstream.meta["categories"])
    mean, std = torch.tensor(transforms.mean), torch.tensor(transforms.std)
    if name == "inception":
        # torchvision turns images into [-1, 1] inside the pretrained network itself.
        mean, std = torch.full((3,), 0.5), torch.full((3,), 0.5)
    torch.testing.assert_close(torch.tensor(weights.mean), mean)
    torch.testing.assert_close(torch.tensor(weights.std), std)


def test_inceptions_images_reach_its_first_layer_as_upstreams_do() -> None:
    with torch.device("meta"):
        upstream = inception_v3(transform_input=True, init_weights=False)
    pixels = torch.rand(2, 3, 8, 8)
    usual = SPECS["resnet"].weights[0]
    expected = upstream._transform_input(_normalised(pixels, usual))
    torch.testing.assert_close(_normalised(pixels, weights_of("inception")), expected)


def _normalised(pixels: Tensor, weights: WeightsSpec) -> Tensor:
    mean, std = (torch.tensor(values)[:, None, None] for values in (weights.mean, weights.std))
    return (pixels - mean) / std
