"""Built-in losses: cross entropy, focal loss, and one-vs-rest binary cross entropy."""

from __future__ import annotations

from dlvc_cli import LossSpec, Param, floats, hookimpl

_CLASS_WEIGHTS = "one weight for each class, in the order of the classes; none weighs all alike"


@hookimpl
def dlvc_losses() -> list[LossSpec]:
    return [
        LossSpec(
            name="cross_entropy",
            summary="Cross entropy of the softmax, with label smoothing and class weights.",
            aliases=("ce",),
            factory="dlvc_losses.losses:cross_entropy",
            params=(
                Param(
                    "smoothing",
                    float,
                    0.0,
                    "share of each target that is spread evenly over all classes",
                    low=0,
                    high=1,
                ),
                Param("weights", floats, None, _CLASS_WEIGHTS, low=0),
            ),
        ),
        LossSpec(
            name="focal",
            summary="Focal loss: cross entropy that fades for samples already classified well.",
            factory="dlvc_losses.losses:focal",
            params=(
                Param(
                    "gamma",
                    float,
                    2.0,
                    "how fast it fades; 0 is plain cross entropy",
                    low=0,
                ),
                Param("alpha", floats, None, _CLASS_WEIGHTS, low=0),
            ),
        ),
        LossSpec(
            name="bce",
            summary="Binary cross entropy of each class against the rest, averaged over classes.",
            factory="dlvc_losses.losses:bce",
        ),
    ]
