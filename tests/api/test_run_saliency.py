"""Saliency in a report: a failure is a sentence on the page, never the end of it."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.reports import made_run

from dlvc_cli.api.run_saliency import run_saliency
from dlvc_cli.runs.paired import kept_predictions
from dlvc_cli.training import inference


def test_a_failure_is_said(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run(tmp_path / "run", ["cat", "dog"])
    kept = kept_predictions(run)
    assert kept is not None
    absent: Any = None

    def section() -> str:
        return run_saliency(run, absent, absent, kept, ["name"] * 40, 160)

    assert "best.safetensors is missing" in section()

    def fails(*given: Any) -> None:
        raise ModuleNotFoundError("No module named <captum>")

    monkeypatch.setattr(inference, "open_inference", fails)
    said = "Saliency is left out: ModuleNotFoundError: No module named &lt;captum&gt;."
    assert said in section()
