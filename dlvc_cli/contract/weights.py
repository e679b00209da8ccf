"""Pretrained weights that a model brings."""

from __future__ import annotations

from dataclasses import dataclass

from dlvc_cli.contract.factory import FactoryField
from dlvc_cli.contract.field_types import check_fields
from dlvc_cli.errors import SpecError

__all__ = ["WeightsSpec"]


@dataclass(frozen=True, kw_only=True)
class WeightsSpec:
    """Pretrained weights of a model, and how images must be prepared for them.

    Args:
        name: what upstream calls them (``IMAGENET1K_V1``).
        source: where they come from, for ``dlvc show``.
        factory: ``() -> state dict`` with the model's own parameter names.
        mean, std: per-channel normalisation of images in [0, 1], RGB.
        input_size: height and width in pixels that they were trained at.
        num_classes: size of the head they come with; 0 for none.
    """

    name: str
    source: str
    factory: FactoryField = FactoryField()
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    input_size: int = 224
    num_classes: int = 1000

    def __post_init__(self) -> None:
        check_fields(self)
        what = f"the weights {self.name}"
        for name, values, low in (("mean", self.mean, 0.0), ("std", self.std, 1e-6)):
            if not all(low <= v <= 1 for v in values):
                raise SpecError(
                    f"the {name} of {what} must be three numbers, for images in [0, 1], "
                    f"not {values!r}"
                )
        for name, number, least in (
            ("input_size", self.input_size, 1),
            ("num_classes", self.num_classes, 0),
        ):
            if number < least:
                raise SpecError(
                    f"the {name} of {what} must be a whole number from {least}, not {number!r}"
                )
