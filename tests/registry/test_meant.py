"""What may be meant by a name that nothing has, and which package would offer it."""

from __future__ import annotations

import importlib
import tomllib

import pytest
from helpers.folders import ROOT

from dlvc_cli import BadOption, UnknownName
from dlvc_cli.config.resolve import absolute_data
from dlvc_cli.contract.kinds import HOOK_PREFIX, KINDS
from dlvc_cli.registry.meant import what_is_meant
from dlvc_cli.registry.offers import Plugin
from dlvc_cli.registry.registry import registry

PACKAGES = sorted(path.parent for path in (ROOT / "examples").glob("*/pyproject.toml"))


@pytest.mark.parametrize(
    ("kind", "name", "meant"),
    [
        ("ops", "flipp", "flip"),
        ("ops", "FLIP", "flip"),
        ("models", "timmm", "timm:NAME"),
        ("models", "tim:resnet18", "timm:resnet18"),
        ("models", "TIMM:resnet18", "timm:resnet18"),
        ("models", "timm:ResNet18", "timm:resnet18"),
        ("models", "timm:restnet18", "timm:resnet18"),
        ("models", "timm/resnet18", "timm:resnet18"),
        ("models", "torchvision:resnet18", "resnet18"),
        ("models", "efficientnet_lite0", "timm:efficientnet_lite0"),
        ("models", "Efficientnet_Lite0", "timm:efficientnet_lite0"),
        ("models", "dlvc-model/resnet", "dlvc-models/resnet"),
        ("datasets", "toypets", "toy-pets"),
        ("datasets", "here", "folder:here"),
        ("datasets", "Folder:here", "folder:here"),
        ("surfaces", "Schaffer", "schaffer"),
        ("optimizers", "Adam", "adam"),
        ("optimizers", "torch:Nadamm", "torch:NAdam"),
        ("losses", "CrossEntropy", "cross_entropy"),
        ("schedules", "cosin", "cosine"),
        ("presets", "Course", "course"),
        ("trackers", "CSV", "csv"),
    ],
)
def test_what_may_be_meant_is_named(kind, name, meant, own_folder, tmp_path):
    (tmp_path / "here").mkdir()
    if meant.startswith("timm:eff"):
        # Without the index of timm's models nobody waits for it.
        with pytest.raises(UnknownName) as error:
            registry().choose(kind, name)
        assert "timm:" not in str(error.value)
        registry().search(kind, "timm:efficientnet_lite0")
    with pytest.raises(UnknownName, match=f"Did you mean {meant}"):
        registry().choose(kind, name)


def test_what_is_meant_is_looked_for_among_all_kinds_and_more():
    said = what_is_meant(registry(), list(KINDS), "Flipp", ["flip-run"])
    assert said == " Did you mean flip or flip-run?"
    assert what_is_meant(registry(), ["ops"], "quite else") == ""
    assert what_is_meant(registry(), ["models"], "cnn,resnet") == " Only one can be named here."


def test_a_prefix_alone_is_refused():
    for kind, name in (("models", "timm:"), ("datasets", "folder:")):
        with pytest.raises(BadOption, match=f"as in {name}"):
            registry().choose(kind, name)
    assert absolute_data(registry(), "folder:") == "folder:", "not the folder one is in"


def test_a_package_that_would_offer_it_is_named_while_it_is_not_installed(monkeypatch):
    for kind, name in (("models", "patch-mlp:width=3"), ("ops", "Solarize"), ("losses", "x/brier")):
        with pytest.raises(UnknownName, match=r"dlvc-sampler offers .*: pip install .*sampler"):
            registry().choose(kind, name)
    there = [*registry().plugins, Plugin("sampler", "dlvc-sampler", "0.1.0", builtin=False)]
    monkeypatch.setattr(registry(), "plugins", there)
    assert "dlvc-sampler" not in what_is_meant(registry(), ["models"], "patch-mlp")


def test_the_known_packages_are_those_of_the_examples_and_offer_what_is_said(monkeypatch):
    known = {offer.name: offer.spec for offer in registry().offers("packages")}
    assert sorted(known) == [path.name for path in PACKAGES]
    for path in PACKAGES:
        monkeypatch.syspath_prepend(str(path))
        project = tomllib.loads((path / "pyproject.toml").read_text())["project"]
        offers: dict[str, tuple[str, ...]] = {}
        for module in project["entry-points"]["dlvc"].values():
            plugin = importlib.import_module(module)
            for kind in KINDS:
                specs = getattr(plugin, HOOK_PREFIX + kind, list)()
                offers |= {kind: tuple(spec.name for spec in specs)} if specs else {}
        spec = known[project["name"]]
        assert dict(spec.offers) == offers
        assert (ROOT / spec.install).resolve() == path.resolve()
