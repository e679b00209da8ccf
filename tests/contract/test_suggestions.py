"""What is suggested for a name that there isn't."""

from __future__ import annotations

import pytest

from dlvc_cli import UnknownName
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.registry.registry import registry


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Resnet", ["resnet"]), ("resnt", ["resnet", "resnet50"]), ("quite else", [])],
)
def test_names_that_are_like_it(name, meant):
    assert near(name, ["vgg", "resnet50", "resnet", "alexnet"])[: len(meant) or None] == meant


def test_nothing_is_suggested_of_nothing():
    assert did_you_mean([]) == ""
    assert did_you_mean(["a", "b", "a"]) == " Did you mean a or b?"


@pytest.mark.parametrize(
    ("kind", "name", "meant"),
    [
        ("ops", "flipp", "flip"),
        ("ops", "FLIP", "flip"),
        ("models", "timmm", "timm:NAME"),
        ("models", "efficientnet_lite0", "timm:efficientnet_lite0"),
        ("models", "Efficientnet_Lite0", "timm:efficientnet_lite0"),
        ("datasets", "toypets", "toy-pets"),
        ("datasets", "here", "folder:here"),
        ("surfaces", "Schaffer", "schaffer"),
        ("optimizers", "Adam", "adam"),
    ],
)
def test_what_may_be_meant_is_named(kind, name, meant, own_folder, tmp_path):
    (tmp_path / "here").mkdir()
    if meant.startswith("timm:eff"):
        # Without the index of timm's models nobody waits for it.
        with pytest.raises(UnknownName) as error:
            registry().find(kind, name)
        assert "timm:" not in str(error.value)
        registry().search(kind, "timm:efficientnet_lite0")
    with pytest.raises(UnknownName, match=f"Did you mean {meant}"):
        registry().find(kind, name)


def test_commands_kinds_and_objects_to_show_are_suggested(dlvc):
    for words, meant in (
        (("lst",), "list"),
        (("list", "modles"), "models"),
        (("show", "resnt"), "resnet"),
        (("gd", "Schaffer"), "schaffer"),
    ):
        assert f"Did you mean {meant}" in dlvc(*words, code=2).stderr
    assert "a comma too many" in dlvc("train", "cnn", "--aug", "flip,,crop", code=2).stderr
