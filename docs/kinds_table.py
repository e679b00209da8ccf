"""Prints the plugin guide's table of kinds, as the specs describe themselves; used by cog."""

from __future__ import annotations

from dlvc_cli.contract.kinds import HOOK_PREFIX, KINDS

__all__ = ["kinds_table"]


def kinds_table() -> str:
    """Return a row a hook: what it returns, and what its factory builds, as Markdown."""
    rows = [
        f"| `{HOOK_PREFIX}{kind}` | `{spec.__name__}` | {spec.builds} |"
        for kind, spec in KINDS.items()
    ]
    return "\n".join(
        ["", "| hook | returns | its factory builds |", "|---|---|---|", *rows, "", ""]
    )
