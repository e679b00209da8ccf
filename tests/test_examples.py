"""The example package installed from outside, and the notebook run from top to bottom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def installed(dlvc, tmp_path):
    """The command line beside an installed copy of examples/dlvc-sampler."""
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--target", site, EXAMPLES / "dlvc-sampler"],
        check=True,
    )  # fmt: skip
    dlvc.environment["PYTHONPATH"] = str(site)
    return dlvc


def test_a_stranger_s_package_shows_up_and_works(installed, folder):
    for kind, name in (
        ("ops", "solarize"),
        ("ops", "swirl"),
        ("losses", "brier"),
        ("models", "patch-mlp"),
        ("surfaces", "eggholder"),
    ):
        rows = {row["name"]: row for row in installed.json("list", kind)}
        assert rows[name]["plugin"] == "sampler"
    words = ("train", "patch-mlp:width=32", "--data", f"folder:{folder}", "--epochs", "4")
    installed(*words, "--aug", "solarize:p=0.3,swirl,flip", "--loss", "sampler/brier", "--quiet")
    (row,) = installed.json("list", "runs")
    assert row["state"] == "finished" and row["epoch"] == 4
    assert installed.json("test", row["name"])["accuracy"] == row["best_acc"]
    record = installed.json("show", row["name"])[0]
    assert record["versions"]["dlvc-sampler"] == "0.1.0"
    del installed.environment["PYTHONPATH"]
    assert "patch-mlp" in installed("test", row["name"], code=2).stderr


def test_the_notebook_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("DLVC_HOME", str(tmp_path))
    notebook = nbformat.read(EXAMPLES / "first_steps.ipynb", as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(outputs[1:]), "every cell after the import shows something"
