"""What a network does with each class: confusion matrix, precision and recall, calibration."""

from __future__ import annotations

from collections.abc import Sequence

from dlvc_cli.reporting.formats import decimals
from dlvc_cli.reporting.page_parts.markup import Markup, scrolling, table, tag
from dlvc_cli.reporting.pages.report_file import section
from dlvc_cli.reporting.worth import over_variants
from dlvc_cli.runs.calibration import Calibration
from dlvc_cli.runs.results import TestResult

__all__ = ["class_sections"]

# A matrix of more classes can't be read; of these, so many pairs are named.
_MOST_CLASSES, _PAIRS = 20, 30
_SIDE, _EDGE = 240, 36


def class_sections(result: TestResult) -> list[Markup]:
    """Return the sections of a split's figures."""
    where = f"{result.split} split, {result.images:,} images, network of epoch {result.epoch}"
    many = len(result.classes) > _MOST_CLASSES
    said = _pairs(result) if many else _matrix(result)
    lost = sum(result.undecided)
    undecided = tag("p", f"{lost:,} images have no finite prediction.") if lost else None
    heading = "Most confused classes" if many else "Confusion matrix"
    found = [
        section(
            heading,
            tag("p", where, class_="soft"),
            tag("p", averaged, class_="note") if (averaged := over_variants(result.tta)) else None,
            said,
            undecided,
            tag("h3", "Precision and recall"),
            _per_class(result),
            full=many,
        ),
    ]
    if result.calibration is not None:
        found.append(section("Calibration", *_calibration(result.calibration)))
    return found


def _matrix(result: TestResult) -> Markup:
    heads = [tag("th", name, scope="col", title=name) for name in result.classes]
    rows = []
    for k, (name, counts) in enumerate(zip(result.classes, result.confusion, strict=True)):
        total = max(sum(counts), 1)
        cells = [
            tag(
                "td",
                f"{count:,}",
                tag("br"),
                tag("small", f"{count / total:.1%}"),
                class_="right" if column == k else None,
                style=f"--share:{count / total:.3f}",
            )
            for column, count in enumerate(counts)
        ]
        rows.append(tag("tr", tag("th", name, scope="row"), cells))
    corner = tag("th", "true \\ predicted", scope="col")
    body = tag("table", tag("thead", tag("tr", corner, heads)), tag("tbody", rows), class_="matrix")
    note = tag("p", "Shares are of the true class's images.", class_="note")
    return Markup(scrolling("Confusion matrix", body) + note)


def _pairs(result: TestResult) -> Markup:
    pairs = [
        (count, row, column)
        for row, counts in enumerate(result.confusion)
        for column, count in enumerate(counts)
        if count and row != column
    ]
    pairs.sort(key=lambda pair: -pair[0])
    rows = [
        [
            result.classes[row],
            result.classes[column],
            f"{count:,}",
            f"{count / max(sum(result.confusion[row]), 1):.1%}",
        ]
        for count, row, column in pairs[:_PAIRS]
    ]
    headings = ["true", "taken for", "images", "of the class"]
    note = f"{len(result.classes)} classes are too many for a matrix: these are the {len(rows)} "
    return Markup(
        tag("p", f"{note}most frequent confusions of {len(pairs):,}.")
        + scrolling("Most confused classes", table(headings, rows, sortable=True))
    )


def _per_class(result: TestResult) -> Markup:
    rows = [
        [one.label, f"{one.images:,}", decimals(one.precision), decimals(one.recall)]
        for one in result.per_class
    ]
    headings = ["class", "images", "precision", "recall"]
    return scrolling("Classes", table(headings, rows, sortable=True))


def _calibration(found: Calibration) -> Sequence[Markup]:
    share = sum((one.accuracy or 0) * one.images for one in found.bins)
    accuracy = share / sum(one.images for one in found.bins)
    lean = "surer than it is right" if found.confidence > accuracy else "less sure than it is right"
    text = (
        f"Mean confidence is {found.confidence:.4f}, accuracy {accuracy:.4f}: the network is "
        f"{lean}. The expected calibration error is {found.ece:.4f}."
    )
    rows = [
        [
            f"{one.low:.2f} to {one.high:.2f}",
            f"{one.images:,}",
            decimals(one.confidence),
            decimals(one.accuracy),
        ]
        for one in found.bins
        if one.images
    ]
    numbers = table(["confidence", "images", "mean confidence", "accuracy"], rows)
    details = tag("details", tag("summary", "As a table"), scrolling("Calibration", numbers))
    return [tag("p", text), _reliability(found), details]


def _reliability(found: Calibration) -> Markup:
    """Accuracy by confidence; the diagonal is what it should be."""
    top = 10

    def x(share: float) -> str:
        return f"{_EDGE + share * _SIDE:.1f}"

    def y(share: float) -> str:
        return f"{top + (1 - share) * _SIDE:.1f}"

    bars = [
        tag(
            "rect",
            x=x(one.low + 0.004),
            y=y(one.accuracy),
            width=f"{(one.high - one.low - 0.008) * _SIDE:.1f}",
            height=f"{one.accuracy * _SIDE:.1f}",
            class_="bar",
        )
        for one in found.bins
        if one.accuracy is not None
    ]
    ticks = [
        [
            tag("text", f"{share:g}", x=x(share), y=f"{top + _SIDE + 16}", text_anchor="middle"),
            tag("text", f"{share:g}", x=f"{_EDGE - 6}", y=y(share - 0.015), text_anchor="end"),
            tag("line", x1=x(0), x2=x(1), y1=y(share), y2=y(share), class_="axis"),
        ]
        for share in (0, 0.5, 1)
    ]
    diagonal = tag("line", x1=x(0), y1=y(0), x2=x(1), y2=y(1))
    under = tag(
        "text", "confidence (bars: accuracy)", x=x(0.5), y=f"{top + _SIDE + 33}",
        text_anchor="middle",
    )  # fmt: skip
    return tag(
        "svg", ticks, bars, diagonal, under,
        viewBox=f"0 0 {_EDGE + _SIDE + 14} {top + _SIDE + 40}", class_="reliability",
        role="img", aria_label="Accuracy by confidence, beside the diagonal where both are equal",
    )  # fmt: skip
