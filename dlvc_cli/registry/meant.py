"""What a user may have meant by a name that nothing has, and which package would offer it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from dlvc_cli.contract.specs import PackageSpec
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.registry.offers import Offer, guarded

if TYPE_CHECKING:
    from dlvc_cli.registry.registry import Registry

__all__ = ["member_meant", "package_that_offers", "what_is_meant"]


def what_is_meant(
    registry: Registry, kinds: Sequence[str], text: str, more: Collection[str] = ()
) -> str:
    """Say what may be meant, to follow a sentence; nothing where nothing is like it.

    Args:
        kinds: in which a name is looked for.
        text: the name as it is written, with what follows a colon.
        more: names of other things, such as runs.
    """
    known = {name for kind in kinds for offer in registry.offers(kind) for name in offer.names}
    parts = [part.strip().partition(":")[0] for part in text.split(",")]
    if len(parts) > 1 and known.issuperset(parts):
        return " Only one can be named here."
    meant = _of_families(registry, kinds, text) or _like_it(registry, kinds, text, more)
    return did_you_mean(meant) + _in_packages(registry, kinds, text.partition(":")[0])


def member_meant(family: Offer, rest: str) -> str:
    """Say which of a family's members may be meant by a name that none of them has."""
    spec = family.spec
    if spec.search is None:
        return ""
    names = near(rest, [member.name for member in guarded(family, spec.search_specs, "")], 2)
    return did_you_mean(f"{spec.name}:{name}" for name in names)


def _of_families(registry: Registry, kinds: Sequence[str], text: str) -> list[str]:
    """What a family knows by this name, or by what follows a prefix that is like the family's."""
    for written in dict.fromkeys((text, text.lower())):
        known = [name for kind in kinds if (name := registry.in_family(kind, written))]
        if known:
            return known
    prefix, rest = (*re.split("[:/]", text, maxsplit=1), "")[:2]
    if not rest:
        return []
    families = [family.spec.name for kind in kinds for family in registry.families(kind)]
    return [f"{name}:{rest}" for name in near(prefix, families, 1)]


def _like_it(
    registry: Registry, kinds: Sequence[str], text: str, more: Collection[str]
) -> list[str]:
    bare, _, rest = text.partition(":")
    offers = [offer for kind in kinds for offer in registry.offers(kind)]
    names = {name for offer in offers for name in offer.names} | set(more)
    if "/" in bare:
        names |= {offer.qualified for offer in offers}
    prefixes = {
        family.spec.name: family.spec.metavar
        for kind in kinds
        for family in registry.families(kind)
    }
    # torchvision:resnet18, where there is a resnet18.
    meant = near(bare, names | prefixes.keys()) or [rest] * (rest in names)
    return [f"{name}:{prefixes[name]}" if name in prefixes else name for name in meant]


def _in_packages(registry: Registry, kinds: Sequence[str], name: str) -> str:
    found = package_that_offers(registry, kinds, name)
    if found is None:
        return ""
    spec, known = found
    return (
        f" The package {spec.name} offers {known}: pip install {spec.install} (see "
        f"dlvc show {spec.name})."
    )


def package_that_offers(
    registry: Registry, kinds: Sequence[str], name: str
) -> tuple[PackageSpec, str] | None:
    """Find a package that isn't installed and offers a name, bare or qualified.

    Returns:
        The package, and the name as it writes it.
    """
    bare = name.rpartition("/")[2].lower()
    installed = {plugin.distribution for plugin in registry.plugins}
    for offer in registry.offers("packages"):
        spec: PackageSpec = offer.spec
        offered = [known for kind in kinds for known in spec.offers.get(kind, ())]
        for known in offered if spec.name not in installed else ():
            if known.lower() == bare:
                return spec, known
    return None
