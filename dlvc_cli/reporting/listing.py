"""Tables of plugin objects, plugins and runs, and the page about one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dlvc_cli.reporting.formats import file_size

if TYPE_CHECKING:
    from dlvc_cli.training.features.disk import CacheEntry

__all__ = ["print_cache", "print_details", "print_listing"]

Row = Mapping[str, Any]
Column = tuple[str, Callable[[Row], str], bool]


def _text(key: str) -> Callable[[Row], str]:
    return lambda row: "" if row.get(key) is None else str(row[key])


def _name(row: Row) -> str:
    aliases = ", ".join(row["aliases"])
    return f"{row['name']} ({aliases})" if aliases else str(row["name"])


def _millions(row: Row) -> str:
    return "" if row["millions"] is None else f"{row['millions']:.2f}"


def _accuracy(row: Row) -> str:
    return "" if row["best_acc"] is None else f"{row['best_acc']:.4f}"


def _call(row: Row) -> str:
    """How an option string may look, what may be left out in brackets: ``resize:size[:mode]``."""
    parameters = row["parameters"]
    needed = [param["name"] for param in parameters if param["required"]]
    optional = "".join(f":{param['name']}" for param in parameters if not param["required"])
    return ":".join([row["name"], *needed]) + (f"[{optional}]" if optional else "")


_NAME: Column = ("name", _name, False)
_PLUGIN: Column = ("plugin", _text("plugin"), False)
_SUMMARY: Column = ("what it is", _text("summary"), False)
_CALL: Column = ("written", _call, False)

_COLUMNS: dict[str, tuple[Column, ...]] = {
    "models": (
        _NAME,
        ("million parameters", _millions, True),
        ("input", lambda row: f"{row['input_size']}", True),
        ("least", lambda row: f"{row['min_train_size']}", True),
        ("pretrained", lambda row: "yes" if row["pretrained"] else "no", False),
        _PLUGIN,
        _SUMMARY,
    ),
    "optimizers": (
        _NAME,
        ("lr from scratch", lambda row: f"{row['learning_rates']['scratch']:g}", True),
        ("in descent", lambda row: f"{row['learning_rates']['descent']:g}", True),
        _CALL,
        _PLUGIN,
        _SUMMARY,
    ),
    "families": (
        ("name", _text("pattern"), False),
        ("of", _text("of"), False),
        _PLUGIN,
        _SUMMARY,
    ),
    "presets": (
        _NAME,
        ("default", lambda row: "yes" if row["default"] else "", False),
        _PLUGIN,
        _SUMMARY,
    ),
    "commands": (_NAME, _PLUGIN, _SUMMARY),
    "runs": (
        _NAME,
        ("model", _text("model"), False),
        ("data", _text("data"), False),
        ("state", _text("state"), False),
        ("epochs", lambda row: f"{row['epoch']}/{row['epochs']}", True),
        ("best accuracy", _accuracy, True),
    ),
    "plugins": (
        _NAME,
        ("package", _text("summary"), False),
        ("offers", lambda row: _offers(row), False),
        ("problems", lambda row: "; ".join(row["problems"]), False),
    ),
}


def _offers(row: Row) -> str:
    return ", ".join(f"{len(names)} {kind}" for kind, names in row["offers"].items())


def print_listing(kind: str, rows: Sequence[Row], titled: bool) -> None:
    """Print a table of one kind of object on standard output."""
    console = _console()
    if not rows:
        console.print(f"No {kind} found.")
        return
    table = Table(title=kind if titled else None, title_justify="left", box=None, pad_edge=False)
    columns = _COLUMNS.get(kind, (_NAME, _CALL, _PLUGIN, _SUMMARY))
    for heading, _, numeric in columns:
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row)) for _, cell, _ in columns))
    console.print(table)
    if titled:
        console.print()


_ABOUT = ("model", "weights", "data", "aug", "normalize", "input", "split", "variant")


def print_cache(entries: Sequence[CacheEntry], folder: Path, limit: int) -> None:
    """Print a table of kept features, and how much of the cache they take."""
    console = _console()
    total = file_size(sum(entry.size for entry in entries))
    if entries:
        table = Table(box=None, pad_edge=False)
        for heading in (*_ABOUT, "images", "size", "last used"):
            table.add_column(heading, overflow="fold")
        for entry in entries:
            said = {key: value for key, value in entry.about.items() if value not in (None, "")}
            if "weights" in said:
                said["weights"] = Path(said["weights"]).name
            used = datetime.fromtimestamp(entry.used).isoformat(" ", "minutes")
            images = f"{min(entry.kept, said.get('images', 0))}/{said.get('images', '-')}"
            cells = [*(str(said.get(key, "-")) for key in _ABOUT), images, file_size(entry.size)]
            table.add_row(*map(Text, (*cells, used if said else "-")))
        console.print(table)
    console.print(f"{total} of {limit / 1e9:g} GB, in {folder}", soft_wrap=True)


def _console() -> Console:
    """A console as wide as the terminal, or wide enough for whole lines in a pipe."""
    # Names are shown as they are; and rich's table of emoji takes 10 ms to import.
    plain: dict[str, Any] = {"markup": False, "emoji": False, "highlight": False}
    console = Console(**plain)
    return console if console.is_terminal else Console(width=200, **plain)


def print_details(row: Row) -> None:
    """Print all that is known of one object: a line a property, then its parameters."""
    console = _console()
    heading = Text(f"{row['name']}", style="bold")
    heading.append(f"  {row['kind']}", style="dim")
    console.print(heading)
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for key, value in row.items():
        if key not in ("name", "kind", "parameters") and value not in (None, [], {}, ""):
            grid.add_row(key.replace("_", " "), Text(_value(value)))
    console.print(grid)
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
    table = Table(box=None, pad_edge=False)
    for heading in ("parameter", "type", "default", "range", "what it does"):
        table.add_column(heading, overflow="fold")
    for param in parameters:
        default = "required" if param["required"] else _value(param["default"])
        cells = (param["name"], param["type"], default, param["range"], param["help"])
        table.add_row(*map(Text, cells))
    return table
