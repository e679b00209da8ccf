"""What is told of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.folders import make_folder, save_image
from helpers.offered import offer

from dlvc_cli import DataError, DatasetSpec
from dlvc_cli.events import DataProgress, drain
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.data.overview import describe_data


def told_of(name: str) -> tuple[dict[str, Any], list[DataProgress]]:
    events: list[Any] = []
    data = registry().choose("datasets", name)
    return drain(describe_data(data), events.append), events


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Uneven classes, one of them missing in val, three sizes, a damaged file, and a text."""
    root = make_folder(tmp_path / "odd", {"train": 3, "val": 2})
    for number in range(4):
        save_image(root / "train" / "left" / f"more{number}.png", 0, number, (20, 30))
    save_image(root / "train" / "left" / "large.png", 0, 9, (64, 64))
    (root / "train" / "right" / "bad.jpg").write_bytes(b"no image")
    (root / "train" / "right" / "notes.txt").write_text("mine")
    for file in (root / "val" / "right").iterdir():
        file.unlink()
    return root


def test_a_folder_s_counts_sizes_and_what_is_off(odd):
    told, events = told_of(f"folder:{odd}")
    assert told["classes"] == ["left", "right"]
    assert told["splits"]["train"]["counts"] == [8, 4] and told["splits"]["train"]["images"] == 12
    assert told["splits"]["val"]["counts"] == [2, 0]
    (bad,) = told["splits"]["train"]["unreadable"]
    assert "bad.jpg" in bad
    sizes = {tuple(entry["size"]): entry["images"] for entry in told["sizes"]}
    assert sizes == {(32, 32): 8, (20, 30): 4, (64, 64): 1}
    assert told["sizes"][0] == {"size": [32, 32], "images": 8}
    assert told["formats"] == {"PNG": 13} and told["modes"] == {"RGB": 13}
    notices = " ".join(told["notices"])
    assert "notes.txt" in notices and "val split has no images of the class right" in notices
    assert [event.total for event in events] == [12, 2]


def test_a_data_set_of_arrays_is_told_of_too():
    told, _ = told_of("toy-pets")
    assert {name: sum(split["counts"]) for name, split in told["splits"].items()} == {
        name: split["images"] for name, split in told["splits"].items()
    }
    assert told["formats"].keys() == {"array"} and told["modes"].keys() == {"uint8 x 3"}


def test_nothing_is_downloaded_to_tell(tmp_path, monkeypatch):
    monkeypatch.setenv("DLVC_HOME", str(tmp_path))
    for name in ("pets", "cifar10"):
        assert "no copy" in told_of(name)[0]["problem"]


def test_what_cannot_be_built_is_a_problem_and_of_a_folder_an_error(monkeypatch, tmp_path):
    def fails() -> None:
        raise DataError("The disk is away.")

    offer(monkeypatch, DatasetSpec(name="away", summary="On a disk.", factory=fails))
    assert told_of("away")[0] == {"problem": "The disk is away."}
    with pytest.raises(DataError, match="no folder"):
        told_of(f"folder:{tmp_path / 'typo'}")
