"""The index of timm's models: what it holds, and how it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dlvc_models import timm_family, timm_index
from helpers.models import in_a_process


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


def _stored(models: object) -> str:
    return json.dumps({"format": 2, "models": models, "digest": timm_index._digest(models)})


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"format": 1, "models": {}}',
        '{"format": 2, "models": []}',
        '{"format": 2, "models": {}, "digest": "0"}',
        _stored([]),
        _stored({"resnet18": 3}),
        _stored({"resnet18": ["resnet", [["a1_in1k"]]]}),
        _stored({"resnet18": ["resnet", []]}).replace("18", "19"),
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
    assert capsys.readouterr().err == "note: indexing timm's models (once for each version) ...\n"
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


@pytest.mark.parametrize("blocked", ["dlvc", "dlvc/timm"])
def test_why_the_index_is_not_kept_is_a_sentence(
    blocked: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(timm_index, "build_index", dict)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = timm_index.index_path()
    if blocked == "dlvc":  # a file where the folder should be
        path.parent.touch()
    else:  # a folder where the index should be
        path.mkdir(parents=True)
    timm_index.index()
    *_, said = capsys.readouterr().err.splitlines()
    assert said.startswith(f"note: the index cannot be kept in {path.parent}: ")
    assert said.endswith(".") and said.count(". ") == 0 and not said.endswith("..")
