"""The family ``timm:NAME`` and its index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from dlvc_models import timm_family, timm_index
from helpers.models import build, images, in_a_process, split
from huggingface_hub import constants
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy

from dlvc_cli import DlvcError, ModelSpec

SMALL_TIMM = [
    "resnet10t",  # the head is a linear layer
    "vit_tiny_patch16_224",  # class token
    "convnext_atto",  # pooling, norm and layer in one head module
    "efficientnet_lite0",
    "mobilenetv3_small_050",  # a layer before the classifier
    "resnetv2_18",  # a 1x1 convolution for a head
    "caformer_s18",  # a head of several layers
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder with the index in it, which takes as long as importing timm."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(folder))
        timm_index.index()
        yield folder


def timm_spec(name: str) -> ModelSpec:
    spec = timm_family.find(name)
    assert spec is not None
    return spec


def test_the_index_is_read_without_importing_timm(cache: Path) -> None:
    out = in_a_process(
        """
        import sys
        from dlvc_cli.registry.registry import registry
        print(registry().find("models", "timm:resnet18").name)
        print(len(registry().search("models", "timm:convnext*")))
        print(sorted({"timm", "torch", "torchvision", "numpy"} & set(sys.modules)))
        """,
        XDG_CACHE_HOME=str(cache),
    ).splitlines()
    assert out[0] == "timm:resnet18" and int(out[1]) > 20 and out[2] == "[]"


def test_the_index_holds_what_timm_says(cache: Path) -> None:
    from timm import models

    index = timm_index.load_index(timm_index.index_path())
    assert index is not None and list(index) == models.list_models()
    for name, architecture in index.items():
        cfg, row = models.get_pretrained_cfg(name), architecture.configurations[0]
        assert cfg is not None and (cfg.tag or "") == row.tag
        assert (row.source is not None) == models.is_model_pretrained(name)
        assert (row.input_size, row.fixed_size) == (max(cfg.input_size), cfg.fixed_input_size)
        assert (tuple(row.mean), row.num_classes) == (cfg.mean, cfg.num_classes)
    every = timm_family.search("*")
    assert [spec.name for spec in every] == list(index)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        '{"format": 0, "models": {}}',
        '{"format": 1, "models": []}',
        '{"format": 1, "models": {"resnet18": 3}}',
        '{"format": 1, "models": {"resnet18": ["resnet", [["a1_in1k"]]]}}',
    ],
)
def test_a_missing_or_corrupt_index_is_made_again(
    text: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = timm_index.Configuration("a", None, 64, None, False, (0.0,) * 3, (1.0,) * 3, 10)
    made = {"tinynet": timm_index.Architecture("tiny", (row,))}
    monkeypatch.setattr(timm_index, "build_index", lambda: made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = timm_index.index_path()
    if text is not None:
        path.parent.mkdir()
        path.write_text(text)
    assert timm_index.index() == made
    assert capsys.readouterr().err == "Indexing timm's models (once for each version) ...\n"
    timm_index._index.cache_clear()
    assert timm_family.find("tinynet") is not None
    assert list(path.parent.iterdir()) == [path]
    assert capsys.readouterr().err == ""


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setattr(timm_index, "build_index", dict)
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert timm_family.search("resnet") == []
    assert "cannot be kept" in capsys.readouterr().err


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
