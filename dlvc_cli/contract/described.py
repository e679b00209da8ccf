"""What all specs have in common: names, a summary, and what lists and pages say of an object.

A kind of plugin object is a subclass of :class:`Described` in ``specs.py`` and a hook in
``hooks.py``. Listing, ``dlvc show``, ``--json``, completion, help and the plugin guide's table
follow from what the class says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Self

from dlvc_cli.contract.factory import FactoryField
from dlvc_cli.contract.field_types import check_fields
from dlvc_cli.contract.params import Param
from dlvc_cli.errors import SpecError

__all__ = ["WRITTEN", "Buildable", "Column", "Described"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")


@dataclass(frozen=True)
class Column:
    """A column of ``dlvc list KIND``, between the name and the plugin.

    Attributes:
        heading: above it.
        fact: the key of ``facts()`` that it shows; ``a.b`` for the key ``b`` inside ``a``.
        number: how a number is written, as for ``format``; numbers stand at the right.
        no: what stands for False.
    """

    heading: str
    fact: str
    number: str = ""
    no: str = "no"


WRITTEN = Column("written", "written")
"""How an option string may look: ``resize:size[:mode]``."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """What every plugin object has.

    A subclass says what its kind is called (``kind``, and ``singular`` where that is not the kind
    without its s), what its factory ``builds`` (for the guide), which ``columns`` a list has, which
    fact is shown as an object's name (``title``), and which former fields have ``gone``: a sentence
    each, naming the successor.

    Args:
        name: how it is called on the command line: letters, digits, ``_ . + -``.
        summary: one line for tables.
        aliases: further names.

    Raises:
        SpecError: a field holds something else than its annotation says.
    """

    kind: ClassVar[str] = ""
    singular: ClassVar[str] = ""
    builds: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    title: ClassVar[str] = "name"
    gone: ClassVar[Mapping[str, str]] = MappingProxyType({})

    name: str
    summary: str
    aliases: tuple[str, ...] = ()

    def __new__(cls, *args: Any, **fields: Any) -> Self:
        for field in fields:
            if field in cls.gone:
                called = f"{fields.get('name', 'unnamed')}: {cls.__name__}"
                raise SpecError(f"{called} has no {field} any more: {cls.gone[field]}")
        return super().__new__(cls)

    def __post_init__(self) -> None:
        check_fields(self)
        for name in (self.name, *self.aliases):
            if not _NAME.fullmatch(name):
                raise SpecError(f"{name!r} is not a name (letters, digits and _ . + - only)")

    def facts(self) -> dict[str, Any]:
        """What ``--json`` and ``dlvc show`` add to name, kind, plugin, summary and aliases."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Buildable(Described):
    """A plugin object that the core builds when it is needed.

    Args:
        factory: builds it; called with the parameters as keywords.
        params: its parameters, in the order in which an option string fills them.
    """

    columns: ClassVar[tuple[Column, ...]] = (WRITTEN,)

    factory: FactoryField = FactoryField()
    params: tuple[Param, ...] = ()

    def build(self, *args: Any, **kwargs: Any) -> Any:
        """Call the factory."""
        return self.factory(*args, **kwargs)
