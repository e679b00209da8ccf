"""Training on features that are computed once, where all but the head is frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.errors import DlvcError, PluginError, cause_of, out_of_memory
from dlvc_cli.events import Notice
from dlvc_cli.training.averaged import averaged, shown_variants, variants_shown
from dlvc_cli.training.data.decoded import DecodedSplit
from dlvc_cli.training.features.disk import LIMIT, cache_limit, make_room
from dlvc_cli.training.features.lazy_features import FeatureTable
from dlvc_cli.training.features.store import FeatureStore
from dlvc_cli.training.forward import ALL, Forward, Outputs
from dlvc_cli.training.network.build import split_outputs
from dlvc_cli.training.network.digest import digest_of, digest_of_parts

__all__ = ["CachedForward"]

# Images are computed in multiples of this: kernels for few images round in another way, so that
# features would depend on which run was the first to ask; and cuDNN tunes itself for every size.
_BLOCK = 32
# So many images are computed again to see whether an entry still holds.
_PROBES = 4
# Far above what rounding does to features, far below what another op or network does.
_TOLERANCE = 0.05


@dataclass
class CachedForward(Forward):
    """Runs images through the frozen part of the network the first time each is asked for.

    Features belong to an image of a split of the data set, its *source*, whichever split of the run
    it serves in: runs that hold out other images share them.

    Attributes:
        identity: of the model, beside its weights: all that decides what it computes.
        about: what to say of the features in a list of the cache.
    """

    identity: Mapping[str, Any]
    about: Mapping[str, Any]

    def __post_init__(self) -> None:
        # By source.
        self._parts: dict[str, list[DecodedSplit]] = {}
        for split in (self.data, *self.held.values()):
            self._parts.setdefault(split.source, []).append(split)
        self._tables = {
            source: FeatureTable(
                self._images_of(source), self._variants_of(source), self.runtime.device
            )
            for source in self._parts
        }
        self._stored: dict[str, list[FeatureStore]] | None = None
        # Of variants that are only shown to average over them.
        self._shown: dict[tuple[str, tuple[str, ...], int], FeatureTable] = {}

    def training(self, ids: Tensor, epoch: int, part: slice = ALL) -> tuple[Outputs, Tensor]:
        """Return what the head gives for a part of a training batch, and its targets."""
        whole, ids = len(ids), ids[part]

        def compute(positions: Tensor) -> Tensor:
            return self._features(self.batch(ids[positions.to(ids.device)], epoch).images)

        here = ids.to(self.runtime.device)
        source = self.data.source
        variants = self.pipeline.drawn_variants(here, epoch)
        places = variants * self._images_of(source) + self.data.places[here]
        features = self._tables[source].lookup(places, compute)
        # Called in the runtime's layout: dropout on maps of features draws in the order of memory.
        with self.runtime.drawing(whole, part):
            outputs = self.runtime.call(self.learning.trained_outputs, features)
        return outputs, self.data.targets.index_select(0, here)

    @contextmanager
    def reading(self, batches: Sequence[Tensor]) -> Iterator[None]:
        """Nothing is read ahead: each image is read once."""
        yield

    @torch.inference_mode()
    def logits(
        self, start: int, stop: int, split: str = "val", tta: tuple[str, ...] = ()
    ) -> Tensor:
        """Return float32 logits (N, classes) of these rows of a split that is held.

        Args:
            tta: over which variants of an image to average (see ``shown_variants``); their features
                are computed once, too, but not kept for other runs.
        """
        rows = torch.arange(start, stop, device=self.runtime.device)
        each = []
        for variant in range(variants_shown(tta)):
            features = self._held_features(split, rows, tta, variant)
            logits, _ = split_outputs(self.runtime.call(self.learning.head, features))
            each.append(logits.float())
        return averaged(each)

    def _held_features(
        self, split: str, rows: Tensor, tta: tuple[str, ...], variant: int
    ) -> Tensor:
        """Features (N, ...) of rows of a split that is held, in one of the variants shown."""
        shown = self.held[split]

        def compute(positions: Tensor) -> Tensor:
            images = self._evaluated(shown, rows[positions])
            return self._features(shown_variants(images, tta)[variant])

        if variant == 0:
            # As it is: the op's variant is 0, so the row in the source is the place.
            return self._tables[shown.source].lookup(shown.places[rows], compute)
        key = (split, tta, variant)
        if key not in self._shown:
            self._shown[key] = FeatureTable(len(shown), 1, self.runtime.device)
        return self._shown[key].lookup(rows, compute)

    def open(self) -> Iterator[Notice]:
        """Read what earlier runs have computed of the same features."""
        self._stored = self._entries()
        for source, table in self._tables.items():
            table.restore(self._stored[source])
        needed = {source: self._needed(source) for source in self._parts}
        known = sum(table.known(needed[source]) for source, table in self._tables.items())
        if not known:
            return
        if not self._holds():
            for source, table in self._tables.items():
                table.forget()
                for entry in self._stored[source]:
                    entry.discard()
            yield Notice(
                text="The features in the cache are not those of this network and these ops any "
                "more, and are computed anew."
            )
            return
        total = sum(map(len, needed.values()))
        all_of = f"All {total:,}" if known == total else f"{known:,} of {total:,}"
        yield Notice(text=f"{all_of} features are in the cache already.")

    def keep(self) -> Iterator[Notice]:
        """Write features that have been computed since; without room, training goes on."""
        if self._stored is None or not any(table.unsaved for table in self._tables.values()):
            return
        keys = {entry.key for entries in self._stored.values() for entry in entries}
        size = sum(table.size for table in self._tables.values())
        try:
            if make_room(keys, size):
                for source, table in self._tables.items():
                    table.save(self._stored[source])
                return
            if limit := cache_limit():
                yield Notice(
                    text=f"The features take {size / 1e9:.2g} GB, more than the {limit / 1e9:g} GB "
                    f"that the cache may take, and are not kept for other runs. ${LIMIT} allows "
                    "more."
                )
        except Exception as error:
            if not isinstance(error, DlvcError | OSError) and not out_of_memory(error):
                raise
            why = error if isinstance(error, DlvcError) else cause_of(error)
            text = f"The features are not kept for other runs: {why}"
            yield Notice(text=text, level="warning")
        self._stored = None

    def share(self) -> None:
        """Read the features that other processes of the run have computed and kept."""
        if self.runtime.world > 1 and self._stored is not None:
            for source, table in self._tables.items():
                if table.known(needed := self._needed(source)) < len(needed):
                    table.restore(self._stored[source])

    def _images_of(self, source: str) -> int:
        return sum(map(len, self._parts[source]))

    def _variants_of(self, source: str) -> int:
        return self.pipeline.variant_count if source == self.data.source else 1

    def _needed(self, source: str) -> Tensor:
        """The places of all features of a source that the run may ask for, int64 (N,)."""
        needed = []
        for split in self._parts[source]:
            variants = self._variants_of(source) if split is self.data else 1
            count = self._images_of(source)
            needed += [variant * count + split.places for variant in range(variants)]
        return torch.cat(needed)

    def _features(self, images: Tensor, block: int = _BLOCK) -> Tensor:
        """The features (N, ...) of the network's inputs, computed in multiples of ``block``."""
        count = len(images)
        if short := -count % block:
            images = torch.cat([images, images[:1].expand(short, -1, -1, -1)])
        features = self.runtime.call(self.learning.features, images)
        if not isinstance(features, Tensor) or features.shape[:1] != images.shape[:1]:
            raise PluginError("The features of a model must be one tensor, a row an image.")
        return features[:count]

    def _evaluated(self, split: DecodedSplit, rows: Tensor) -> Tensor:
        """The network's inputs for rows of a split, as evaluation shows them."""
        images = split.take(rows.to(split.device))
        return self.pipeline.evaluation(images.to(self.runtime.device))

    def _entries(self) -> dict[str, list[FeatureStore]]:
        """Entries of the cache by source, one a variant."""
        assert self.learning.parts is not None, "frozen features are those of a network in parts"
        common = dict(self.identity) | {
            "weights": digest_of(self.learning.parts[0].state_dict().items()),
            "device": self.runtime.device.type,
            "precision": self.runtime.precision,
        }
        entries = {}
        for source, splits in self._parts.items():
            # Keys and values stay as they first were, "pictures" too: the hash of them all is where
            # features lie that earlier versions have kept.
            parts = [(split.places, partial(_rows_of, split)) for split in splits]
            of_source = common | {"pictures": digest_of_parts("images", parts)}
            said = {"split": source, "images": self._images_of(source)}
            entries[source] = [
                FeatureStore(
                    of_source | self.pipeline.identity(variant),
                    dict(self.about) | said | {"variant": variant},
                )
                for variant in range(self._variants_of(source))
            ]
        return entries

    @torch.inference_mode()
    def _holds(self) -> bool:
        """Whether a few features, computed again, are what the cache says.

        The key holds versions of plugins; while one is written, its code changes without one.
        """
        self.learning.eval_mode()
        for split in (self.data, *self.held.values()):
            rows, kept = self._tables[split.source].sample(split.places, _PROBES)
            if kept is None or not len(rows):
                continue
            fresh = self._features(self._evaluated(split, rows), block=1)
            if fresh.shape != kept.shape:
                return False
            off = (fresh.float() - kept.float()).norm()
            if not off <= _TOLERANCE * fresh.float().norm() + 1e-6:
                return False
        return True


def _rows_of(split: DecodedSplit, rows: Tensor) -> Tensor:
    return split.take(rows.to(split.device))
