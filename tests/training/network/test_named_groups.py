"""The groups of parameters that an optimiser gets, with their names, and which are the head's."""

from __future__ import annotations

import pytest
import torch
from helpers.offered import MADE_UP
from helpers.transfer import make_weights
from torch import nn

from dlvc_cli import ModelSpec, PluginError
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.registry.offers import Choice, Offer
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.network.freezing import Learning, what_learns
from dlvc_cli.training.network.named_groups import named_groups


def groups_of(name: str, **options: object) -> tuple[list[dict], nn.Module]:
    config = resolve_training(registry(), {"model": name, **options}).config
    model = registry().choose("models", name)
    network = model.build(num_classes=2)
    return named_groups(what_learns(config, model, network), model, config), network


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("fastcnn", ["head.weight"]),
        ("resnet", ["fc.weight", "fc.bias"]),
        ("squeezenet", ["classifier.1.weight", "classifier.1.bias"]),
    ],
)
def test_from_scratch_all_that_learns_is_one_group_that_names_its_head(name, head):
    (group,), network = groups_of(name)
    learns = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    assert [n for n, _ in group["params"]] == [n for n, _ in learns]
    assert all(one is other for (_, one), (_, other) in zip(group["params"], learns, strict=True))
    assert group["head"] == head


def test_pretrained_layers_are_a_group_without_a_head(tmp_path, own_folder):
    make_weights("cnn", tmp_path / "w.pth")
    options = {"weights": str(tmp_path / "w.pth"), "lr": 0.5, "lr_backbone": 0.25}
    (head, body), _ = groups_of("cnn", **options)
    assert head["head"] == [name for name, _ in head["params"]] == ["_fc1.weight", "_fc1.bias"]
    assert body["head"] == [] and (head["lr"], body["lr"]) == (0.5, 0.25)


class Odd(nn.Module):
    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.body, self.fc = nn.Linear(3, 4), nn.Linear(4, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.fc(self.body(images.mean((2, 3))))


def in_place(model: Odd) -> tuple[nn.Module, nn.Module]:
    head, model.fc = model.fc, nn.Identity()
    return model, head


def fails(model: Odd) -> tuple[nn.Module, nn.Module]:
    raise PluginError("It has no head.")


@pytest.mark.parametrize(("split", "head"), [(in_place, ["fc.weight", "fc.bias"]), (fails, None)])
def test_a_network_from_scratch_is_left_as_it_is_whatever_its_split_does(split, head):
    spec = ModelSpec(name="odd", summary="Odd.", factory=Odd, split=split)
    model, network = Choice(Offer(spec, MADE_UP), {}), Odd(2)
    config = resolve_training(registry(), {"model": "cnn"}).config
    (group,) = named_groups(Learning(network), model, config)
    assert group.get("head") == head
    assert isinstance(network.fc, nn.Linear) and len(group["params"]) == 4
