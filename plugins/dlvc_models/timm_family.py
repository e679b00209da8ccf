"""The family ``timm:NAME``: specs of timm's models, made from the index without importing timm.

A name is an architecture (``resnet18``: all its pretrained weights, the default first) or one
with a weights tag (``resnet18.a1_in1k``: these alone, and the sizes that go with them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlvc_cli import ModelSpec, WeightsSpec, matches_pattern
from dlvc_models.timm_index import Configuration, index, index_path, load_index

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Build", "Pretrained", "find", "knows", "search"]

# timm names few minima itself. Most networks shrink an image by 32 in all; these need more.
_MIN_SIZE = 32
_MIN_SIZES = {"csatv2": 64, "inception_v3": 75, "inception_v4": 75, "inception_resnet_v2": 75}


@dataclass(frozen=True)
class Build:
    """The factory of one model."""

    name: str

    def __call__(self, num_classes: int) -> nn.Module:
        from dlvc_models.timm_models import build

        return build(self.name, num_classes)


@dataclass(frozen=True)
class Pretrained:
    """The factory of one model's weights."""

    name: str

    def __call__(self) -> dict[str, Tensor]:
        from dlvc_models.timm_models import pretrained

        return pretrained(self.name)


def find(name: str) -> ModelSpec | None:
    """Return the spec of ``ARCHITECTURE`` or ``ARCHITECTURE.TAG``, None if timm has none such."""
    architecture, dot, tag = name.partition(".")
    entry = index().get(architecture)
    if entry is None:
        return None
    rows = [row for row in entry.configurations if not dot or (tag and row.tag == tag)]
    return _spec(name, entry.module, rows) if rows else None


def knows(name: str) -> bool:
    """Whether timm has such an architecture, if the index has been made; it isn't made for that."""
    return name.partition(".")[0] in (load_index(index_path()) or {})


def search(pattern: str) -> list[ModelSpec]:
    """Return the models whose name contains ``pattern``, or fits it where it has a ``*``.

    In timm's order. Names with a weights tag are among them only where the pattern has a dot.
    """
    specs = []
    for architecture, entry in index().items():
        names = {architecture: entry.configurations}
        if "." in pattern:
            names |= {
                f"{architecture}.{row.tag}": (row,) for row in entry.configurations if row.tag
            }
        specs += [
            _spec(name, entry.module, rows)
            for name, rows in names.items()
            if matches_pattern(name, pattern)
        ]
    return specs


def _spec(name: str, module: str, rows: Sequence[Configuration]) -> ModelSpec:
    first = rows[0]
    weights = tuple(
        _weights(name.partition(".")[0], row)
        for row in rows
        # A network of fixed size is built for one size, and other weights don't fit into it.
        if row.source and (row.input_size == first.input_size or not first.fixed_size)
    )
    least = first.min_size or _MIN_SIZES.get(module, _MIN_SIZE)
    return ModelSpec(
        name=name,
        summary=f"From {module} of timm.",
        factory=Build(name),
        split="dlvc_models.timm_models:split",
        input_size=first.input_size,
        min_size=first.input_size if first.fixed_size else least,
        fixed_size=first.fixed_size,
        weights=weights,
        defaults=_ADAMW if first.fixed_size or module in _NO_BATCH_NORM else {},
    )


def _weights(architecture: str, row: Configuration) -> WeightsSpec:
    red, green, blue = row.mean
    std_red, std_green, std_blue = row.std
    return WeightsSpec(
        name=row.tag or "default",
        source=row.source or "",
        factory=Pretrained(f"{architecture}.{row.tag}" if row.tag else architecture),
        mean=(red, green, blue),
        std=(std_red, std_green, std_blue),
        input_size=row.input_size,
        num_classes=row.num_classes,
    )


# Without batch normalisation, SGD at the course's learning rate of 0.1 leads nowhere. So it is in
# the modules below, and in most networks of fixed size: transformers and the like.
_ADAMW = {"optimizer": "adamw"}
_NO_BATCH_NORM = frozenset(
    "convnext csatv2 davit deepseek_vit edgenext eva focalnet gemma4_vit hieradet_sam2 mambaout "
    "metaformer mobilenetv5 naflexvit nfnet pvt_v2 qwen3_vit rdnet".split()
)
