"""Finds plugins, isolates broken ones, and resolves names.

Entry points are loaded and implementations called one at a time, so that one that fails is
reported and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from dlvc_cli.contract import hooks
from dlvc_cli.contract.described import Buildable
from dlvc_cli.contract.kinds import HOOK_PREFIX, KINDS, singular
from dlvc_cli.contract.params import parse_arguments, written_arguments
from dlvc_cli.contract.specs import FamilySpec
from dlvc_cli.contract.suggestions import with_article
from dlvc_cli.errors import (
    AmbiguousName,
    BadOption,
    DlvcError,
    NotInstalled,
    PluginError,
    UnknownName,
    cause_of,
    out_of_memory,
)
from dlvc_cli.registry.meant import member_meant, package_that_offers, what_is_meant
from dlvc_cli.registry.offers import Choice, Offer, Plugin, guarded

__all__ = ["GROUP", "Registry", "registry"]

GROUP = "dlvc"
_CORE_DISTRIBUTION = "dlvc-cli"


class Registry:
    """All plugins of this environment. Hooks are called when their kind is first asked for."""

    def __init__(self, found: Iterable[EntryPoint]) -> None:
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hooks)
        self._offers: dict[str, list[Offer]] = {}
        self._reported: list[tuple[Plugin, str]] = []
        self.plugins: list[Plugin] = []
        # Built-in ones first, so that none of their names can be taken.
        for entry, origin in sorted(
            _with_origins(found), key=lambda pair: (not pair[1].builtin, pair[0].name)
        ):
            self._load(entry, origin)

    def _load(self, entry: EntryPoint, origin: _Origin) -> None:
        distribution, name = origin.name, entry.name
        taken = {plugin.name for plugin in self.plugins}
        plugin = Plugin(
            name=name if name not in taken else f"{distribution}.{name}",
            distribution=distribution,
            version=origin.version,
            builtin=origin.builtin,
        )
        self.plugins.append(plugin)
        if name in taken:
            plugin.problems.append(f"the name {name} is taken; it is called {plugin.name} here")
        try:
            module = entry.load()
            if self._manager.is_registered(module):
                plugin.problems.append(f"offers the same module ({entry.value}) once more")
            else:
                self._manager.register(module, name=plugin.name)
                plugin.problems += [
                    f"implements {caller.name}, which is no hook of dlvc"
                    for caller in self._manager.get_hookcallers(module) or []
                    if not caller.has_spec()
                ]
        except (Exception, SystemExit) as error:
            if out_of_memory(error):
                raise
            plugin.problems.append(f"cannot be loaded: {cause_of(error)}")

    def problems(self) -> list[tuple[Plugin, str]]:
        """Everything that is wrong with plugins, as far as their hooks have been called."""
        return [(plugin, text) for plugin in self.plugins for text in plugin.problems]

    def unreported(self) -> list[tuple[Plugin, str]]:
        """Return the problems that this has not returned before."""
        new = [problem for problem in self.problems() if problem not in self._reported]
        self._reported += new
        return new

    def check(self) -> list[tuple[Plugin, str]]:
        """Call every hook and return everything that is wrong."""
        for kind in KINDS:
            self.offers(kind)
        return self.problems()

    def offers(self, kind: str) -> list[Offer]:
        """Return all objects of a kind (a key of ``KINDS``), families' members aside."""
        if kind not in self._offers:
            self._offers[kind] = list(self._collect(kind))
        return self._offers[kind]

    def _collect(self, kind: str) -> Iterator[Offer]:
        expected = KINDS[kind]
        by_name = {plugin.name: plugin for plugin in self.plugins}
        hook = getattr(self._manager.hook, HOOK_PREFIX + kind)
        implementations = {impl.plugin_name: impl for impl in hook.get_hookimpls()}
        for plugin in (p for name, p in by_name.items() if name in implementations):
            try:
                specs = list(implementations[plugin.name].function())
            except (Exception, SystemExit) as error:
                if out_of_memory(error):
                    raise
                plugin.problems.append(f"its hook dlvc_{kind} failed: {cause_of(error)}")
                continue
            seen: set[str] = set()
            for spec in specs:
                if not isinstance(spec, expected):
                    plugin.problems.append(
                        f"its hook dlvc_{kind} offers {spec!r:.40}, which is no {expected.__name__}"
                    )
                elif seen & {spec.name, *spec.aliases}:
                    plugin.problems.append(f"its hook dlvc_{kind} offers {spec.name} twice")
                else:
                    seen |= {spec.name, *spec.aliases}
                    yield Offer(spec, plugin)

    def families(self, kind: str) -> list[Offer]:
        """Return the families whose members are of this kind."""
        return [offer for offer in self.offers("families") if offer.spec.of == kind]

    def in_family(self, kind: str, name: str) -> str | None:
        """Return the whole name (``folder:PATH``) of what a family knows without its prefix."""
        for family in self.families(kind):
            if family.spec.knows is not None and guarded(family, family.spec.knows, name):
                return f"{family.spec.name}:{name}"
        return None

    def search(self, kind: str, pattern: str) -> list[Offer]:
        """Return the objects of a kind that match, members of families included."""
        found = [offer for offer in self.offers(kind) if offer.matches(pattern)]
        for family in self.families(kind):
            found += self._members(family, pattern.removeprefix(f"{family.spec.name}:"))
        return found

    def _members(self, family: Offer, pattern: str) -> list[Offer]:
        """A family's members that match; none where it can't be searched."""
        try:
            members = guarded(family, family.spec.search_specs, pattern)
        except DlvcError as error:
            family.plugin.problems.append(f"cannot be searched: {error}")
            return []
        return [Offer(member, family.plugin, f"{family.spec.name}:") for member in members]

    def find(self, kind: str, name: str, suggest: bool = True, text: str | None = None) -> Offer:
        """Return the object called ``name``: bare, qualified (``plugin/name``) or prefixed.

        Args:
            suggest: look for what may be meant where there is none, which may take a moment.
            text: the option string that the name was taken from, to look in.

        Raises:
            UnknownName: there is none; close names are suggested.
            NotInstalled: a package that isn't installed offers it.
            AmbiguousName: several third parties offer it and no built-in does.
        """
        family = self.family_of(kind, name)
        if family is not None:
            return self._member(kind, family, name.partition(":")[2])
        plugin_name, slash, bare = name.rpartition("/")
        found = [
            offer
            for offer in self.offers(kind)
            if (not slash or offer.plugin.name == plugin_name)
            and (bare if slash else name) in offer.names
        ]
        if not found:
            absent = package_that_offers(self, (kind,), name) is not None
            kind_of_error = NotInstalled if absent else UnknownName
            raise kind_of_error(self._unknown(kind, name, (text or name) if suggest else None))
        return self._pick(found, name)

    def _pick(self, found: list[Offer], name: str) -> Offer:
        """Return the one that a name means: the only one, or the built-in."""
        builtin = [offer for offer in found if offer.plugin.builtin]
        if len(found) == 1 or builtin:
            return (builtin or found)[0]
        names = " and ".join(offer.qualified for offer in found)
        raise AmbiguousName(f"Several plugins offer {name!r}: say {names}.")

    def family_of(self, kind: str, text: str) -> Offer | None:
        """Return the family that a name (``timm:NAME``, ``plugin/timm:NAME``) belongs to, or None.

        Raises:
            AmbiguousName: several third parties offer such a family and no built-in does.
        """
        prefix, colon, _ = text.partition(":")
        plugin_name, slash, bare = prefix.rpartition("/")
        found = [
            family
            for family in self.families(kind)
            if bare in family.names and (not slash or family.plugin.name == plugin_name)
        ]
        if not colon or not found:
            return None
        taken = any(offer.plugin.builtin and bare in offer.names for offer in self.offers(kind))
        if taken and not slash and not any(family.plugin.builtin for family in found):
            # A built-in object's name: what follows the colon are its parameters.
            return None
        return self._pick(found, prefix)

    def shadowed(self, offer: Offer, name: str) -> list[Offer]:
        """Return third parties' objects that a bare built-in name stands in front of."""
        if "/" in name or not offer.plugin.builtin:
            return []
        kind = offer.spec.kind
        return [
            other
            for other in self.offers(kind)
            if other is not offer and not other.plugin.builtin and name in other.names
        ]

    def shadow_notices(self, offer: Offer, name: str) -> list[str]:
        """Say, where :meth:`shadowed` finds any, what else ``name`` could have meant."""
        others = self.shadowed(offer, name)
        if not others:
            return []
        also = " and ".join(other.qualified for other in others)
        return [f"{name} is the built-in one; {also} would be the other."]

    def _member(self, kind: str, family: Offer, rest: str) -> Offer:
        spec: FamilySpec = family.spec
        if not rest:
            needed = f"{with_article(spec.metavar.lower())}, as in {spec.name}:{spec.metavar}"
            raise BadOption(f"{spec.name}: needs {needed}.")
        member = guarded(family, spec.find_spec, rest)
        if member is None:
            hint = member_meant(family, rest)
            if not hint and spec.search is not None:
                hint = f" See dlvc list {kind} --search {rest[:12]}."
            raise UnknownName(f"There is no {spec.name}:{rest}.{hint}")
        expected = KINDS[kind]
        if not isinstance(member, expected):
            raise PluginError(
                f"{spec.name} of plugin {family.plugin.name} found {member!r:.60}, which is no "
                f"{expected.__name__}."
            )
        return Offer(member, family.plugin, f"{spec.name}:")

    def _unknown(self, kind: str, name: str, text: str | None) -> str:
        hint = what_is_meant(self, (kind,), text) if text is not None else ""
        said = f"There is no {singular(kind)} called {name!r}.{hint} See dlvc list {kind}."
        broken = sorted({plugin.name for plugin, _ in self.problems() if not plugin.builtin})
        return said + (f" (Broken plugins: {', '.join(broken)}.)" if broken else "")

    def choose(self, kind: str, text: str, given: dict[str, Any] | None = None) -> Choice:
        """Resolve an option string (``crop:size=32``) to an object and its parameters' values.

        Raises:
            UnknownName, AmbiguousName: as :meth:`find`.
            BadOption: a parameter is unknown, missing or wrong.
        """
        name, arguments = self.split_name(kind, text)
        owner = f"{singular(kind)} {name}"
        offer = self.find(kind, name, text=text)
        spec: Buildable = offer.spec
        written = written_arguments(arguments, spec.params, owner)
        values = parse_arguments(arguments, spec.params, owner, given)
        return Choice(offer, values, frozenset(written))

    def split_name(self, kind: str, text: str) -> tuple[str, str]:
        """Split an option string into name and arguments.

        Of a family's member, all is name: what follows the prefix may hold any character.
        """
        if self.family_of(kind, text) is not None:
            return text, ""
        name, _, arguments = text.partition(":")
        return name, arguments


@dataclass(frozen=True)
class _Origin:
    """The package that an entry point is of."""

    name: str
    version: str

    @property
    def builtin(self) -> bool:
        return self.name.lower() == _CORE_DISTRIBUTION


def _with_origins(found: Iterable[EntryPoint]) -> Iterator[tuple[EntryPoint, _Origin]]:
    """Yield entry points with their packages, whose metadata is read once a package, not a use."""
    known: dict[int, _Origin] = {}
    for entry in found:
        if entry.dist is None:
            yield entry, _Origin(entry.value, "")
            continue
        if id(entry.dist) not in known:
            about = entry.dist.metadata
            known[id(entry.dist)] = _Origin(about["Name"], about["Version"])
        yield entry, known[id(entry.dist)]


@cache
def registry() -> Registry:
    """Return the registry of this process, its plugins found through entry points."""
    return Registry(entry_points(group=GROUP))
