"""What depends on the training images is set once, where a network starts from no weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import dlvc_cli


def whitening(run: dlvc_cli.Run) -> torch.Tensor:
    return load_file(run.path / "best.safetensors")["whiten.weight"]


def fast(data: str, out: str, **options: object) -> dlvc_cli.Run:
    options = {"epochs": 2, "batch_size": 4, "precision": "fp32", "view": "quiet"} | options
    return dlvc_cli.train("fastcnn", preset="fast", data=data, out=out, **options)


def test_the_filters_are_those_of_the_images_and_stay_so_from_weights(few, own_folder) -> None:
    first = whitening(fast(few, "one"))
    assert torch.equal(first[:12], -first[12:])
    # Another seed has the same images; other ones would have other filters.
    assert torch.equal(whitening(fast(few, "two", seed=1)), first)
    given = fast(few, "three", weights="one", normalize="none", lr=0.001)
    assert torch.equal(whitening(given), first)
    plain = fast(few, "four", normalize="none")
    assert not torch.equal(whitening(plain), first)


def test_a_run_with_muon_goes_on_bit_for_bit(few, own_folder) -> None:
    whole = fast(few, "whole", epochs=3)
    fast(few, "cut", epochs=2, schedule_epochs=3)
    cut = dlvc_cli.train(resume="cut", epochs=3, view="quiet")
    for name in ("train_loss", "val_loss", "val_acc"):
        assert [line[name] for line in cut.metrics] == [line[name] for line in whole.metrics]
    mine, theirs = (load_file(Path(run.path, "best.safetensors")) for run in (whole, cut))
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


PLUGIN = """
    from dlvc_cli import ModelSpec, hookimpl

    @hookimpl
    def dlvc_models():
        for name in ("forgets", "in_place", "absent"):
            yield ModelSpec(
                name=name, summary="x", factory="nets:build", split="nets:split",
                input_size=8, millions=0.1, initialise=f"nets:{name}",
            )
"""
NETS = """
    from torch import nn

    def build(num_classes):
        return nn.Sequential(nn.Flatten(), nn.Linear(192, num_classes))

    def split(module):
        return module[:1], module[1]

    def forgets(module, images):
        dict(module.named_parameters())["head.weight"]

    def in_place(module, images):
        module[1].bias += images.mean()
"""


@pytest.mark.parametrize(
    ("model", "cause"),
    [("forgets", "KeyError: 'head.weight'"), ("in_place", "leaf Variable"), ("absent", "absent")],
)
def test_what_it_fails_at_names_the_plugin(dlvc, make_plugin, few, model, cause) -> None:
    make_plugin("careless", PLUGIN, nets=NETS)
    said = dlvc("train", model, "--data", few, "--epochs", "1", code=1).stderr
    assert "careless" in said and cause in said and "fault in dlvc" not in said
    assert not (dlvc.folder / "runs").exists() or not any((dlvc.folder / "runs").iterdir())
