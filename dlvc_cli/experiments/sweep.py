"""A study without a file: one request to train, varied."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.config.options import flag, options_of
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption
from dlvc_cli.events import json_text
from dlvc_cli.experiments.product import combinations, word_of
from dlvc_cli.experiments.study import Experiment, Study

__all__ = ["parse_sweep", "values_of", "varied_study"]

# These tell runs of one experiment apart, and have options of their own.
_NEVER = ("seed", "fold")


def parse_sweep(text: str) -> tuple[str, list[Any]]:
    """Return the option and its values that ``wd=0,1e-5`` names.

    Values that hold commas themselves are parted by semicolons: ``aug=;flip;flip,crop``.

    Raises:
        BadOption: there is no such option, or a value is none of its.
    """
    name, equals, values = text.partition("=")
    if not equals or not values.strip():
        raise BadOption(f"--sweep takes wd=0,1e-5, lr=0.05,0.1 or the like, not {text!r}.")
    key = _option_named(name)
    words = [word.strip() for word in values.split(";" if ";" in values else ",")]
    option = options_of(TrainConfig)[key]
    if option.type is bool:
        flags = {"yes": True, "no": False, "true": True, "false": False}
        wrong = [word for word in words if word not in flags]
        if wrong:
            raise BadOption(f"--sweep {name} takes yes,no, not {wrong[0]!r}.")
        found: list[Any] = [flags[word] for word in words]
    else:
        found = [option.parse(word, f"--sweep {name}") for word in words]
    if any(found.count(value) > 1 for value in found):
        raise BadOption(f"--sweep {name} has a value twice: leave one out.")
    return key, found


def _option_named(name: str) -> str:
    """Return the key of an option that can be swept."""
    key = name.strip().removeprefix("--").replace("-", "_")
    options = options_of(TrainConfig)
    if key in _NEVER:
        raise BadOption(f"--sweep {name}: say {flag(key + 's')} and how many.")
    if key not in options:
        hint = did_you_mean(near(key, options, 1))
        raise BadOption(f"--sweep {name}: there is no such option of training.{hint}")
    return key


def values_of(sweep: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Return the values of a sweep that is given as a mapping, checked as those of a text are.

    Raises:
        BadOption: there is no such option, or a value is none of its.
    """
    found = {}
    for name, values in sweep.items():
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise BadOption(f"sweep: {name} takes a list of values, not {values!r}.")
        found[_option_named(name)] = list(values)
    return found


def varied_study(
    given: Mapping[str, Any],
    *,
    preset: str | None = None,
    sweep: Mapping[str, Sequence[Any]] | None = None,
    seeds: int | None = None,
    folds: int | None = None,
    name: str | None = None,
) -> Study:
    """Return the study of a request to train: an experiment for each combination of the sweep.

    Its name, where none is given, follows from the request, so that the same request finds what is
    there already.

    Args:
        given: options of training by field name.
        preset: a preset's name.
        sweep: values by option.
        seeds: how many; else the one that is given, or 0.
        name: of its folder.

    Raises:
        BadOption: an option is given and swept, or a seed and how many; or there is no model.
    """
    given = dict(given)
    if seeds and given.get("seed") is not None:
        raise BadOption("--seeds and --seed exclude each other.")
    if not given.get("model"):
        raise BadOption("Which model? Try dlvc train cnn, or see dlvc list models.")
    first = given.pop("seed", None) or 0
    chosen = tuple(range(seeds)) if seeds else (first,)
    sweep = dict(sweep or {})
    for key in sweep:
        if given.get(key) is not None:
            raise BadOption(f"--sweep {key} and {flag(key)} exclude each other.")
    options = dict(given) | ({"preset": preset} if preset else {})
    experiments = tuple(
        Experiment(
            name=" ".join(f"{key.replace('_', '-')}={word_of(value)}" for key, value in one.items())
            or str(given.get("model")),
            options=options | one,
            seeds=chosen,
            folds=folds,
        )
        for one in combinations(sweep)
    )
    asked = json_text([options, {key: list(values) for key, values in sweep.items()}, folds])
    digest = hashlib.blake2b(asked.encode(), digest_size=3).hexdigest()
    words = [str(given.get("model")), *sweep, *(["seeds"] if len(chosen) > 1 else [])]
    words += ["folds"] if folds else []
    stem = re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(words)).strip("-")
    title = f"{given.get('model')}: {', '.join(sweep) or 'seeds' if not folds else 'folds'}"
    return Study(name=name or f"{stem}-{digest}", title=title, experiments=experiments)
