"""The built-in models: the course's network and torchvision's classifiers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from dlvc_models import dlvc_families, dlvc_models
from helpers.models import build, images, in_a_process, millions, split, train
from torch import Tensor, nn
from torch.nn.functional import max_pool2d, relu

SPECS = {spec.name: spec for spec in dlvc_models()}
OF_THE_COURSE = {"cnn", "resnet", "alexnet", "vgg", "squeezenet", "densenet", "inception"}
# All are checked on the meta device, where nothing is computed; these with numbers too.
ALL = [pytest.param(n, marks=[pytest.mark.slow] * (n not in OF_THE_COURSE)) for n in SPECS]
TORCHVISION = [name for name in SPECS if name != "cnn"]


def test_describing_models_imports_nothing_heavy() -> None:
    out = in_a_process(
        """
        import sys, dlvc_models
        [repr(spec) for spec in [*dlvc_models.dlvc_models(), *dlvc_models.dlvc_families()]]
        heavy = "torch torchvision timm numpy skimage matplotlib PIL dlvc_models.timm_index"
        print(sorted(set(heavy.split()) & set(sys.modules)))
        """
    )
    assert out.strip() == "[]"


def test_the_models_of_the_course_have_their_bare_names() -> None:
    aliases = {name: spec.aliases for name, spec in SPECS.items() if spec.aliases}
    assert aliases == {
        "resnet": ("resnet18",),
        "vgg": ("vgg11_bn",),
        "squeezenet": ("squeezenet1_1",),
        "densenet": ("densenet121",),
        "inception": ("inception_v3",),
    }
    assert {"cnn", "alexnet", "resnet50", "vgg16", "densenet161", "squeezenet1_0"} <= set(SPECS)
    assert [family.name for family in dlvc_families()] == ["timm"]


# The course's network


def test_cnn_is_the_network_of_the_course() -> None:
    model = build(SPECS["cnn"])
    state = model.state_dict()
    layers = ["_cn1", "_cn2", "_cn3", "_cn4", "_cn5", "_fc1"]
    assert list(state) == [f"{layer}.{part}" for layer in layers for part in ("weight", "bias")]
    x = images(32)
    expected = x
    for number in range(1, 6):
        weight, bias = state[f"_cn{number}.weight"], state[f"_cn{number}.bias"]
        expected = relu(torch.conv2d(expected, weight, bias, stride=1, padding=1))
        expected = max_pool2d(expected, 2) if number < 5 else expected
    expected = expected.mean((2, 3)) @ state["_fc1.weight"].T + state["_fc1.bias"]
    torch.testing.assert_close(model(x), expected)
    assert millions(model) == pytest.approx(1.569602)


@pytest.mark.parametrize("height,width", [(16, 16), (17, 40), (33, 21)])
def test_cnn_takes_any_size_from_16(height: int, width: int) -> None:
    assert build(SPECS["cnn"], 5)(torch.zeros(1, 3, height, width)).shape == (1, 5)


def test_cnn_trains_at_the_learning_rate_of_the_course() -> None:
    losses = train(build(SPECS["cnn"]), lr=0.1, steps=60, size=16)
    assert min(losses) < 0.3


# torchvision's


@pytest.mark.parametrize("name", SPECS)
def test_published_millions_are_those_of_the_model(name: str) -> None:
    model = build(SPECS[name], 2 if name == "cnn" else 1000, device="meta")
    assert SPECS[name].millions == pytest.approx(millions(model), abs=0.005)


def test_vgg_for_two_classes_has_its_known_size() -> None:
    assert millions(build(SPECS["vgg"], device="meta")) == pytest.approx(128.8, abs=0.05)


@pytest.mark.parametrize("name", TORCHVISION)
def test_modules_are_native(name: str) -> None:
    model = build(SPECS[name], device="meta")
    assert type(model).__module__.startswith("torchvision.models.")


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


@pytest.mark.parametrize("name", ALL)
def test_head_after_features_is_the_model(name: str) -> None:
    spec = SPECS[name]
    model = build(spec, 3).eval()
    features, head = split(spec, model)
    x = images(spec.min_size)
    with torch.inference_mode():
        expected = model(x)
        torch.testing.assert_close(head.eval()(features.eval()(x)), expected)
    assert expected.abs().max() > 0


@pytest.mark.parametrize("name", SPECS)
def test_features_and_head_share_the_models_parameters(name: str) -> None:
    model = build(SPECS[name], device="meta")
    features, head = split(SPECS[name], model)
    every, before, last = (
        {id(parameter): parameter for parameter in module.parameters()}
        for module in (model, features, head)
    )
    auxiliary = {id(p) for key, p in model.named_parameters() if key.startswith("AuxLogits.")}
    assert not before.keys() & last.keys()
    assert before.keys() | last.keys() == every.keys() - auxiliary
    assert all(2 in parameter.shape for parameter in last.values())
    assert sum(isinstance(layer, nn.Linear | nn.Conv2d) for layer in head.modules()) == 1


def test_splitting_leaves_the_model_as_it_was() -> None:
    spec = SPECS["inception"]
    model = build(spec, device="meta")
    before = list(model.state_dict())
    split(spec, model)
    assert list(model.state_dict()) == before
    assert len(model.train()(images(299, 2, "meta"))) == 2


def test_inception_has_an_auxiliary_head_while_training_that_a_split_drops() -> None:
    spec = SPECS["inception"]
    assert spec.aux_weight == 0.4
    model = build(spec, device="meta")
    x = images(spec.train_size, 2, "meta")
    logits, auxiliary = model.train()(x)
    assert logits.shape == auxiliary.shape == (2, 2)
    assert model.eval()(x).shape == (2, 2)
    features, head = split(spec, model)
    assert head(features.train()(images(spec.min_size, 2, "meta"))).shape == (2, 2)


@pytest.mark.parametrize("seed", [0, 2])  # where torchvision's own start falls silent
def test_squeezenet_trains_with_two_classes(seed: int) -> None:
    spec = SPECS["squeezenet"]
    losses = train(build(spec, seed=seed), spec.defaults["lr"], steps=60, size=24)
    assert min(losses) < 0.5
