"""The code of the plugin guide runs, and does what the guide says."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import torch
from helpers.folders import ROOT

from dlvc_cli.contract.batch import as_batch_op
from dlvc_cli.contract.checks import OP_CHECKS
from dlvc_cli.contract.draws import Draws
from dlvc_cli.contract.model_checks import check_initialise_repeats
from dlvc_cli.contract.op import Op
from dlvc_cli.contract.optimizer_checks import check_optimizer_holds_all, sample_groups

GUIDE = (ROOT / "docs" / "plugins.md").read_text()


def block(words: str) -> str:
    """The guide's Python block that holds some words."""
    found = re.findall(r"^( *)```python\n(.*?)^ *```", GUIDE, re.M | re.S)
    (text,) = (text for _, text in found if words in text)
    return textwrap.dedent(text)


def test_the_optimiser_parts_its_groups_by_their_tensors():
    names: dict[str, Any] = {"torch": torch}
    exec(block("weight_decay):  # my_pkg/no_decay.py"), names)
    groups = sample_groups()
    named = [pair for group in groups for pair in group["params"]]
    built = names["build"](groups, lr=0.3, weight_decay=0.5)
    assert not list(check_optimizer_holds_all(built, named))
    made = [(one["param_names"], one["lr"], one["weight_decay"]) for one in built.param_groups]
    assert made == [
        (["fc.weight"], 0.1, 0.5),
        (["conv.weight"], 0.02, 0.5),
        (["conv.bias"], 0.02, 0.0),
    ]


def test_what_depends_on_the_data_is_set_alike_each_time():
    names: dict[str, Any] = {"torch": torch}
    exec(block("def centre("), names)
    network = torch.nn.Sequential()
    network.add_module("stem", torch.nn.Conv2d(3, 4, 3))
    images = torch.rand(5, 3, 8, 8)
    assert not list(check_initialise_repeats(names["centre"], network, images))
    torch.testing.assert_close(
        network.stem(images).mean(dim=(0, 2, 3)), torch.zeros(4), atol=1e-5, rtol=0
    )


def test_the_op_with_variants_keeps_to_all_rules():
    names: dict[str, Any] = {}
    exec(block("def turn():"), names)
    op = names["turn"]()
    batched = Op(apply=as_batch_op(op.apply, "images"), variants=op.variants)
    assert not [finding for check in OP_CHECKS for finding in check(batched, (5, 5), 2)]
    images, ids = torch.rand(8, 3, 5, 5), torch.arange(8)
    draws = Draws(0, 0, 0, ids)
    turned, times = op.apply(images, draws), names["quarters"](Draws(0, 0, 0, ids))
    for image, other, k in zip(images, turned, times.tolist(), strict=True):
        assert torch.equal(image.rot90(k, dims=(1, 2)), other)
