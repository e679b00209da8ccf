"""Plugin objects and plugins as plain values, for tables and ``--json``."""

from __future__ import annotations

from typing import Any

from dlvc_cli.contract.described import Buildable
from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.registry.offers import Offer
from dlvc_cli.registry.registry import Registry

__all__ = ["describe_offer", "describe_plugins", "list_offers"]


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
    return described | spec.facts()


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
