"""All that is known of one plugin object, data set or run, as plain values for ``dlvc show``."""

from __future__ import annotations

import dataclasses
from typing import Any

from dlvc_cli.api.absent_data import refuse_absent
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.described import Buildable
from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.errors import UnknownName, UsageError
from dlvc_cli.registry.describe import describe_offer
from dlvc_cli.registry.meant import what_is_meant
from dlvc_cli.registry.registry import registry

__all__ = ["describe"]


def describe(name: str, config: TrainConfig, classes: int) -> list[dict[str, Any]]:
    """Return a description of each thing of this name: an op and a loss may share one.

    Args:
        name: of an object or run, or a folder.
        config: how a model is looked at: its ``image_size``, and what is frozen.
        classes: how many a model's head tells apart.

    Raises:
        UnknownName: there is nothing of this name; says what may be meant.
        DlvcError: a parameter or option is wrong, or a folder holds no data set.
    """
    rows = _objects(name, config, classes) + _runs(name) or _members(name, config, classes)
    if not rows:
        raise UnknownName(
            f"There is nothing called {name!r}.{_meant(name)} See dlvc list, or dlvc list runs."
        )
    return rows


def _objects(name: str, config: TrainConfig, classes: int) -> list[dict[str, Any]]:
    """Every kind's object of this name."""
    found = []
    for kind in KINDS:
        word, arguments = registry().split_name(kind, name)
        try:
            offer = registry().find(kind, word, suggest=False)
        except UnknownName:
            if registry().family_of(kind, name) is not None:
                raise
            continue
        if arguments and not isinstance(offer.spec, Buildable):
            # A family, whose member it is, or what has no parameters.
            continue
        if arguments:
            registry().choose(kind, name)  # refuses wrong ones
        row = describe_offer(offer)
        if offer.prefix:
            # What a family finds may call all its members alike.
            row["name"] = offer.prefix + word.partition(":")[2]
        model = dataclasses.replace(config, model=name)
        found.append(row | _built(kind, model, classes))
    return found


def _members(name: str, config: TrainConfig, classes: int) -> list[dict[str, Any]]:
    """What families make of this text, which lacks their prefix: a folder, a formula.

    Names that a family lists, such as timm's models, are written in full: here as in a training.
    """
    rows = []
    for kind in KINDS:
        full = registry().in_family(kind, name)
        family = registry().family_of(kind, full) if full is not None else None
        if full is not None and family is not None and family.spec.search is None:
            rows += _objects(full, config, classes)
    return rows


def _meant(name: str) -> str:
    from dlvc_cli.runs.directory import RUNS, all_runs

    kinds = [kind for kind in KINDS if kind != "families"]
    # runs/NAME is a run's path from here.
    bare = name.removeprefix(f"{RUNS}/")
    return what_is_meant(registry(), kinds, bare, [run.name for run in all_runs()])


def _built(kind: str, config: TrainConfig, classes: int) -> dict[str, Any]:
    """What only a built object knows; whatever its kind, ``config.model`` is its name."""
    name = config.model
    if kind == "models":
        from dlvc_cli.training.network.layers import describe_layers

        return describe_layers(config, classes)
    if kind == "surfaces":
        from dlvc_cli.api.descend import describe_surface

        return describe_surface(name)
    if kind == "datasets":
        return _describe_data(name)
    return {}


def _describe_data(name: str) -> dict[str, Any]:
    from dlvc_cli.events import drain
    from dlvc_cli.reporting.measuring import MeasuringBar
    from dlvc_cli.training.data.overview import describe_data

    data = registry().choose("datasets", name)
    if data.offer.prefix:
        # Of what has a name of its own, more can be said.
        refuse_absent(data, name)
    with MeasuringBar() as bar:
        return drain(describe_data(data), bar)


def _runs(name: str) -> list[dict[str, Any]]:
    from dlvc_cli.api.run_figures import draw_missing_figures
    from dlvc_cli.reporting.output import say_warning
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.history import describe_run

    try:
        run = find_run(name)
    except UsageError:
        return []
    draw_missing_figures(run, say_warning)
    record = run.record()
    model = record["model"]
    details = {"parameter_count": model["parameters"], "trained": model["trainable"]}
    details |= {key: record[key] for key in ("command", "seed", "device", "versions", "data")}
    details["weights"] = (record.get("weights") or {}).get("source")
    details["damage"] = run.damage()
    return [describe_run(run) | details]
