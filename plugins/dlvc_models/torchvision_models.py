"""Builds torchvision's classifiers and fetches their weights."""

from __future__ import annotations

import pickle
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import get_model, get_model_weights

from dlvc_cli import DlvcError, WeightsUnavailable

__all__ = ["build", "pretrained", "upgrade_densenet"]


def build(architecture: str, num_classes: int) -> nn.Module:
    """Return torchvision's own module, freshly initialised.

    Args:
        architecture: torchvision's name of it.
        num_classes: size of the head, and of the auxiliary one where there is one.
    """
    options: dict[str, Any] = {}
    if architecture == "inception_v3":
        # Images arrive normalised as the weights want them; the paper's initialisation.
        options = {"aux_logits": True, "transform_input": False, "init_weights": True}
    model: nn.Module = get_model(architecture, weights=None, num_classes=num_classes, **options)
    if architecture.startswith("squeezenet"):
        _keep_logits_alive(model)
    return model


def _keep_logits_alive(model: nn.Module) -> None:
    """Start SqueezeNet's last convolution at a bias well above zero.

    A ReLU follows it. From torchvision's start, a bias of zero, few classes soon fall silent all
    at once: every logit is 0 and so is every gradient (two classes, images of 32 x 32: within
    20 steps, at any learning rate). A bias that all classes share changes no probability.
    """
    nn.init.constant_(model.get_parameter("classifier.1.bias"), 5.0)


def upgrade_densenet(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Translate the names of torchvision's published files (``norm.1``) to today's (``norm1``)."""
    old = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.(\d+\.)")
    return {old.sub(r"\1\2", name): value for name, value in state.items()}


def pretrained(architecture: str) -> dict[str, Tensor]:
    """Return the state dict of the IMAGENET1K_V1 weights, under the model's parameter names.

    They come from torch's cache (``$TORCH_HOME``), or are downloaded there and their checksum
    compared.

    Raises:
        DlvcError: they can't be downloaded, or the file is damaged.
    """
    weights = get_model_weights(architecture)["IMAGENET1K_V1"]
    file = Path(torch.hub.get_dir(), "checkpoints", weights.url.rpartition("/")[2])
    try:
        with redirect_stdout(sys.stderr):  # torch announces a download on standard output
            # Through torchvision's builder, which translates old names (densenet's) as it loads.
            model: nn.Module = get_model(
                architecture, weights=weights, progress=sys.stderr.isatty()
            )
    except OSError as error:
        raise WeightsUnavailable(
            f"The weights of {architecture} cannot be fetched from {weights.url}: "
            f"{getattr(error, 'reason', error)}. "
            f"On a machine without network, put that file at {file}."
        ) from error
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        cause = " ".join(str(error).split()) or type(error).__name__
        raise DlvcError(
            f"The weights of {architecture} are damaged ({cause:.80}). Delete {file} and try again."
        ) from error
    return model.state_dict()
