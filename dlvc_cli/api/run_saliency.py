"""What in a run's images speaks for the class that its best network predicts, for its report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlvc_cli.config.plan import Plan
from dlvc_cli.errors import DataError, DlvcError, cause_of
from dlvc_cli.reporting.page_parts.markup import Markup
from dlvc_cli.reporting.pages.saliency_section import Looked, SaliencyShown, saliency_section
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.predictions import Predictions
from dlvc_cli.runs.split_figures import surest_right_images, worst_images

if TYPE_CHECKING:
    from dlvc_cli.training.data.subsets import Subset
    from dlvc_cli.training.saliency import Saliency

__all__ = ["run_saliency"]

_WRONG, _RIGHT = 8, 4
# So far a sum of integrated gradients may be off before it is said.
_ROUGH = 0.1


def run_saliency(
    run: RunDir, plan: Plan, subset: Subset, kept: Predictions, names: Sequence[str], side: int
) -> Markup:
    """Return the section; where nothing can be shown, one that says why.

    A failure is only said: it must not take the rest of the report with it.

    Args:
        subset: the split that ``kept`` is of; ``names`` of its images.
        side: pixels of what is embedded, at most.
    """
    try:
        shown = _shown(run, plan, subset, kept, names)
    except Exception as error:
        why = str(error) if isinstance(error, DlvcError) else f"{cause_of(error)}."
        shown = SaliencyShown(kept.split, (), None, remarks=(f"Saliency is left out: {why}",))
    return saliency_section(shown, side)


def _shown(
    run: RunDir, plan: Plan, subset: Subset, kept: Predictions, names: Sequence[str]
) -> SaliencyShown:
    import torch

    from dlvc_cli.training.data.samples import sample_of
    from dlvc_cli.training.inference import open_inference
    from dlvc_cli.training.saliency import explain

    inference = open_inference(run, plan, "auto")
    classes = inference.preprocessing.classes
    chosen = [
        *worst_images(kept, classes, names, _WRONG),
        *surest_right_images(kept, classes, names, _RIGHT),
    ]
    images = []
    for one in chosen:
        image = inference.decoded(sample_of(subset, subset.indices[one.index]))
        if isinstance(image, DataError):
            raise image
        images.append(image)
    if not images:
        none = "The network predicts no class of any image."
        return SaliencyShown(kept.split, (), None, remarks=(none,))
    predicted = torch.tensor([classes.index(one.predicted) for one in chosen])
    found = explain(inference, torch.stack(images), predicted)
    looked = [
        Looked(
            pixels=found.seen[k].numpy(),
            name=str(one.name),
            target=one.target,
            predicted=one.predicted,
            probability=one.probability,
            grad_cam=None if found.grad_cam is None else found.grad_cam[k].numpy(),
            integrated=None if found.integrated is None else found.integrated[k].numpy(),
        )
        for k, one in enumerate(chosen)
    ]
    rough = found.gaps is not None and bool((found.gaps > _ROUGH).any())
    return SaliencyShown(
        kept.split, looked, _layer(found), rough, found.missing + _too_large(found)
    )


def _layer(found: Saliency) -> str | None:
    if found.layer is None:
        return None
    height, width = found.layer.size
    size = f"{found.layer.channels:,} channels of {height} x {width} places"
    return f"the last map of more than one place ({found.layer.name}: {size})"


def _too_large(found: Saliency) -> tuple[str, ...]:
    from dlvc_cli.training.saliency import MOST_PIXELS

    height, width = found.seen.shape[1:3]
    if max(height, width) <= MOST_PIXELS:
        return ()
    return (
        f"Integrated gradients are shown of images of at most {MOST_PIXELS} pixels a side; these "
        f"have {height} x {width}.",
    )
