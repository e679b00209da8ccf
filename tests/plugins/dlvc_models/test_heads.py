"""A model in two: features and head."""

from __future__ import annotations

import pytest
import torch
from helpers.models import SPECS, build, images, split
from torch import nn

OF_THE_COURSE = {"cnn", "resnet", "alexnet", "vgg", "squeezenet", "densenet", "inception"}
# All are checked on the meta device, where nothing is computed; these with numbers too.
ALL = [pytest.param(n, marks=[pytest.mark.slow] * (n not in OF_THE_COURSE)) for n in SPECS]


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
