"""An index of timm's models, kept in the user's cache, since importing timm takes 10 seconds.

One JSON file for each version of timm: architectures in timm's order, each with its pretrained
configurations, the default one first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from platformdirs import user_cache_path

from dlvc_cli import DlvcError, note, read_json, replace_file

__all__ = ["Architecture", "Configuration", "build_index", "index", "index_path", "load_index"]

_FORMAT = 2


class Configuration(NamedTuple):
    """One of timm's pretrained configurations of an architecture.

    Attributes:
        tag: what follows the architecture and a dot in its full name; may be empty.
        source: where its weights are kept; None where there are none.
        input_size: native height and width in pixels.
        min_size: the least height and width, None where timm doesn't say.
        fixed_size: it takes its native size only.
        mean, std: per-channel normalisation of images in [0, 1], RGB.
        num_classes: size of the head that the weights come with; 0 for none.
    """

    tag: str
    source: str | None
    input_size: int
    min_size: int | None
    fixed_size: bool
    mean: Sequence[float]
    std: Sequence[float]
    num_classes: int


class Architecture(NamedTuple):
    """A model of timm: the module that defines it, and its configurations, the default first."""

    module: str
    configurations: tuple[Configuration, ...]


Index = dict[str, Architecture]


def index() -> Index:
    """Return the index of this environment's timm, from the cache where it is there already."""
    return _index(index_path())


def index_path() -> Path:
    """Return the index's place in the user's cache."""
    return user_cache_path("dlvc") / f"timm-{version('timm')}.json"


@cache
def _index(path: Path) -> Index:
    found = load_index(path)
    if found is None:
        note("indexing timm's models (once for each version) ...")
        found = build_index()
        try:
            _save(found, path)
        except (OSError, DlvcError) as error:
            # replace_file's own error advises on runs; what the system said is its cause.
            cause = error.__cause__ or error
            reason = cause.strerror if isinstance(cause, OSError) else cause
            note(f"the index cannot be kept in {path.parent}: {reason}.")
    return found


def load_index(path: Path) -> Index | None:
    """Return the index in this file, None if it isn't there, isn't readable or isn't whole."""
    try:
        stored = read_json(path)
        models = stored["models"]
        if stored["format"] != _FORMAT or stored["digest"] != _digest(models):
            return None
        return {
            name: Architecture(module, tuple(Configuration(*row) for row in rows))
            for name, (module, rows) in models.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _save(found: Index, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named tuples become arrays.
    text = json.dumps({"format": _FORMAT, "models": found, "digest": _digest(found)})
    with replace_file(path) as file:
        file.write(text.encode())


def _digest(models: Any) -> str:
    return hashlib.blake2b(json.dumps(models).encode(), digest_size=16).hexdigest()


def build_index() -> Index:
    """Import timm and read its registry."""
    from timm import models

    modules = {
        name: module
        for module in models.list_modules()
        for name in models.list_models(module=module)
    }
    return {
        name: Architecture(modules[name], _configurations(name)) for name in models.list_models()
    }


def _configurations(name: str) -> tuple[Configuration, ...]:
    from timm import models

    found = list(models.get_arch_pretrained_cfgs(name).values())
    # An architecture without any gets timm's general one when it is built.
    return tuple(map(_configuration, found or [models.PretrainedCfg()]))


def _configuration(cfg: Any) -> Configuration:
    """Return what is needed of a ``timm.models.PretrainedCfg``."""
    source = cfg.file or cfg.url
    if cfg.hf_hub_id:
        source = f"Hugging Face hub: {cfg.hf_hub_id}"
    return Configuration(
        tag=cfg.tag or "",
        source=source or None,
        input_size=max(cfg.input_size[1:]),
        min_size=max(cfg.min_input_size[1:]) if cfg.min_input_size else None,
        fixed_size=bool(cfg.fixed_input_size),
        mean=cfg.mean,
        std=cfg.std,
        num_classes=cfg.num_classes,
    )
