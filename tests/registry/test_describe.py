"""Plugin objects and plugins as plain values: what ``--json`` prints."""

from __future__ import annotations

import json

from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.registry.describe import describe_offer, describe_plugins, list_offers
from dlvc_cli.registry.registry import registry


def test_every_object_has_the_same_five_keys_first_and_is_plain() -> None:
    for kind in KINDS:
        for offer in list_offers(registry(), kind, None):
            row = describe_offer(offer)
            assert list(row)[:5] == ["name", "kind", "plugin", "summary", "aliases"]
            assert row["kind"] == kind and json.loads(json.dumps(row)).keys() == row.keys()


def test_parameters_are_described_in_words() -> None:
    row = describe_offer(registry().find("optimizers", "sgd"))
    momentum = next(param for param in row["parameters"] if param["name"] == "momentum")
    assert momentum == momentum | {
        "type": "number",
        "default": 0.0,
        "required": False,
        "range": "0 to 1",
    }
    (file,) = describe_offer(registry().find("trackers", "csv"))["parameters"]
    assert file == file | {"type": "path", "default": None, "required": True, "range": ""}


def test_objects_are_listed_by_name_and_members_of_families_after_them() -> None:
    names = [offer.name for offer in list_offers(registry(), "optimizers", None)]
    assert names == sorted(names) and not any(":" in name for name in names)
    found = [offer.name for offer in list_offers(registry(), "optimizers", "ada")]
    own = [name for name in found if ":" not in name]
    assert found[: len(own)] == own == sorted(own) and "adamw" in own
    assert "torch:Adadelta" in found[len(own) :]


def test_plugins_say_what_they_offer_of_each_kind() -> None:
    rows = {row["name"]: row for row in describe_plugins(registry())}
    recipes = rows["dlvc-recipes"]
    assert recipes["offers"] == {
        "trackers": ["csv"],
        "presets": ["course", "quick", "fast", "finetune"],
        "packages": ["dlvc-sampler", "dlvc-efficientnet-lite", "dlvc-slurm"],
    }
    assert recipes["builtin"] and not recipes["problems"]
    assert recipes["summary"].startswith("dlvc-cli ")
