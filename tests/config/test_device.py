"""Words for a device that are none are refused before torch is imported."""

from __future__ import annotations

import pytest
import torch

from dlvc_cli import BadOption
from dlvc_cli.config.device import check_device


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("gpu", "cuda"),
        ("GPU:1", "cuda:1"),
        ("CPU", "cpu"),
        ("Cuda:0", "cuda:0"),
        ("cuda:x", "cuda"),
        ("cuda:", "cuda"),
        ("cuda:-1", "cuda"),
        ("cuda:01", "cuda:1"),
        ("cuda1", "cuda:1"),
        ("cuda:256", "cuda"),
        ("cuda:" + 5000 * "1", "cuda"),
        (" cpu", "cpu"),
        ("mps1", "mps"),
        ("auto:1", "auto"),
        ("abacus", None),
        ("", None),
        ("cpu\n", "cpu"),
    ],
)
def test_what_is_no_device_anywhere_is_refused(word, meant):
    with pytest.raises(BadOption, match="--device: there is no ") as refused:
        check_device(word)
    said = f"Did you mean {meant}? Use" if meant else "Use auto"
    assert said in str(refused.value) and ("Did you" in str(refused.value)) == bool(meant)
    if word not in ("cuda:256", "auto:1"):
        with pytest.raises(RuntimeError):
            torch.device(word)


@pytest.mark.parametrize("word", ["cpu", "cuda", "cuda:1", "cuda:127", "mps", "xpu", "hpu:2"])
def test_what_torch_takes_is_taken(word):
    check_device(word)
    assert str(torch.device(word)) == word
    check_device("auto")
