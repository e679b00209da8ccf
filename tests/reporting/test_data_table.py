"""What a data set holds, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from dlvc_cli.reporting.console import open_console
from dlvc_cli.reporting.data_table import print_data

ROW: dict[str, Any] = {
    "classes": ["cat", "dog\x1b[31m"],
    "splits": {
        "train": {"images": 1000, "counts": [900, 100], "unreadable": []},
        "val": {"images": 20, "counts": [10, 10], "unreadable": ["a.jpg is empty."] * 7},
    },
    "sizes": [
        {"size": [32, 48], "images": 800},
        {"size": [500, 10], "images": 100},
        {"size": [64, 64], "images": 113},
    ],
    "formats": {"JPEG": 1000, "PNG": 13},
    "modes": {"RGB": 1000, "L": 13},
    "notices": ["The val split has no images of the class emu."],
}


def shown(capsys: pytest.CaptureFixture[str], row: dict[str, Any]) -> list[list[str]]:
    print_data(row)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_shares_stand_beside_the_counts_of_uneven_splits(capsys):
    lines = shown(capsys, ROW)
    assert ["class", "train", "share", "val"] in lines
    assert ["cat", "900", "90.0%", "10"] in lines
    assert [r"dog\x1b[31m", "100", "10.0%", "10"] in lines, "control characters don't act"
    assert ["all", "1,000", "100.0%", "20"] in lines


def test_sizes_kinds_and_what_is_off_are_said(capsys):
    text = "\n".join(map(" ".join, shown(capsys, ROW)))
    assert "3 (height x width): most often 32x48 (79%), smallest 32x48, largest 500x10" in text
    assert "JPEG 1,000, PNG 13" in text and "colour 1,000, grey 13" in text
    assert "no images of the class emu" in text and "classes of train are uneven" in text
    assert "7 images of val cannot be read" in text and "and 2 more" in text


def test_what_is_usual_is_not_said(capsys):
    usual = {
        "splits": {"train": {"images": 4, "counts": [2, 2], "unreadable": []}},
        "sizes": [{"size": [32, 32], "images": 4}],
        "formats": {"array": 4},
        "modes": {"uint8 x 3": 4},
        "notices": [],
    }
    lines = shown(capsys, ROW | usual)
    assert ["sizes", "all", "32x32", "(height", "x", "width)"] in lines
    assert not {"share", "formats", "pixels"} & {word for line in lines for word in line}


def test_at_40_columns_each_class_is_a_block_and_no_number_is_cut(capsys, monkeypatch):
    split = {"images": 90_000, "counts": [81_000, 9_000], "unreadable": []}
    uneven = {"splits": dict.fromkeys(("train", "val", "test"), split)}
    console = open_console(width=40)
    monkeypatch.setattr("dlvc_cli.reporting.data_table.results_console", lambda: console)
    print_data(ROW | uneven)
    out = capsys.readouterr().out
    assert out.count(": 81,000") == out.count(": 9,000") == out.count(": 90,000") == 3
    assert out.count("share: 90.0%") == 3 and "…" not in out and "..." not in out
    assert "The classes of train, val, test are uneven" in " ".join(out.split())


def test_of_very_many_classes_the_largest_and_smallest_are_shown(capsys):
    counts = list(range(1, 201))
    many = {
        "classes": [f"c{number}" for number in counts],
        "splits": {"train": {"images": sum(counts), "counts": counts, "unreadable": []}},
    }
    first = [line[0] for line in shown(capsys, ROW | many) if line]
    classes = [word for word in first if word[:1] == "c" and word[1:].isdigit()]
    assert classes == [f"c{n}" for n in (*range(200, 180, -1), *range(20, 0, -1))]
    assert "..." in first
