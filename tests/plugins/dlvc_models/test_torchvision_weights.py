"""torchvision's IMAGENET1K_V1 weights, a local file standing in for the network."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from dlvc_models import dlvc_models
from helpers.models import build
from torch import Tensor
from torchvision.models import (  # type: ignore[import-untyped]
    WeightsEnum,
    get_model_weights,
    inception_v3,
)

from dlvc_cli import DlvcError, WeightsSpec

SPECS = {spec.name: spec for spec in dlvc_models()}
TORCHVISION = [name for name in SPECS if name != "cnn"]

Serve = Callable[..., Path]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Serve:
    """Serve a state dict as an architecture's weights, from a file:// address."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))

    def serve(state: dict[str, Tensor], checksum: str = "") -> Path:
        file = tmp_path / "weights.pth"
        torch.save(state, file)
        digest = checksum or hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        file = file.rename(tmp_path / f"weights-{digest}.pth")
        monkeypatch.setattr(WeightsEnum, "url", property(lambda self: file.as_uri()))
        return file

    return serve


def weights_of(name: str) -> WeightsSpec:
    (weights,) = SPECS[name].weights
    assert weights.name == "IMAGENET1K_V1"
    return weights


def fetch(name: str) -> dict[str, Tensor]:
    state: dict[str, Tensor] = weights_of(name).factory()
    return state


def test_weights_load_into_the_model(served: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    original = build(SPECS["squeezenet"], 1000, seed=7)
    served(original.state_dict())
    model = build(SPECS["squeezenet"], 1000, seed=8)
    model.load_state_dict(fetch("squeezenet"))
    torch.testing.assert_close(model.state_dict(), original.state_dict())
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "%" not in printed.err  # no progress bar where there is no terminal


def test_old_names_of_densenets_weights_are_translated(served: Serve) -> None:
    original = dict(build(SPECS["densenet"], 1000).state_dict())
    old = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))(\d)", r"\1.\2", name): value
        for name, value in original.items()
        if not name.endswith("num_batches_tracked")
    }
    assert not old.keys() <= original.keys()
    served(old)
    torch.testing.assert_close(dict(fetch("densenet")), original)


def test_weights_that_cannot_be_fetched_say_what_to_do(served: Serve) -> None:
    served({}).unlink()
    with pytest.raises(
        DlvcError, match=r"squeezenet1_1 cannot be fetched .* put that file at .*pth"
    ):
        fetch("squeezenet")


def test_weights_with_another_checksum_are_refused(served: Serve) -> None:
    served(build(SPECS["squeezenet"], 1000).state_dict(), checksum="01234567")
    with pytest.raises(DlvcError, match="invalid hash"):
        fetch("squeezenet")


def test_a_damaged_file_of_weights_is_named(served: Serve, tmp_path: Path) -> None:
    name = served({}).name
    cached = tmp_path / "torch" / "hub" / "checkpoints" / name
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"")
    with pytest.raises(DlvcError, match=f"are damaged .* Delete {re.escape(str(cached))}"):
        fetch("squeezenet")


@pytest.mark.parametrize("name", TORCHVISION)
def test_images_are_prepared_as_torchvision_does(name: str) -> None:
    spec, weights = SPECS[name], weights_of(name)
    upstream = get_model_weights((spec.aliases or (name,))[0])["IMAGENET1K_V1"]
    transforms = upstream.transforms()
    assert [weights.input_size] == transforms.crop_size == [spec.input_size]
    assert weights.num_classes == len(upstream.meta["categories"])
    mean, std = torch.tensor(transforms.mean), torch.tensor(transforms.std)
    if name == "inception":
        # torchvision turns images into [-1, 1] inside the pretrained network itself.
        mean, std = torch.full((3,), 0.5), torch.full((3,), 0.5)
    torch.testing.assert_close(torch.tensor(weights.mean), mean)
    torch.testing.assert_close(torch.tensor(weights.std), std)


def test_inceptions_images_reach_its_first_layer_as_upstreams_do() -> None:
    with torch.device("meta"):
        upstream = inception_v3(transform_input=True, init_weights=False)
    pixels = torch.rand(2, 3, 8, 8)
    usual = SPECS["resnet"].weights[0]
    expected = upstream._transform_input(_normalised(pixels, usual))
    torch.testing.assert_close(_normalised(pixels, weights_of("inception")), expected)


def _normalised(pixels: Tensor, weights: WeightsSpec) -> Tensor:
    mean, std = (torch.tensor(values)[:, None, None] for values in (weights.mean, weights.std))
    return (pixels - mean) / std
