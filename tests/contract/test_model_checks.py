"""Each check of initialise finds what it is for, and nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from dlvc_cli.contract.model_checks import check_initialise_repeats


def well(network: nn.Module, images: Tensor) -> None:
    network.get_parameter("bias").data.fill_(float(images.mean()))


def draws(network: nn.Module, images: Tensor) -> None:
    network.get_parameter("bias").data.normal_()


def infinite(network: nn.Module, images: Tensor) -> None:
    network.get_parameter("bias").data.fill_(torch.inf)


def no_number(network: nn.Module, images: Tensor) -> None:
    network.get_parameter("bias").data.fill_(torch.nan)


@pytest.mark.parametrize(
    ("initialise", "finding"),
    [
        (well, None),
        (draws, "otherwise each time"),
        (infinite, "not finite"),
        (no_number, "not finite"),
    ],
)
def test_what_initialise_does_wrong_is_found(
    initialise: Callable[[nn.Module, Tensor], None], finding: str | None
) -> None:
    found = list(check_initialise_repeats(initialise, nn.Linear(2, 2), torch.rand(2, 3, 4, 4)))
    assert [finding in text for text in found] == ([] if finding is None else [True])
