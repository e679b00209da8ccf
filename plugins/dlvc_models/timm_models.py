"""Builds timm's models, fetches their weights, and takes them apart."""

from __future__ import annotations

import socket
import sys
from contextlib import redirect_stdout
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import getproxies

import timm
from huggingface_hub import constants
from huggingface_hub.utils import LocalEntryNotFoundError, disable_progress_bars
from torch import Tensor, nn

from dlvc_cli import DlvcError, WeightsUnavailable
from dlvc_models.heads import split_at

__all__ = ["build", "pretrained", "split"]


def build(name: str, num_classes: int) -> nn.Module:
    """Return timm's own module, freshly initialised, with a head for ``num_classes``.

    Args:
        name: an architecture, or one with a weights tag, which may change its sizes.
        num_classes: size of the head.

    Raises:
        DlvcError: it is an encoder, without a classifier.
    """
    model = timm.create_model(name, pretrained=False, num_classes=num_classes)
    if _classifier(model) is None:
        raise DlvcError(f"timm:{name} is an encoder without a classifier, and can't be trained.")
    return model


def _classifier(model: Any) -> object:
    return model.get_classifier() if hasattr(model, "get_classifier") else None


def pretrained(name: str) -> dict[str, Tensor]:
    """Return the state dict of pretrained weights, under the model's parameter names.

    They come from the caches of the Hugging Face hub (``$HF_HOME``) and, for a few, of torch
    (``$TORCH_HOME``), or are downloaded there.

    Raises:
        DlvcError: they can't be had.
    """
    if not sys.stderr.isatty():
        disable_progress_bars()
    offline = constants.HF_HUB_OFFLINE
    # Without network, the hub's library would try for a minute, and tell of each try.
    constants.HF_HUB_OFFLINE = offline or _unreachable(constants.ENDPOINT)
    try:
        with redirect_stdout(sys.stderr):  # torch announces a download on standard output
            return timm.create_model(name, pretrained=True).state_dict()
    except (LocalEntryNotFoundError, URLError, ConnectionError) as error:
        raise WeightsUnavailable(
            f"The weights of timm:{name} cannot be fetched, and are not in the cache "
            f"({constants.HF_HUB_CACHE}). On a machine without network, bring {_file(name)} from "
            "elsewhere, and say --weights FILE."
        ) from error
    except (OSError, RuntimeError) as error:
        raise DlvcError(
            f"The weights of timm:{name} cannot be loaded: {_first_line(error)} They are kept in "
            f"{constants.HF_HUB_CACHE}; {_file(name)} may also be given with --weights FILE."
        ) from error
    finally:
        constants.HF_HUB_OFFLINE = offline


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".:") + "."


def _file(name: str) -> str:
    """Which file holds the weights, and where it is published."""
    cfg = timm.get_pretrained_cfg(name)
    if cfg is not None and cfg.hf_hub_id:
        return f"model.safetensors of {cfg.hf_hub_id} (Hugging Face hub)"
    return str(cfg.url if cfg is not None else name)


def _unreachable(address: str) -> bool:
    """Whether a server can't even be connected to; behind a proxy nobody knows."""
    if getproxies():
        return False
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname, parts.port or 443), timeout=5):
            return False
    except OSError:
        return True


def split(model: Any) -> tuple[nn.Module, nn.Module]:
    """Return (features, head), the head being the layer that timm calls the classifier.

    Raises:
        DlvcError: the model has several heads, whose logits it averages.
    """
    path = model.pretrained_cfg["classifier"]
    if isinstance(_classifier(model), tuple | nn.ModuleList) or not isinstance(path, str):
        raise DlvcError(
            f"timm:{model.default_cfg['architecture']} has several heads and can't be divided "
            "into features and one head: train it from scratch, without --dropout."
        )
    features, head = split_at(model, path)
    if isinstance(head, nn.Conv2d):
        # A 1x1 convolution in the place of a linear layer; the model flattens what it is given.
        head = nn.Sequential(nn.Unflatten(1, (head.in_channels, 1, 1)), head, nn.Flatten(1))
    return features, head
