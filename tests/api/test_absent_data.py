"""Data that isn't there is refused at once."""

from __future__ import annotations

import pytest

from dlvc_cli.api.absent_data import refuse_absent
from dlvc_cli.errors import UsageError
from dlvc_cli.registry.registry import registry


def _refused(text: str) -> str:
    with pytest.raises(UsageError) as refusal:
        refuse_absent(registry().choose("datasets", text), text)
    assert refusal.value.exit_code == 2
    return str(refusal.value)


def test_a_folder_beside_it_is_suggested(folder, tmp_path):
    meant = folder.rename(tmp_path / "petssub")
    (tmp_path / "other").mkdir()
    assert f"Did you mean folder:{meant}?" in _refused(f"folder:{tmp_path}/petsub")
    # Also where the slip is further up, if what follows is there.
    assert f"Did you mean folder:{meant}/train?" in _refused(f"folder:{tmp_path}/petsub/train")
    assert "Did you mean" not in _refused(f"folder:{tmp_path}/petsub/tain")
    assert "Did you mean" not in _refused(f"folder:{tmp_path}/zzz")
    assert f"path={tmp_path}/other" in _refused(f"cifar10:path={tmp_path}/othr")
    refuse_absent(registry().choose("datasets", f"folder:{meant}"), f"folder:{meant}")
