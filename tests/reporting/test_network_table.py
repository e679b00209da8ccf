"""A model's layers as a table."""

from __future__ import annotations

from typing import Any

import pytest

from dlvc_cli.reporting.network_table import print_network


def module(name: str, output: list[int] | None, parameters: int, trained: int) -> dict[str, Any]:
    depth = name.count(".") + 1
    cost = 1000 * parameters if output else None
    return {
        "name": name,
        "type": "Conv2d",
        "depth": depth,
        "output": output,
        "parameters": parameters,
        "trained": trained,
        "multiply_adds": cost,
    }


ROW = {
    "classes": 2,
    "parameter_count": 12300,
    "bytes": 49200,
    "trained_by_feature_extract": 300,
    "trained": 6300,
    "image_size": [32, 48],
    "multiply_adds": 12300000,
    "modules": [
        module("body", [8, 4, 6], 12000, 6000),
        module("body.0", [8, 8, 12], 6000, 0),
        module("body.1", [8, 4, 6], 6000, 6000),
        module("aux", None, 0, 0),
        module("head", [2], 300, 300),
    ],
}


def shown(capsys: pytest.CaptureFixture[str], row: dict[str, Any], depth: int) -> list[str]:
    print_network(row, depth)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_layers_are_indented_and_say_what_is_trained(capsys):
    lines = [line.split() for line in shown(capsys, ROW, 2)]
    assert ["body", "Conv2d", "8x4x6", "12,000", "in", "part", "12M"] in lines
    assert ["body.0", "Conv2d", "8x8x12", "6,000", "no", "6M"] in lines
    assert ["body.1", "Conv2d", "8x4x6", "6,000", "yes", "6M"] in lines
    text = "\n".join(shown(capsys, ROW, 2))
    assert "  body.0" in text and "12,300 with 2 classes, 49 kB" in text
    assert "12.3M for an image of 32x48 pixels" in text
    assert "not called outside training: aux" in text


def test_what_is_left_out_is_said(capsys):
    text = "\n".join(shown(capsys, ROW, 1))
    assert "body.0" not in text and "3 of 5 layers, down to depth 1; all: --depth 2" in text


def test_all_trained_needs_no_column(capsys):
    text = "\n".join(shown(capsys, ROW | {"trained": 12300}, 2))
    assert "in part" not in text and "all; with --feature-extract 300" in text


def test_without_room_columns_give_way(capsys, monkeypatch):
    for width, gone in ((60, "multiply-adds  "), (40, "Conv2d")):
        monkeypatch.setattr(
            "dlvc_cli.reporting.network_table.results_console", lambda w=width: _console(w)
        )
        lines = shown(capsys, ROW, 2)
        assert gone not in "\n".join(lines[: len(ROW["modules"]) + 2])  # type: ignore[arg-type]
        assert max(map(len, lines[: len(ROW["modules"]) + 2])) <= width  # type: ignore[arg-type]


def test_no_number_is_broken_where_a_terminal_is_narrow(capsys, monkeypatch):
    long = [module("features", [1280, 7, 7], 12_000_000, 0), *ROW["modules"]]  # type: ignore[misc]
    long.insert(1, module("features.denselayer1", [128, 128, 128], 12_000_000, 12_000_000))
    for width in (40, 50):
        monkeypatch.setattr(
            "dlvc_cli.reporting.network_table.results_console", lambda w=width: _console(w)
        )
        lines = shown(capsys, ROW | {"modules": long}, 2)
        text = "\n".join(lines)
        assert "    output: 128x128x128" in text or "    type: Conv2d  output: 128x128x128" in text
        assert text.count("parameters: 12,000,000") == 2 and max(map(len, lines[:16])) <= width


def _console(width: int) -> Any:
    from dlvc_cli.reporting.console import open_console

    return open_console(width=width)


def test_a_model_that_cannot_be_built_has_no_table(capsys):
    assert shown(capsys, {"problem": "It needs a width."}, 2) == []
