"""Where in an image a network finds what speaks for a class: Grad-CAM, integrated gradients.

Both are captum's, on the logits of the class, in float32 whatever the run's precision is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlvc_cli.errors import DlvcError, cause_of, out_of_memory
from dlvc_cli.training.inference import Inference
from dlvc_cli.training.last_map import LastMap, last_map, probed
from dlvc_cli.training.network.build import split_outputs
from dlvc_cli.training.network.freezing import split_network

__all__ = ["MOST_PIXELS", "Saliency", "explain", "grad_cam", "integrated_gradients"]

MOST_PIXELS = 64
"""The longest side of images of which integrated gradients are computed: of more pixels they are
noise to the eye, and a step for each of many points is costly."""

_STEPS = 32  # points of the way from the baseline, by Gauss and Legendre
_AT_ONCE = 16  # images
_ROWS = 256  # images at points of their ways


@dataclass(frozen=True)
class Saliency:
    """Maps of images, each for a class.

    Attributes:
        seen: the images as the network takes them, before they are normalised, uint8
            (N, H, W, 3).
        classes: for which the maps are, int64 (N,).
        probabilities: of these classes, float32 (N,).
        grad_cam: from 0, float32 (N, H, W); None where there is none.
        integrated: signed, float32 (N, H, W); None where there are none.
        gaps: by how much the sum of an image's integrated gradients misses the difference of the
            logits that it stands for, as a share of it, float32 (N,).
        layer: what Grad-CAM looks at.
        missing: why a method has no maps, a sentence each.
    """

    seen: Tensor
    classes: Tensor
    probabilities: Tensor
    grad_cam: Tensor | None = None
    integrated: Tensor | None = None
    gaps: Tensor | None = None
    layer: LastMap | None = None
    missing: tuple[str, ...] = ()


def explain(inference: Inference, images: Tensor, classes: Tensor | None = None) -> Saliency:
    """Return what in images speaks for a class. All tensors that it holds are on the CPU.

    A method that a network doesn't allow has no maps; ``missing`` says why.

    Args:
        images: uint8 (N, 3, H, W), as ``Inference.decoded`` gives them.
        classes: int64 (N,), one an image; None for those that the network predicts.

    Raises:
        ImportError: captum can't be imported.
    """
    import captum.attr  # noqa: F401 - without it there is nothing to compute

    network, device = inference.network, inference.runtime.device
    with _gradients():
        inputs = inference.pipeline.evaluation(images.to(device)).clone()
        with torch.no_grad():
            logits = _logits_of(network)(inputs)
        wanted = logits.argmax(1) if classes is None else classes.to(device)
        missing: list[str] = []
        layer, maps = None, None
        try:
            parts = [part.eval() for part in _parts_of(inference)]
            layer = last_map(parts[0], inputs[:1])
            maps = _in_parts(_cam_of(parts, layer), inputs, wanted)
        except Exception as error:
            missing.append(_why("Grad-CAM", error))
        integrated, gaps = None, None
        if max(inputs.shape[2:]) <= MOST_PIXELS:
            try:
                integrated = _in_parts(_integrated_of(network), inputs, wanted)
                gaps = _gaps(network, integrated, logits, wanted)
            except Exception as error:
                missing.append(_why("Integrated gradients", error))
    return Saliency(
        seen=inference.pipeline.shown(inputs).cpu(),
        classes=wanted.cpu(),
        probabilities=logits.softmax(1).gather(1, wanted[:, None])[:, 0].cpu(),
        grad_cam=maps,
        integrated=integrated,
        gaps=gaps,
        layer=None if maps is None else layer,
        missing=tuple(missing),
    )


def grad_cam(network: nn.Module, layer: LastMap, inputs: Tensor, classes: Tensor) -> Tensor:
    """Return Grad-CAM at a network's last map, resized to the images, float32 (N, H, W), from 0.

    Selvaraju et al., "Grad-CAM", ICCV 2017: channels weighted by their mean gradient of the
    class's logit, summed, and what lies below 0 left out.

    Args:
        network: in evaluation mode; its parameters may be frozen.
        inputs: normalised images (N, 3, H, W).
        classes: int64 (N,).
    """
    from captum.attr import LayerAttribution, LayerGradCam

    with _gradients():
        # Of a frozen network, only the images ask for gradients.
        asking = inputs.clone().requires_grad_()
        forward, probe = probed(network, layer)
        method = LayerGradCam(_logits_of(forward), probe)
        maps = method.attribute(asking, classes, relu_attributions=True)
        size = tuple(inputs.shape[2:])
        found = LayerAttribution.interpolate(maps, size, interpolate_mode="bilinear")
    return found[:, 0].detach().float()


def integrated_gradients(network: nn.Module, inputs: Tensor, classes: Tensor) -> Tensor:
    """Return integrated gradients, summed over the colours, float32 (N, H, W).

    Sundararajan et al., "Axiomatic Attribution for Deep Networks", ICML 2017: the gradient of the
    class's logit, averaged along the way from an image that is 0 everywhere, the data's mean
    colour, times the way. All pixels together are the difference of the two logits.

    Args:
        network: in evaluation mode; its parameters may be frozen.
        inputs: normalised images (N, 3, H, W).
        classes: int64 (N,).
    """
    from captum.attr import IntegratedGradients

    with _gradients():
        method = IntegratedGradients(_logits_of(network))
        found = method.attribute(
            inputs.clone(), 0, classes, n_steps=_STEPS, internal_batch_size=_ROWS
        )
    return found.detach().sum(1).float()


@contextmanager
def _gradients() -> Iterator[None]:
    """Whatever surrounds it, tensors that are made here may have gradients."""
    with torch.inference_mode(False), torch.enable_grad():
        yield


def _logits_of(network: Callable[[Tensor], Any]) -> Callable[[Tensor], Tensor]:
    return lambda inputs: split_outputs(network(inputs))[0].float()


def _parts_of(inference: Inference) -> tuple[nn.Module, ...]:
    """The network's features and head; the whole where it can't be taken apart."""
    try:
        return split_network(inference.plan.model, inference.network)
    except DlvcError:
        return (inference.network,)


def _cam_of(parts: Sequence[nn.Module], layer: LastMap) -> Callable[[Tensor, Tensor], Tensor]:
    network = nn.Sequential(*parts) if len(parts) > 1 else parts[0]
    return lambda inputs, classes: grad_cam(network, layer, inputs, classes)


def _integrated_of(network: nn.Module) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda inputs, classes: integrated_gradients(network, inputs, classes)


def _in_parts(
    method: Callable[[Tensor, Tensor], Tensor], inputs: Tensor, classes: Tensor
) -> Tensor:
    parts = zip(inputs.split(_AT_ONCE), classes.split(_AT_ONCE), strict=True)
    return torch.cat([method(*part).cpu() for part in parts])


@torch.no_grad()
def _gaps(network: nn.Module, integrated: Tensor, logits: Tensor, classes: Tensor) -> Tensor:
    shape = (1, 3, *integrated.shape[1:])
    baseline = _logits_of(network)(torch.zeros(shape, device=logits.device))
    difference = (logits - baseline).gather(1, classes[:, None])[:, 0].cpu()
    return (integrated.sum((1, 2)) - difference).abs() / difference.abs().clamp(min=1e-12)


def _why(what: str, error: Exception) -> str:
    """Why a network has no maps of a method: what it is made of, or what fails in it."""
    if out_of_memory(error):
        raise error
    why = str(error) if isinstance(error, DlvcError) else f"it fails: {cause_of(error)}."
    return f"{what} is left out: {why}" if what == "Grad-CAM" else f"{what} are left out: {why}"
