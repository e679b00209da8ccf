"""The live view in a notebook, without one."""

from __future__ import annotations

from helpers.events import STEP, every_event

from dlvc_cli.reporting.training import notebook


def test_a_notebook_has_one_output_that_is_replaced(monkeypatch):
    shown = []

    class Output:
        def update(self, bundle, raw):
            shown.append(bundle)

    def display(bundle, raw, display_id):
        shown.append(bundle)
        return Output()

    monkeypatch.setattr(notebook, "display", display)
    with notebook.NotebookView() as view:
        for event in every_event():
            view(event)
        steps = len(shown)
        for _ in range(5):
            view(STEP)
        # Single steps come more often than a notebook is redrawn.
        assert len(shown) <= steps + 1
    last = shown[-1]
    assert last["image/svg+xml"].startswith("<svg ")
    assert "Warning: One file is skipped." in last["text/plain"]
    assert "Finished: all 10 epochs are done." in last["text/plain"]
