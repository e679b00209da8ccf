"""torchvision's classifiers and their IMAGENET1K_V1 weights, which a local file stands in for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from helpers.models import (
    SPECS,
    TORCHVISION,
    build,
    millions,
    train,
    weights_of,
)
from torch import Tensor
from torchvision.models import (
    WeightsEnum,
)

from dlvc_cli import DlvcError


def test_vgg_for_two_classes_has_its_known_size() -> None:
    assert millions(build(SPECS["vgg"], device="meta")) == pytest.approx(128.8, abs=0.05)


@pytest.mark.parametrize("name", TORCHVISION)
def test_modules_are_native(name: str) -> None:
    model = build(SPECS[name], device="meta")
    assert type(model).__module__.startswith("torchvision.models.")


@pytest.mark.parametrize("seed", [0, 2])  # where torchvision's own start falls silent
def test_squeezenet_trains_with_two_classes(seed: int) -> None:
    spec = SPECS["squeezenet"]
    losses = train(build(spec, seed=seed), spec.defaults["lr"], steps=60, size=24)
    assert min(losses) < 0.5


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
