"""timm's index in a cache of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from dlvc_models import timm_index


@pytest.fixture(scope="session")
def timm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the index in it, which takes as long as importing timm."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        timm_index.index()
    return folder


@pytest.fixture
def cache(timm_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder, as the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(timm_cache))
    return timm_cache
