"""Prints the types of the keywords of ``dlvc.train`` and ``dlvc.descend``; used by cog.

They are the options of the configurations, so that editors complete them and type checkers know
them.
"""

from __future__ import annotations

import textwrap

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.config.options import options_of
from dlvc_cli.config.train import TrainConfig

__all__ = ["keyword_types"]

# What Python takes beside what the configuration holds.
_WIDER = {
    "weights": "str | Path | Run | None",
    "image_size": "int | str | None",
    "store_size": "int | str | None",
    "tracker": "str | Sequence[str] | None",
    "start": "Sequence[float] | Sequence[Sequence[float]] | NDArray[Any] | None",
    "optimizer of DescentConfig": "str | Sequence[str] | None",
    "sweep": "str | Sequence[str] | None",
    "domain": "Sequence[float] | None",
}
_CLASSES = {
    "TrainOptions": (TrainConfig, "The keywords of ``dlvc.train``: the options of a training."),
    "DescentOptions": (DescentConfig, "The keywords of ``dlvc.descend``: those of a descent."),
}


def keyword_types() -> str:
    """Return the source of a ``TypedDict`` for each function."""
    return "\n\n".join(_class(name, *_CLASSES[name]) for name in _CLASSES) + "\n"


def _class(name: str, config: type, summary: str) -> str:
    annotations = config.__annotations__
    lines = [f"class {name}(TypedDict, total=False):", f'    """{summary}"""', ""]
    for option in options_of(config):
        choices = ", ".join(f'"{choice}"' for choice in options_of(config)[option].choices or ())
        kind = _WIDER.get(f"{option} of {config.__name__}") or _WIDER.get(option)
        kind = kind or (f"Literal[{choices}] | None" if choices else None)
        kind = kind or f"{annotations[option].removesuffix(' | None')} | None"
        lines.append(f"    {option}: {kind}")
        text = " ".join(options_of(config)[option].help.split()).replace("\\", "\\\\")
        lines += textwrap.wrap(f'"""{text}"""', 96, initial_indent="    ", subsequent_indent="    ")
    return "\n".join([*lines, ""])
