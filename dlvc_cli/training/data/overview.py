"""What a data set holds: images of each class in each split, their sizes, and what is off.

Imports no torch, and reads headers of files alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from typing import Any

from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.contract.specs import DatasetSpec
from dlvc_cli.errors import DlvcError
from dlvc_cli.events import DataProgress
from dlvc_cli.registry.offers import Choice, guarded
from dlvc_cli.training.data.built import build_dataset, check_labels
from dlvc_cli.training.data.missing_classes import missing_classes
from dlvc_cli.training.data.samples import read_headers
from dlvc_cli.training.data.subsets import Subset, subset_of

__all__ = ["describe_data", "is_here"]


def describe_data(data: Choice) -> Generator[DataProgress, None, dict[str, Any]]:
    """Return what a data set holds.

    Returns:
        ``classes``, their names; ``splits``, by name: ``images``, ``counts`` of each class and
        ``unreadable``, a sentence for each such image; ``sizes``: how many images are of which
        ``size`` (height, width), the most frequent first; ``formats`` and ``modes``, likewise;
        ``notices``, sentences about what is left out or missing. Where the data set can't be built
        (or would first be downloaded), a ``problem`` alone.

    Raises:
        DlvcError: a family's member (``folder:PATH``) can't be built.
    """
    try:
        if not is_here(data):
            return {"problem": "There is no copy of it on this machine: training fetches it first."}
        dataset = build_dataset(data)
        check_labels(dataset)
    except DlvcError as error:
        if data.offer.prefix:
            # Of a folder there is nothing else to say.
            raise
        return {"problem": str(error)}
    subsets = [subset_of(name, split) for name, split in dataset.splits.items()]
    splits = {}
    sizes: Counter[tuple[int, int]] = Counter()
    formats: Counter[str] = Counter()
    modes: Counter[str] = Counter()
    for subset in subsets:
        headers, errors = yield from read_headers(subset)
        counts = Counter(subset.labels)
        splits[subset.name] = {
            "images": len(subset.indices),
            "counts": [counts[label] for label in range(len(dataset.classes))],
            "unreadable": [str(errors[index]) for index in sorted(errors)],
        }
        sizes.update(header.size for header in headers.values())
        formats.update(header.format for header in headers.values() if header.format)
        modes.update(header.mode for header in headers.values())
    return {
        "classes": list(dataset.classes),
        "splits": splits,
        "sizes": [{"size": list(size), "images": n} for size, n in sizes.most_common()],
        "formats": dict(formats.most_common()),
        "modes": dict(modes.most_common()),
        "notices": _notices(dataset, subsets),
    }


def is_here(data: Choice) -> bool:
    """Whether building it downloads nothing; what parameters name is looked at in any case."""
    spec: DatasetSpec = data.spec
    return spec.available is None or bool(data.written) or bool(guarded(data.offer, spec.available))


def _notices(dataset: Dataset, subsets: Sequence[Subset]) -> list[str]:
    """What a user should know: what is left out, and what is missing."""
    told = [*getattr(dataset, "notices", ()), *(n.text for n in missing_classes(dataset, subsets))]
    if not {"val", "test"} & dataset.splits.keys():
        told.append(
            "There is no validation split: training holds out a share with --val-share 0.2."
        )
    elif "train" not in dataset.splits:
        told.append("There is no training split: dlvc test alone can use it.")
    return told
