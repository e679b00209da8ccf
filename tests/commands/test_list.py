"""``dlvc list`` as users call it."""

from __future__ import annotations

import shutil

import pytest


def test_a_kind_is_a_table_and_names_its_families(dlvc):
    header, *lines = dlvc("list", "optimizers").stdout.splitlines()
    assert header.startswith("name ") and header.split()[-3:] == ["what", "it", "is"]
    assert any(line.startswith("adamw ") for line in lines)
    assert lines[-1].startswith("and torch:NAME: ") and "--search" in lines[-1]


def test_without_a_kind_all_plugin_objects_are_listed(dlvc):
    rows = dlvc.json("list")
    assert {"models", "ops", "losses", "surfaces", "presets"} <= {row["kind"] for row in rows}
    assert not {"runs", "plugins"} & {row["kind"] for row in rows}


def test_a_search_goes_through_names_aliases_summaries_and_families(dlvc):
    def found(kind, pattern):
        return {row["name"] for row in dlvc.json("list", kind, "--search", pattern)}

    assert {"adam", "torch:Adam"} <= found("optimizers", "ADAM")
    assert found("optimizers", "torch:?Adam") == {"torch:RAdam", "torch:NAdam"}
    assert "course" in found("presets", "recipe")  # it is in the summary
    assert found("losses", "nothing of this name") == set()
    assert "No losses found." in dlvc("list", "losses", "--search", "nothing").stdout


@pytest.mark.parametrize("word", ["model", "nonsense"])
def test_an_unknown_kind_is_refused_with_those_that_there_are(dlvc, word):
    refused = dlvc("list", word, code=2)
    assert f"nothing called '{word}'" in refused.stderr and "models" in refused.stderr


def test_runs_are_listed_with_what_became_of_them(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    rows = dlvc.json("list", "runs")
    assert [row["name"] for row in rows] == ["one", "two"]
    assert all(row["state"] == "finished" and row["epoch"] == 3 for row in rows)
    assert all(0.4 <= row["best_acc"] <= 1 for row in rows)
    table = dlvc("list", "runs").stdout
    assert "one" in table and "3/3" in table and f"{rows[0]['best_acc']:.4f}" in table
