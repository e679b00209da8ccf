"""The family ``timm:NAME``: names and weights."""

from __future__ import annotations

from pathlib import Path

from dlvc_models import timm_family
from helpers.models import timm_spec


def test_names_of_timm(cache: Path) -> None:
    names = [spec.name for spec in timm_family.search("ConvNeXt_at")]
    assert names == ["convnext_atto", "convnext_atto_ols", "convnext_atto_rms"]
    assert [spec.name for spec in timm_family.search("resnet?8")] == ["resnet18"]
    assert "resnet18.a1_in1k" in [spec.name for spec in timm_family.search("resnet18.*")]
    for unknown in ("resnet", "resnet18.", "resnet18.nothing", ".a1_in1k", ""):
        assert timm_family.find(unknown) is None


def test_weights_of_timm(cache: Path) -> None:
    weights = timm_spec("resnet18").weights
    assert (weights[0].name, weights[0].num_classes) == ("a1_in1k", 1000)
    assert weights[0].source == "Hugging Face hub: timm/resnet18.a1_in1k"
    (tagged,) = timm_spec("resnet18.a3_in1k").weights
    assert (tagged.name, tagged.input_size) == ("a3_in1k", 160) and tagged in weights
    assert timm_spec("regnetz_b16_evos").weights == ()
    # A network of fixed size takes weights of its own size alone.
    sizes = {w.input_size for w in timm_spec("vit_base_patch16_clip_384").weights}
    assert timm_spec("vit_base_patch16_clip_384").fixed_size and sizes == {384}
