"""timm's models: built, split and trained, with weights from the hub's cache."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from helpers.models import build, images, split, timm_spec
from huggingface_hub import constants
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy

from dlvc_cli import DlvcError

SMALL_TIMM = [
    "resnet10t",  # the head is a linear layer
    "vit_tiny_patch16_224",  # class token
    "convnext_atto",  # pooling, norm and layer in one head module
    "efficientnet_lite0",
    "mobilenetv3_small_050",  # a layer before the classifier
    "resnetv2_18",  # a 1x1 convolution for a head
    "caformer_s18",  # a head of several layers
]


@pytest.mark.parametrize("name", SMALL_TIMM)
def test_models_of_timm_train_and_split(name: str, cache: Path) -> None:
    spec = timm_spec(name)
    model = build(spec)
    assert type(model).__module__.startswith("timm.models.")
    logits = model.train()(images(spec.train_size))
    assert logits.shape == (2, 2)
    cross_entropy(logits, torch.tensor([0, 1])).backward()
    features, head = split(spec, model.eval())
    x = images(spec.min_size, 1)
    with torch.inference_mode():
        torch.testing.assert_close(head.eval()(features.eval()(x)), model(x))
    keys = [{id(p) for p in module.parameters()} for module in (features, head, model)]
    assert not keys[0] & keys[1] and keys[0] | keys[1] == keys[2]


def test_a_model_of_timm_with_two_heads_says_that_it_cannot_be_split(cache: Path) -> None:
    spec = timm_spec("deit_tiny_distilled_patch16_224")
    with pytest.raises(DlvcError, match="several heads"):
        split(spec, build(spec, device="meta"))


def test_an_encoder_of_timm_says_that_it_is_no_classifier(cache: Path) -> None:
    with pytest.raises(DlvcError, match="without a classifier"):
        build(timm_spec("qwen3_vit_88m_enc"), device="meta")


def test_a_tag_decides_the_size_that_a_model_of_timm_is_built_for(cache: Path) -> None:
    spec = timm_spec("flexivit_small.300ep_in1k")
    patches = build(spec, device="meta").get_submodule("patch_embed")
    assert patches.img_size == (spec.input_size,) * 2


def test_weights_of_timm_come_from_the_hubs_cache(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    spec = timm_spec("test_resnet")
    (weights, *_) = spec.weights
    file = r"model.safetensors of timm/test_resnet.*--weights FILE"
    with pytest.raises(DlvcError, match=rf"timm:test_resnet\.\w+ cannot be fetched.*{file}"):
        weights.factory()

    original = build(spec, weights.num_classes, seed=7)
    repository = tmp_path / ("models--" + weights.source.split(": ")[1].replace("/", "--"))
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    save_file(original.state_dict(), snapshot / "model.safetensors")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    model = build(spec, weights.num_classes, seed=8)
    model.load_state_dict(weights.factory())
    torch.testing.assert_close(model.state_dict(), original.state_dict())
