"""Built-in plugin: the course's network, torchvision's classifiers, and timm's by ``timm:NAME``."""

from __future__ import annotations

from dlvc_cli import FamilySpec, ModelSpec, Param, hookimpl
from dlvc_models.torchvision_specs import torchvision_specs

__all__ = ["dlvc_families", "dlvc_models"]


@hookimpl
def dlvc_models() -> list[ModelSpec]:
    """Return the course's network and torchvision's."""
    cnn = ModelSpec(
        name="cnn",
        summary="The course's network: five 3x3 convolutions and one linear layer.",
        factory="dlvc_models.cnn:Cnn",
        split="dlvc_models.heads:split_last_linear",
        millions=1.57,
        input_size=32,
        min_size=16,
    )
    fastcnn = ModelSpec(
        name="fastcnn",
        summary="A small network that learns in a few epochs, after airbench: see --preset fast.",
        factory="dlvc_models.fastcnn:FastCnn",
        split="dlvc_models.heads:split_last_linear",
        initialise="dlvc_models.fastcnn:whiten",
        millions=0.29,
        input_size=32,
        min_size=9,
        params=(Param("width", int, 32, "channels of the first block", low=8, high=512),),
    )
    return [cnn, fastcnn, *torchvision_specs()]


@hookimpl
def dlvc_families() -> list[FamilySpec]:
    """Return ``timm:NAME``."""
    timm = FamilySpec(
        name="timm",
        summary="Any model of PyTorch Image Models, with or without a weights tag.",
        of="models",
        find="dlvc_models.timm_family:find",
        search="dlvc_models.timm_family:search",
        knows="dlvc_models.timm_family:knows",
    )
    return [timm]
