"""What holds the project's shape: the direction of imports, and documentation that is true."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dlvc_cli
from dlvc_cli.config.options import flag, options_of
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract import hooks
from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.registry.registry import registry

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_imports_point_one_way():
    script = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_kind_has_a_hook_a_spec_and_a_page():
    guide = (ROOT / "docs" / "plugins.md").read_text()
    found = {name for name in vars(hooks) if name.startswith("dlvc_")}
    assert found == {f"dlvc_{kind}" for kind in KINDS}
    for kind, spec in KINDS.items():
        assert f"dlvc_{kind}" in guide and spec.__name__ in guide
        assert inspect.getdoc(getattr(hooks, f"dlvc_{kind}"))


def test_help_texts_in_the_readme_are_those_of_the_commands():
    script = Path(sys.executable).parent / "cog"
    done = subprocess.run(
        [script, "--check", "--diff", "-I", "docs", "README.md", "docs/plugins.md"],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{script.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["train", "test", "predict", "compare", "gd", "list", "show"])
def test_every_command_s_help_shows_an_example(dlvc, command):
    text = dlvc(command, "--help").stdout
    assert f"Example: dlvc {command}" in text


def test_every_option_is_in_the_help_of_train(dlvc):
    text = dlvc("train", "--help", COLUMNS="160").stdout
    for name in (*options_of(TrainConfig), "preset", "config", "out", "resume", "json", "quiet"):
        assert flag(name) in text


def test_the_version_is_said_once():
    declared = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.M)
    assert declared is not None and declared[1] == dlvc_cli.__version__
    assert dlvc_cli.__version__ in (ROOT / "CHANGELOG.md").read_text()


def test_every_builtin_describes_itself():
    assert not registry().check()
    for kind in KINDS:
        for offer in registry().offers(kind):
            if offer.plugin.builtin:
                assert offer.spec.summary.endswith("."), offer.qualified
                assert all(p.help for p in getattr(offer.spec, "params", ())), offer.qualified
