"""How many images a run has, how large they are, and how long it takes to read them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from dlvc_cli.config.plan import Plan
from dlvc_cli.contract.params import size as parse_size
from dlvc_cli.errors import DataError
from dlvc_cli.events import drain
from dlvc_cli.training.data.decoded import decode_subset
from dlvc_cli.training.data.hold_out import divided, sources_of, splits_of_run
from dlvc_cli.training.data.overview import is_here
from dlvc_cli.training.data.samples import read_headers
from dlvc_cli.training.data.splits import READING, target_of
from dlvc_cli.training.data.stored_size import choose_size
from dlvc_cli.training.data.subsets import Subset
from dlvc_cli.training.setup import known_input, open_dataset

__all__ = ["Amounts", "amounts_of"]

# So many images stand for all.
_SAMPLE = 128


@dataclass(frozen=True)
class Amounts:
    """What decides how long a run works on its data.

    Attributes:
        classes: their names.
        images: how many, by split of the run.
        size: (height, width) that they are stored at.
        reading: seconds that it takes to read and decode all of them, by a sample.
    """

    classes: tuple[str, ...]
    images: Mapping[str, int]
    size: tuple[int, int]
    reading: float


def amounts_of(plan: Plan) -> Amounts:
    """Look at a data set: labels of all, and a sample of its images.

    Raises:
        DlvcError: it can't be read, or isn't on this machine.
    """
    if not is_here(plan.data):
        raise DataError(f"There is no copy of {plan.config.data} on this machine.")
    dataset = open_dataset(plan)
    wanted = splits_of_run(plan.config)
    sources = sources_of(dataset, plan.config, wanted)
    subsets = divided(sources, plan.config, wanted)
    sample = _spread(next(iter(sources.values())), _SAMPLE)
    begun = time.perf_counter()
    headers, _ = drain(read_headers(sample), lambda event: None)
    counts = Counter(header.size for header in headers.values())
    if not counts:
        raise DataError(f"No image of a sample of {plan.config.data} can be read.")
    asked = plan.config.store_size
    size, _ = choose_size(
        counts,
        known_input(plan),
        plan.config.fit,
        None if asked is None else parse_size(asked),
    )
    drain(decode_subset(sample, target_of(size, plan.config.fit, READING)), lambda event: None)
    each = (time.perf_counter() - begun) / len(sample.indices)
    images = {subset.name: len(subset.indices) for subset in subsets}
    return Amounts(tuple(dataset.classes), images, size, each * sum(images.values()))


def _spread(subset: Subset, most: int) -> Subset:
    """As many samples as that of a subset, from all over it."""
    count = len(subset.indices)
    taken = min(most, count)
    return subset.take([row * count // taken for row in range(taken)])
