"""The report of a run: what was asked for, what came of it, and where its figures come from."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.listing import local_moment
from dlvc_cli.reporting.page_parts.markup import Markup, scrolling, table, tag
from dlvc_cli.reporting.pages.class_sections import class_sections
from dlvc_cli.reporting.pages.curve_data import curve_figure, figure_markup
from dlvc_cli.reporting.pages.last_batch_story import last_batch_story
from dlvc_cli.reporting.pages.report_file import Report, command_line, section
from dlvc_cli.reporting.run_facts import classes_fact, images_fact, left_out_fact, model_fact
from dlvc_cli.reporting.training.measures import MEASURES
from dlvc_cli.reporting.worth import BEST_FLATTERS, interval, over_variants
from dlvc_cli.runs.best import late_accuracies
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.history import describe_run
from dlvc_cli.runs.paired import damage_of_predictions, kept_of_best, kept_predictions
from dlvc_cli.runs.split_figures import figures_of_split
from dlvc_cli.runs.statistics import interval_of_share

if TYPE_CHECKING:
    from dlvc_cli.runs.predictions import Predictions

__all__ = ["images_later", "run_report"]

_LOSSES = ("train_loss", "val_loss")
_ACCURACIES = (
    "train_acc", "val_acc", "val_acc_last_batch", "val_acc_running", "val_balanced_acc",
)  # fmt: skip


def run_report(run: RunDir, images: Sequence[Markup] = ()) -> Report:
    """Return the page of a run. Needs neither torch nor the data.

    Args:
        images: sections that show images.

    Raises:
        RunError: the run can't be read.
    """
    record, lines, row = run.record(), run.metrics(), describe_run(run)
    kept = kept_of_best(run)
    accuracies = [key for key in _ACCURACIES if key != "val_balanced_acc" or row["uneven"]]
    figures, curves = [], []
    for label, keys in (("Losses", _LOSSES), ("Accuracies", accuracies)):
        known = [(MEASURES[key], lines, key) for key in keys]
        data = curve_figure(label.lower(), known, losses=label == "Losses")
        if data is not None:
            figures.append(data)
            curves.append(section(label, figure_markup(data["id"], label)))
    sections = [
        section("Asked for", *_asked(record, row), full=True),
        section("Results", *_results(record, row, lines), full=True),
        *curves,
        *_three_accuracies(record, lines, kept),
        *_by_class(run, record, kept),
        *images,
        section("Epochs", _epochs(lines), full=True),
    ]
    epochs = f"{row['epoch']} of {row['epochs']} epochs"
    about = f"{row['model']} on {row['data']}, {row['state']}, {epochs}"
    return Report(run.name, about, sections, figures)


def images_later(run: RunDir) -> Markup:
    """In the place of images: how to have them."""
    told = tag(
        "p",
        "The most wrong images, where the network looks, and what it saw in training: this adds "
        "them, from the data.",
    )
    return section(
        "Images", told, command_line(f"dlvc report {shlex.quote(str(run.path))}"), full=True
    )


def _asked(record: Mapping[str, Any], row: Mapping[str, Any]) -> list[Markup]:
    _, *options = re.split(r" (?=--)", record["command"])
    data, model = record["data"], record["model"]
    facts = {
        "model": model_fact(row["model"], model["parameters"], model["trainable"]),
        "weights": str((record.get("weights") or {}).get("source") or "drawn at random"),
        "options": ", ".join(option.removeprefix("--") for option in options) or "the defaults",
        "data": str(data.get("name", row["data"])),
        "images": images_fact(data),
        "left out": left_out_fact(data),
        "classes": classes_fact(data),
        "seed": str(record["seed"]),
        "device": str(record["device"]),
        "versions": ", ".join(f"{name} {version}" for name, version in record["versions"].items()),
        "begun": local_moment(row["created"]),
    }
    again = tag("p", "The command that makes it again:", class_="note")
    return [_facts(facts), again, command_line(record["command"])]


def _facts(facts: Mapping[str, str]) -> Markup:
    known = [(name, value) for name, value in facts.items() if value]
    return tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in known])


def _results(
    record: Mapping[str, Any], row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> list[Markup]:
    count = record["data"]["images"]
    late = late_accuracies(lines)
    shown = [
        (f"best on validation, epoch {row['best_epoch']}", row["best_acc"], "val"),
        ("last epoch", late["last_acc"], "val"),
        ("mean of the last five", late["last5_acc"], "val"),
        ("best network on the test images", row["test_acc"], "test"),
    ]
    great = []
    for label, value, split in shown:
        if value is not None:
            worth = interval(interval_of_share(value, count.get(split, 0)))
            small = tag("small", f"95 %: {worth}") if worth else None
            great.append(tag("div", tag("dt", label), tag("dd", formats.decimals(value), small)))
    if row["seconds"] is not None and lines:
        great.append(tag("div", tag("dt", "time"), tag("dd", formats.duration(row["seconds"]))))
    unfinished = _unfinished(row)
    if not great:
        none = "No epoch has a finite validation." if lines else "No epoch is finished."
        return [tag("p", none), unfinished]
    averaged = over_variants(record["config"].get("tta", "none"))
    said = [tag("p", text, class_="note") for text in (averaged, BEST_FLATTERS) if text]
    return [tag("dl", great, class_="great"), unfinished, *said]


def _unfinished(row: Mapping[str, Any]) -> Markup:
    """What is said of a run that has not come to its end; nothing of one that has."""
    if row["state"] == "finished":
        return Markup("")
    done = f"{row['epoch']} of {row['epochs']} epochs are done"
    goes_on = ""
    if row["state"] in ("cut off", "stopped"):
        goes_on = f" dlvc train --resume {shlex.quote(row['path'])} goes on."
    return tag("p", f"The run is {row['state']}: {done}, and all figures are of these.{goes_on}")


def _three_accuracies(
    record: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], kept: Predictions | None
) -> list[Markup]:
    batch = record["config"]["batch_size"]
    story = last_batch_story(lines, record["data"]["images"].get("val", 0), batch, kept)
    if not story:
        return []
    told = [tag("p", paragraph) for paragraph in story]
    heading = "Why the last batch reads more, or less, than the whole split"
    return [section(heading, tag("div", told, class_="story"), full=True)]


def _by_class(run: RunDir, record: Mapping[str, Any], kept: Predictions | None) -> list[Markup]:
    if kept is None:
        unkept = "The run has not kept what its best network says of each image."
        why = " ".join(damage_of_predictions(run)) or unkept
        return [section("Classes", tag("p", f"{why} No classes are shown."), full=True)]
    test = kept_predictions(run, "test")
    best = kept if test is None or test.epoch != kept.epoch else test
    return class_sections(figures_of_split(best, record["data"]["classes"], None, from_run=True))


def _epochs(lines: Sequence[Mapping[str, Any]]) -> Markup:
    keys = [key for key in MEASURES if any(key in line for line in lines)]
    rows = [
        [str(line.get("epoch", k)), *(_number(line.get(key)) for key in keys)]
        for k, line in enumerate(lines, start=1)
    ]
    numbers = table(["epoch", *(MEASURES[key] for key in keys)], rows, sortable=True)
    summary = tag("summary", f"All figures of {len(rows)} epoch{'' if len(rows) == 1 else 's'}")
    return tag("details", summary, scrolling("Epochs", numbers))


def _number(value: Any) -> str:
    if isinstance(value, float) and value >= 100:
        return formats.count(value)
    return formats.decimals(value)
