"""Tables of plugin objects, plugins and runs, and the page about one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from rich.table import Table

from dlvc_cli.contract.described import Column
from dlvc_cli.contract.kinds import KINDS, singular
from dlvc_cli.reporting.console import page_console, plain_text, results_console
from dlvc_cli.reporting.formats import decimals
from dlvc_cli.reporting.plain_table import PlainTable, fact_grid
from dlvc_cli.reporting.run_options import differing_words
from dlvc_cli.reporting.worth import interval

__all__ = ["local_moment", "print_details", "print_listing"]

Row = Mapping[str, Any]

_SUMMARY = Column("what it is", "summary")

_OTHERS: dict[str, tuple[Column, ...]] = {
    "runs": (
        Column("model", "model"),
        Column("data", "data"),
        Column("state", "state"),
        Column("epochs", "progress", ">s"),
        Column("best accuracy", "accuracy", ">s"),
        Column("95 %", "worth"),
        Column("begun", "begun"),
        Column("options", "options"),
    ),
    "plugins": (
        Column("package", "summary"),
        Column("offers", "offered"),
        Column("problems", "problem"),
    ),
}


def _columns(kind: str) -> tuple[Column, ...]:
    """The columns of a kind's table, after the first, which is the object's name."""
    if kind in _OTHERS:
        return _OTHERS[kind]
    return (*KINDS[kind].columns, Column("plugin", "plugin"), _SUMMARY)


def _name(kind: str, row: Row) -> str:
    aliases = ", ".join(row["aliases"])
    title = KINDS[kind].title if kind in KINDS else "name"
    return f"{row[title]} ({aliases})" if aliases else str(row[title])


def _shown(kind: str, row: Row) -> Row:
    """A row with what tables put together of its values."""
    shown = dict(row)
    if kind in KINDS and "parameters" in row:
        shown["written"] = _call(row)
    if kind == "runs":
        shown["progress"] = f"{row['epoch']}/{row['epochs']}"
        shown["begun"] = local_moment(row["created"])
        shown["worth"] = interval(row["interval"])
        shown["accuracy"] = decimals(row["best_acc"]).replace("-", "")
        if row["uneven"] and row["best_balanced_acc"] is not None:
            shown["accuracy"] += f" (balanced {decimals(row['best_balanced_acc'])})"
    if kind == "plugins":
        shown["offered"] = ", ".join(
            f"{len(names)} {kind if len(names) > 1 else singular(kind)}"
            for kind, names in row["offers"].items()
        )
        shown["problem"] = "; ".join(row["problems"])
    return shown


def _call(row: Row) -> str:
    """How an option string may look, what may be left out in brackets: ``resize:size[:mode]``."""
    parameters = row["parameters"]
    needed = [param["name"] for param in parameters if param["required"]]
    optional = "".join(f":{param['name']}" for param in parameters if not param["required"])
    return ":".join([row["name"], *needed]) + (f"[{optional}]" if optional else "")


def _cell(row: Row, column: Column) -> str:
    value: Any = row
    for key in column.fact.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else column.no
    return format(value, column.number)


def print_listing(kind: str, rows: Sequence[Row], titled: bool) -> None:
    """Print a table of one kind of object on standard output."""
    console = results_console()
    if not rows:
        console.print(f"No {kind} found.")
        return
    table = PlainTable(title=kind if titled else None, title_justify="left")
    columns = _columns(kind)
    table.add_column("name", overflow="fold")
    for column in columns:
        side: Literal["left", "right"] = "right" if column.number else "left"
        table.add_column(column.heading, justify=side, overflow="fold")
    if kind == "runs":
        # What has a column of its own isn't told twice.
        options = differing_words([row["summary"] for row in rows], frozenset({"model", "data"}))
        rows = [dict(row) | {"options": text} for row, text in zip(rows, options, strict=True)]
    for row in rows:
        cells = (_name(kind, row), *(_cell(_shown(kind, row), column) for column in columns))
        table.add_row(*map(plain_text, cells))
    console.print(table)
    if titled:
        console.print()


def local_moment(moment: str | None) -> str:
    """A moment in ISO 8601 as the date and time here."""
    try:
        return datetime.fromisoformat(moment or "").astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""


def print_details(row: Row, elsewhere: Collection[str] = ()) -> None:
    """Print all that is known of one object: a line a property, then its parameters.

    Args:
        elsewhere: keys of what is printed in another way.
    """
    left_out = {"name", "kind", "parameters", *elsewhere}
    console = page_console()
    heading = plain_text(row["name"], "bold")
    heading.append(f"  {row['kind']}", style="dim")
    console.print(heading)
    facts = (
        (key.replace("_", " "), plain_text(_value(value)))
        for key, value in row.items()
        if key not in left_out and value not in (None, [], {}, "")
    )
    console.print(fact_grid(facts))
    if row.get("parameters"):
        console.print(_parameters(row["parameters"]))


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(item)}" for key, item in value.items())
    if isinstance(value, list):
        separator = "; " if value and isinstance(value[0], Mapping | list) else ", "
        return separator.join(_value(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _parameters(parameters: Sequence[Row]) -> Table:
    table = PlainTable()
    for heading in ("parameter", "type", "default", "range", "what it does"):
        table.add_column(heading, overflow="fold")
    for param in parameters:
        default = "required" if param["required"] else _value(param["default"])
        cells = (param["name"], param["type"], default, param["range"], param["help"])
        table.add_row(*map(plain_text, cells))
    return table
