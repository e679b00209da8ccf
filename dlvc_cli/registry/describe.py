"""Plugin objects and plugins as plain values, for tables and ``--json``."""

from __future__ import annotations

from typing import Any

from dlvc_cli.contract.specs import (
    SPEC_TYPES,
    Buildable,
    DatasetSpec,
    FamilySpec,
    ModelSpec,
    OpSpec,
    OptimizerSpec,
    PresetSpec,
    SurfaceSpec,
)
from dlvc_cli.registry.registry import Offer, Registry

__all__ = ["KINDS", "describe_offer", "describe_plugins", "list_offers"]

KINDS = tuple(SPEC_TYPES)
"""The kinds of plugin object."""


def list_offers(registry: Registry, kind: str, search: str | None) -> list[Offer]:
    """Return a kind's objects, by name; with ``search``, those that match, in families too."""
    found = registry.offers(kind) if search is None else registry.search(kind, search)
    return sorted(found, key=lambda offer: (offer.prefix, not offer.plugin.builtin, offer.name))


def describe_offer(offer: Offer) -> dict[str, Any]:
    """Return an object's description."""
    spec = offer.spec
    described: dict[str, Any] = {
        "name": offer.name,
        "kind": spec.kind,
        "plugin": offer.plugin.name,
        "summary": spec.summary,
        "aliases": list(spec.aliases),
    }
    if isinstance(spec, Buildable):
        described["parameters"] = [
            {
                "name": param.name,
                "type": param.type_name,
                "default": None if param.required else param.default,
                "required": param.required,
                "range": param.range_text,
                "help": param.help,
            }
            for param in spec.params
        ]
    return described | _details(spec)


def _details(spec: Any) -> dict[str, Any]:
    if isinstance(spec, ModelSpec):
        return {
            "millions": spec.millions,
            "input_size": spec.input_size,
            "min_size": spec.min_size,
            "min_train_size": spec.train_size,
            "pretrained": bool(spec.weights),
            "weights": [{"name": w.name, "source": w.source} for w in spec.weights],
            "defaults": dict(spec.defaults),
        }
    if isinstance(spec, OpSpec):
        return {"random": spec.random, "takes": spec.takes}
    if isinstance(spec, OptimizerSpec):
        return {"learning_rates": spec.learning_rates._asdict()}
    if isinstance(spec, SurfaceSpec):
        return {
            "source": spec.source,
            "domain": list(spec.domain),
            "start": list(spec.start) if spec.start else None,
        }
    if isinstance(spec, DatasetSpec):
        return {"rank": spec.rank}
    if isinstance(spec, PresetSpec):
        return {"options": dict(spec.options), "default": spec.default}
    if isinstance(spec, FamilySpec):
        return {"of": spec.of, "pattern": f"{spec.name}:{spec.metavar}"}
    return {}


def describe_plugins(registry: Registry) -> list[dict[str, Any]]:
    """Return every plugin: what it offers of each kind, and what is wrong with it."""
    registry.check()
    return [
        {
            "name": plugin.name,
            "kind": "plugins",
            "plugin": plugin.name,
            "summary": f"{plugin.distribution} {plugin.version}",
            "aliases": [],
            "builtin": plugin.builtin,
            "offers": {
                kind: names
                for kind in KINDS
                if (names := [o.name for o in registry.offers(kind) if o.plugin is plugin])
            },
            "problems": list(plugin.problems),
        }
        for plugin in registry.plugins
    ]
