"""A new kind of plugin object costs a spec and a hook: all else follows from them."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest
from helpers.folders import ROOT

# What would stand in contract/specs.py and contract/hooks.py.
KIND = '''
    from collections.abc import Iterable
    from dataclasses import dataclass
    from typing import Any, ClassVar

    import dlvc_cli
    from dlvc_cli.contract import hooks, specs
    from dlvc_cli.contract.described import WRITTEN, Buildable, Column

    @dataclass(frozen=True, kw_only=True)
    class DiversitySpec(Buildable):
        """A measure of how diverse predictions are."""

        kind: ClassVar[str] = "diversities"
        singular: ClassVar[str] = "diversity"
        builds: ClassVar[str] = "`measure(probabilities)` -> number"
        columns: ClassVar[tuple[Column, ...]] = (Column("best is", "best", ".1f"), WRITTEN)

        best: float

        def facts(self) -> dict[str, Any]:
            return {"best": self.best}

    @hooks.hookspec
    def dlvc_diversities() -> Iterable[DiversitySpec]:
        """Offer measures of diversity."""

    specs.DiversitySpec = DiversitySpec
    specs.__all__.append("DiversitySpec")
    # dlvc_cli has imported all of them already.
    dlvc_cli.DiversitySpec = DiversitySpec
    hooks.dlvc_diversities = dlvc_diversities
'''

PLUGIN = """
    from dlvc_cli import DiversitySpec, Param, hookimpl

    @hookimpl
    def dlvc_diversities():
        return [
            DiversitySpec(
                name="entropy",
                summary="Shannon's.",
                factory="nowhere:entropy",
                params=(Param("base", float, 2.0, "of the logarithm"),),
                best=1,
            ),
            42,
        ]
"""


@pytest.fixture
def extended(dlvc, make_plugin, tmp_path):
    """Runs dlvc, or any other source, in a process in which there is the new kind."""
    make_plugin("varied", PLUGIN)
    (tmp_path / "site" / "new_kind.py").write_text(textwrap.dedent(KIND))

    def run(*words: str, source: str = "from dlvc_cli.__main__ import main; main(sys.argv[1:])",
            **variables: str) -> subprocess.CompletedProcess[str]:  # fmt: skip
        return subprocess.run(
            [sys.executable, "-c", f"import sys, new_kind; {source}", *words],
            cwd=dlvc.folder,
            env=dlvc.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_it_is_listed_shown_and_described(extended):
    table = extended("list", "diversities")
    header, row, *_ = table.stdout.splitlines()
    assert header.split() == "name best is written plugin what it is".split()
    assert row.split() == "entropy 1.0 entropy[:base] varied Shannon's.".split()
    assert "dlvc_diversities offers 42, which is no DiversitySpec" in table.stderr
    (said,) = json.loads(extended("list", "diversities", "--json").stdout)
    assert (said["kind"], said["best"]) == ("diversities", 1)
    assert "entropy" in extended("list").stdout
    shown = extended("show", "entropy").stdout
    assert "of the logarithm" in shown and "best" in shown
    plugins = extended("plugins", "list").stdout
    assert "1 diversity" in plugins


def test_help_completion_and_messages_know_it(extended):
    help_text = " ".join(extended("list", "--help").stdout.split())
    assert "packages, diversities, runs or plugins" in help_text.replace("│ ", "").replace(" │", "")
    typed = {"_DLVC_COMPLETE": "complete_bash", "COMP_WORDS": "dlvc list div", "COMP_CWORD": "2"}
    assert extended(**typed).stdout.split() == ["diversities"]
    said = extended(
        source="from dlvc_cli.registry.registry import registry; "
        "registry().find('diversities', 'entropi')"
    ).stderr
    assert "There is no diversity called 'entropi'. Did you mean entropy?" in said


def test_it_has_its_row_in_the_guide_s_table(extended):
    docs = str(ROOT / "docs")
    source = f"sys.path.insert(0, {docs!r}); import kinds_table; print(kinds_table.kinds_table())"
    row = extended(source=source).stdout.split("\n\n")[0].splitlines()[-1]
    assert row == "| `dlvc_diversities` | `DiversitySpec` | `measure(probabilities)` -> number |"
