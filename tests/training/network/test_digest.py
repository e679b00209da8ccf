"""A hash of tensors, whole or in parts."""

from __future__ import annotations

import pytest
import torch

from dlvc_cli.training.network import digest
from dlvc_cli.training.network.digest import digest_of, digest_of_parts


@pytest.mark.parametrize("dtype", [torch.uint8, torch.bfloat16])
def test_parts_have_the_hash_of_the_whole(monkeypatch, dtype):
    """Also where they are put together a few rows at a time."""
    monkeypatch.setattr(digest, "_CHUNK", 100)
    whole = torch.arange(11 * 3 * 4).view(11, 3, 4).to(dtype)
    one, two, three = torch.randperm(11, generator=torch.manual_seed(0)).tensor_split([2, 7])
    parts = [(places, whole[places].__getitem__) for places in (one, two, three)]
    assert digest_of_parts("images", parts) == digest_of([("images", whole)])
    swapped = [(two, whole[two].__getitem__), (one, whole[three][:2].__getitem__)]
    swapped.append((three, whole[three].__getitem__))
    assert digest_of_parts("images", swapped) != digest_of([("images", whole)])
    alone = [(torch.arange(11), whole.__getitem__)]
    assert digest_of_parts("images", alone) == digest_of([("images", whole)])
