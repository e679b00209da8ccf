"""A run's images, for its report: the most wrong, where it looks, and what training sees."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlvc_cli.api.absent_data import refuse_absent
from dlvc_cli.api.run_saliency import run_saliency
from dlvc_cli.config.plan import Plan, plan_use
from dlvc_cli.config.resolve import absolute_data
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import DataError, DlvcError
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.page_parts.markup import Markup, tag
from dlvc_cli.reporting.pages.image_sections import Tile, sheet_section, worst_section
from dlvc_cli.reporting.pages.report_file import section
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.paired import kept_of_best
from dlvc_cli.runs.predictions import digest_of_names
from dlvc_cli.runs.split_figures import worst_images

if TYPE_CHECKING:
    from dlvc_cli.runs.predictions import Predictions
    from dlvc_cli.training.data.subsets import Subset

__all__ = ["image_sections"]

_WORST, _ROWS, _EPOCHS = 24, 6, 8
# Pixels of a side of what is embedded.
_SIDE = 160


def image_sections(
    run: RunDir, data: str | None = None, say: Callable[[str], None] | None = None
) -> list[Markup]:
    """Return sections that show images; where they can't be had, one that says why.

    Args:
        data: where the data is now, if it has moved.
        say: is told why, too.

    Raises:
        DlvcError: ``data`` can't be read, or isn't what the run had.
    """
    record = run.record()
    config = TrainConfig.from_dict(record["config"], str(run.record_file))
    config = dataclasses.replace(config, tracker=(), monitor=TrainConfig.monitor)
    if data is not None:
        config = dataclasses.replace(config, data=absolute_data(registry(), data))
    try:
        plan = plan_use(registry(), config)
        refuse_absent(plan.data, config.data or "")
        return [*_of_predictions(run, record, plan), _sheet(record, plan)]
    except (DlvcError, ImportError) as error:
        if data is not None and isinstance(error, DlvcError):
            raise
        why = f"Images are left out: {error}"
        if say is not None:
            say(why)
        return [section("Images", tag("p", why), full=True)]


def _subset(plan: Plan, record: Mapping[str, Any], split: str) -> Subset:
    """A split's samples as the run read them."""
    from dlvc_cli.training.data.built import build_dataset
    from dlvc_cli.training.data.hold_out import subsets_of_run

    skipped, dataset = record["data"]["skipped"], build_dataset(plan.data)
    reading = record["data"].get("reading", 1)
    (subset,) = subsets_of_run(dataset, (split,), plan.config, skipped, reading)
    left = {*skipped.get(subset.source, ()), *skipped.get(subset.name, ())}
    return subset.without({i for i in subset.indices if subset.split.names[i] in left})


def _of_predictions(run: RunDir, record: Mapping[str, Any], plan: Plan) -> list[Markup]:
    """What the best network says of single images; nothing where that isn't kept.

    What the run has not kept is said elsewhere.
    """
    kept = kept_of_best(run)
    if kept is None:
        return []
    subset = _subset(plan, record, kept.split)
    names = [subset.split.names[index] for index in subset.indices]
    if digest_of_names(names) != kept.images:
        raise DataError(
            f"The {kept.split} images of {plan.config.data} are not those that the run had. Say "
            "with --data where those are."
        )
    worst = _worst(subset, kept, record["data"]["classes"], names)
    return [worst, run_saliency(run, plan, subset, kept, names, _SIDE)]


def _worst(
    subset: Subset, kept: Predictions, classes: Sequence[str], names: Sequence[str]
) -> Markup:
    from dlvc_cli.images.decode import decode
    from dlvc_cli.training.data.samples import sample_of

    tiles = []
    for one in worst_images(kept, classes, names, _WORST):
        pixels = decode(sample_of(subset, subset.indices[one.index]))
        ranked = kept.probabilities[one.index].argsort()[::-1][:3]
        shares = [(classes[k], float(kept.probabilities[one.index, k])) for k in ranked]
        tiles.append(Tile(pixels, str(one.name), one.target, shares))
    return worst_section(tiles, kept.split, _SIDE)


def _sheet(record: Mapping[str, Any], plan: Plan) -> Markup:
    import numpy as np

    from dlvc_cli.images.decode import decode
    from dlvc_cli.training.data.contact_sheet import contact_sheet
    from dlvc_cli.training.data.samples import sample_of
    from dlvc_cli.training.data.splits import target_of

    subset = _subset(plan, record, "train")
    some = range(min(_ROWS, len(subset.indices)))
    size = tuple(record["input"]["stored_size"])
    target = target_of((size[0], size[1]), plan.config.fit, record["data"].get("reading", 1))
    images = np.stack([decode(sample_of(subset, subset.indices[k]), target) for k in some])
    sheet = contact_sheet(
        images,
        [subset.labels[k] for k in some],
        plan.ops,
        classes=len(record["data"]["classes"]),
        seed=record["seed"],
        epochs=_EPOCHS,
    )
    return sheet_section(images, sheet.drawn, plan.config.aug, sheet.mixing, _SIDE)
