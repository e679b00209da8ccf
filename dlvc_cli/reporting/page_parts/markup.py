"""HTML made of elements and text. Text is escaped wherever it comes from; only markup acts."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from dlvc_cli.reporting.outside_text import shown_lines

__all__ = ["Cell", "Markup", "Part", "scrolling", "table", "tag"]


class Markup(str):
    """HTML, made by :func:`tag`."""

    __slots__ = ()


Part = str | Markup | Iterable["Part"] | None


def tag(name: str, *parts: Part, **attributes: str | bool | None) -> Markup:
    """An element: ``tag("td", "a < b", class_="number", data_sort="3")``.

    Args:
        parts: markup as it is, text escaped, lists of both; None is nothing.
        attributes: an underscore at the end falls, others become hyphens. True is an attribute
            without a value, False and None none.
    """
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        known = key.rstrip("_").replace("_", "-")
        words.append(known if value is True else f'{known}="{_escaped(str(value))}"')
    inner = "".join(map(_text, parts))
    end = "" if name in ("img", "input", "br") else f"</{name}>"
    return Markup(f"<{' '.join(words)}>{inner}{end}")


def _text(part: Part) -> str:
    if part is None:
        return ""
    if isinstance(part, Markup):
        return part
    if isinstance(part, str):
        return _escaped(part)
    return "".join(map(_text, part))


def _escaped(text: str) -> str:
    return html.escape(shown_lines(text))


Cell = str | Markup
# A column with a cell of longer lines holds text, which is broken and begins at the left.
_LONG = 40


def table(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, sortable: bool = False
) -> Markup:
    """A table whose rows begin with what they are about.

    Args:
        headings: a column each; where ``sortable``, each is a button that sorts by its column.
        rows: cells, the first a heading.
    """
    long = {at for row in rows for at, cell in enumerate(row) if at and _is_long(cell)}
    looks = ["text" if at in long else None for at in range(len(headings))]
    heads = [
        tag(
            "th",
            tag("button", text, type="button") if sortable and text else text,
            scope="col",
            class_=look,
        )
        for text, look in zip(headings, looks, strict=True)
    ]
    body = [
        tag(
            "tr",
            tag("th", first, scope="row"),
            [tag("td", cell, class_=look) for cell, look in zip(rest, looks[1:], strict=True)],
        )
        for first, *rest in rows
    ]
    return tag(
        "table",
        tag("thead", tag("tr", heads)),
        tag("tbody", body),
        class_="sortable" if sortable else None,
    )


def _is_long(cell: Cell) -> bool:
    return not isinstance(cell, Markup) and max(map(len, cell.split("\n"))) > _LONG


def scrolling(label: str, *parts: Part) -> Markup:
    """What may be wider or longer than the page: a region of its own, reached by keyboard."""
    return tag("div", *parts, class_="wide", role="region", aria_label=label, tabindex="0")
