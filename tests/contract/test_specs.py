"""Specs check themselves."""

from __future__ import annotations

from typing import Any

import pytest

from dlvc_cli import (
    LearningRates,
    ModelSpec,
    OpSpec,
    OptimizerSpec,
    Param,
    PresetSpec,
    SurfaceSpec,
    WeightsSpec,
)
from dlvc_cli.errors import SpecError

NAMED: dict[str, Any] = {"name": "tiny", "summary": ""}
BUILT: dict[str, Any] = NAMED | {"factory": "a:b"}
MODEL: dict[str, Any] = BUILT | {"split": "a:c"}
RATES = LearningRates(0.1, 0.01, 1.0)


@pytest.mark.parametrize(
    ("spec", "fields", "text"),
    [
        # ``(WeightsSpec(...))`` without a comma is no tuple.
        (
            ModelSpec,
            MODEL | {"weights": WeightsSpec(name="w", source="", factory="a:b")},
            "weights",
        ),
        (ModelSpec, MODEL | {"input_size": "32"}, "input_size"),
        (ModelSpec, MODEL | {"min_size": "2"}, "min_size"),
        (ModelSpec, MODEL | {"min_train_size": 2.5}, "min_train_size"),
        (ModelSpec, MODEL | {"millions": "1"}, "millions"),
        (ModelSpec, MODEL | {"defaults": None}, "defaults"),
        (ModelSpec, MODEL | {"defaults": {"lr": object()}}, "defaults"),
        (ModelSpec, MODEL | {"summary": None}, "summary"),
        (ModelSpec, MODEL | {"aliases": "other"}, "aliases"),
        (ModelSpec, MODEL | {"params": (1,)}, "params"),
        (OpSpec, BUILT | {"takes": "all"}, "takes"),
        (OpSpec, BUILT | {"random": "yes"}, "random"),
        (OptimizerSpec, BUILT | {"learning_rates": (0.1, 0.1, 1)}, "learning_rates"),
        (PresetSpec, NAMED | {"options": [1]}, "options"),
        (SurfaceSpec, BUILT | {"source": "", "domain": (1, 2, 3)}, "domain"),
        (SurfaceSpec, BUILT | {"source": "", "domain": (0, 1), "start": 5}, "start"),
        (WeightsSpec, {"name": "tiny", "source": "", "factory": "a:b", "mean": (1, 1)}, "mean"),
        (WeightsSpec, {"name": "tiny", "source": None, "factory": "a:b"}, "source"),
        (Param, {"name": "tiny", "type": float, "low": "0"}, "low"),
        (Param, {"name": "tiny", "type": float, "default": "0.5"}, "default: tiny"),
        (Param, {"name": "tiny", "type": float, "default": 2.0, "high": 1}, "default: tiny"),
        (Param, {"name": "tiny", "type": lambda text: text, "default": object()}, "default"),
        (Param, {"name": "tiny", "type": "float"}, "type"),
    ],
)
def test_a_field_of_another_type_is_named_with_its_object(spec, fields, text):
    with pytest.raises(SpecError) as caught:
        spec(**fields)
    assert text in str(caught.value) and "tiny" in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (ModelSpec, MODEL | {"millions": 1, "params": [Param("depth", int, 3)]}),
        (OptimizerSpec, BUILT | {"learning_rates": RATES}),
        (SurfaceSpec, BUILT | {"source": "", "domain": [-1, 1]}),
        (Param, {"name": "alpha", "type": float, "default": None}),
    ],
)
def test_whole_numbers_lists_and_defaults_that_are_none_will_do(spec, fields):
    spec(**fields)


def test_sizes_are_pixels():
    with pytest.raises(SpecError, match="sizes of tiny are pixels"):
        ModelSpec(**MODEL, min_size=0)


def test_a_field_that_has_gone_is_said_of_its_object():
    with pytest.raises(SpecError, match="tiny: OpSpec has no views any more"):
        OpSpec(**BUILT, views=3)


def test_a_plugin_with_a_wrong_spec_is_reported_and_the_rest_is_listed(dlvc, make_plugin):
    make_plugin(
        "wrong",
        """
        from dlvc_cli import ModelSpec, hookimpl

        @hookimpl
        def dlvc_models():
            yield ModelSpec(name="big", summary="", factory="a:b", split="a:c", input_size="32")
        """,
    )
    listed = dlvc("list", "models")
    assert "resnet" in listed.stdout
    assert "the input_size of big must be a whole number, not '32'" in listed.stderr
    assert "fault" not in listed.stderr
