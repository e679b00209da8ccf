"""What a terminal shows, as SVG."""

from __future__ import annotations

from helpers.events import ENDED, STARTED, epoch_done, state_of

from dlvc_cli.reporting.terminal_svg import terminal_image
from dlvc_cli.reporting.training.panel import TrainingPanel


def test_the_terminal_as_an_image():
    state = state_of(STARTED, *(epoch_done(epoch) for epoch in range(1, 11)), ENDED)
    svg, text = terminal_image(TrainingPanel(state), columns=100, rows=28, title="dlvc")
    assert svg.startswith("<svg ") and svg.rstrip().endswith("</svg>")
    assert "★" in svg and "⠉" in svg and "font-face" not in svg
    assert "Finished: all 10 epochs are done." in text and "\x1b" not in text
