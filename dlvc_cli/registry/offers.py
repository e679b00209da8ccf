"""What plugins offer: an object with its plugin, one with values for its parameters, and calling
either so that a failure names the plugin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dlvc_cli.contract.search import matches_pattern
from dlvc_cli.errors import DlvcError, PluginError, SpecError, cause_of, out_of_memory

__all__ = ["Choice", "Offer", "Plugin", "guarded"]


@dataclass
class Plugin:
    """An entry point of group ``dlvc``, loaded or broken.

    Attributes:
        name: the entry point's name; ``plugin/name`` qualifies what it offers.
        distribution, version: the package that it was installed with.
        builtin: it comes with dlvc itself.
        problems: what went wrong with it, a sentence each.
    """

    name: str
    distribution: str
    version: str
    builtin: bool
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Offer:
    """One plugin object and the plugin that offers it."""

    spec: Any
    plugin: Plugin
    prefix: str = ""

    @property
    def name(self) -> str:
        """The name to call it by: with the family's prefix where it is a member of one."""
        return self.prefix + self.spec.name

    @property
    def names(self) -> tuple[str, ...]:
        """The spec's name and aliases, without a prefix."""
        return (self.spec.name, *self.spec.aliases)

    @property
    def qualified(self) -> str:
        return f"{self.plugin.name}/{self.name}"

    @property
    def described(self) -> str:
        """What messages call it: by its name and its plugin's."""
        return f"{self.name} of plugin {self.plugin.name}"

    def matches(self, pattern: str) -> bool:
        """Whether name, alias or summary are as ``pattern`` says."""
        texts = (self.name, *self.spec.aliases, self.spec.summary)
        return any(matches_pattern(text, pattern) for text in texts)


@dataclass(frozen=True)
class Choice:
    """A plugin object with values for all its parameters: what an option string stands for.

    Attributes:
        written: names of the parameters that the string itself sets.
    """

    offer: Offer
    values: dict[str, Any]
    written: frozenset[str] = frozenset()

    @property
    def spec(self) -> Any:
        return self.offer.spec

    def build(self, *args: Any, **kwargs: Any) -> Any:
        """Call the factory; a failure that is not a plain message names the plugin."""
        return guarded(self.offer, self.spec.build, *args, **self.values, **kwargs)


def guarded(offer: Offer, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a plugin's code; an error other than dlvc's own names the plugin and the cause.

    That memory has run out is passed on as it is.
    """
    try:
        return call(*args, **kwargs)
    except SpecError as error:
        raise PluginError(f"{offer.described} breaks the contract: {error}.") from error
    except DlvcError:
        raise
    except Exception as error:
        if out_of_memory(error):
            raise
        raise PluginError(f"{offer.described} failed: {cause_of(error)}") from error
