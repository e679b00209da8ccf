"""Prints a command's help for the README; used by cog (``make docs``)."""

from __future__ import annotations

import os
import subprocess
import sys

__all__ = ["help_of"]


def help_of(*words: str) -> str:
    """Return ``dlvc WORDS --help`` as a Markdown block."""
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    text = subprocess.run(
        [sys.executable, "-m", "dlvc_cli", *words, "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(["", "```", *lines, "```", ""])
