"""A model's layers as a table, and what they sum up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.console import plain_text, print_sentences, results_console
from dlvc_cli.reporting.plain_table import PlainTable, fact_grid

__all__ = ["NETWORK_KEYS", "print_network"]

NETWORK_KEYS = frozenset(
    "millions classes parameter_count bytes trained_by_feature_extract layers trained image_size "
    "multiply_adds modules".split()
)
"""What of a model's description stands in this table, and not in the list above it."""

Row = Mapping[str, Any]

# Characters of a terminal from which on there is room for the types, and for multiply-adds.
_TYPES_FROM, _COSTS_FROM = 50, 76


def print_network(row: Row, depth: int) -> None:
    """Print layers down to a depth, from 1, and below them what they sum up to."""
    if "parameter_count" not in row:
        return
    console = results_console()
    modules: Sequence[Row] = row["modules"]
    shown = [module for module in modules if module["depth"] <= depth]
    console.print()
    console.print(_table(shown, row, console.width))
    console.print()
    console.print(_totals(row))
    print_sentences(console, _sentences(modules, shown, depth))


def _table(shown: Sequence[Row], row: Row, width: int) -> PlainTable:
    table = PlainTable()
    frozen = row["trained"] < row["parameter_count"]
    columns = ["layer"]
    if width >= _TYPES_FROM:
        columns.append("type")
    columns += ["output", "parameters"]
    if frozen:
        columns.append("trained")
    if width >= _COSTS_FROM:
        columns.append("multiply-adds")
    for column in columns:
        numbers = column in ("parameters", "multiply-adds")
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for module in shown:
        cells = {
            "layer": _name(module, width),
            "type": module["type"],
            "output": _shape(module["output"]),
            "parameters": _number(module["parameters"]),
            "trained": _trained(module),
            "multiply-adds": _short(module["multiply_adds"]),
        }
        table.add_row(*(plain_text(cells[column]) for column in columns))
    return table


def _name(module: Row, width: int) -> str:
    # As --freeze-until takes it, where there is room.
    whole: str = module["name"]
    name = whole if width >= _TYPES_FROM else whole.rpartition(".")[2]
    return "  " * (module["depth"] - 1) + name


def _shape(output: Sequence[int] | None) -> str:
    return formats.pixels(output) if output else ""


def _number(value: int) -> str:
    return formats.count(value) if value else ""


def _short(value: int | None) -> str:
    return formats.short_count(value) if value else ""


def _trained(module: Row) -> str:
    if not module["parameters"]:
        return ""
    if module["trained"] == module["parameters"]:
        return "yes"
    return "in part" if module["trained"] else "no"


def _totals(row: Row) -> Table:
    count, trained = row["parameter_count"], row["trained"]
    facts = {
        "parameters": f"{formats.count(count)} with {row['classes']} classes, "
        f"{formats.file_size(row['bytes'])}",
        "trained": formats.count(trained) if trained < count else "all",
    }
    head = row.get("trained_by_feature_extract")
    if trained == count and head is not None:
        facts["trained"] += f"; with --feature-extract {formats.count(head)}"
    if "multiply_adds" in row:
        cost, size = formats.short_count(row["multiply_adds"]), formats.pixels(row["image_size"])
        facts["multiply-adds"] = f"{cost} for an image of {size} pixels"
    return fact_grid(facts.items())


def _sentences(modules: Sequence[Row], shown: Sequence[Row], depth: int) -> list[str]:
    said = []
    passed = any(module["output"] for module in modules)
    idle = [m["name"] for m in modules if m["depth"] == 1 and passed and not m["output"]]
    if idle:
        said.append(f"Without an output, since not called outside training: {', '.join(idle)}.")
    if len(shown) < len(modules):
        deepest = max(module["depth"] for module in modules)
        said.append(
            f"These are {len(shown)} of {len(modules)} layers, down to depth {depth}; all: "
            f"--depth {deepest}."
        )
    return said
