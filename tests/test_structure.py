"""What holds the project's shape: the direction of imports, and documentation that is true."""

from __future__ import annotations

import ast
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
from dlvc_cli.contract import hooks, specs
from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.registry.registry import registry

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_imports_point_one_way():
    script = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def modules_of(root: str) -> set[str]:
    """Modules below a folder, as paths without a suffix: ``training/data/splits``."""
    folder = ROOT / root
    return {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.py")}


def test_the_top_of_the_core_holds_what_the_layout_names():
    folders = (
        "api commands config contract descent experiments images registry reporting runs training"
    ).split()
    modules = "__init__ __main__ app errors events files".split()
    there = {path.name for path in (ROOT / "dlvc_cli").iterdir() if path.name != "__pycache__"}
    assert there == {*folders, "py.typed", *(f"{name}.py" for name in modules)}


def test_json_is_written_in_one_place():
    # The hash of an identity, whose text must stay as it first was, is never read as JSON.
    hashed = ROOT / "dlvc_cli" / "training" / "features" / "store.py"
    for path in (ROOT / "dlvc_cli").rglob("*.py"):
        writes = re.search(r"\bjson\.dumps?\(", path.read_text()) is not None
        assert writes is (path.name == "events.py" or path == hashed), path


def test_the_contract_s_two_pages_stay_short():
    pages = [ROOT / "dlvc_cli" / "contract" / name for name in ("hooks.py", "specs.py")]
    lines = sum(len(page.read_text().splitlines()) for page in pages)
    assert lines < 41 * len(KINDS)


# Names of modules that hold the same thing for sibling packages, or in Python and in JavaScript.
SHARED_NAMES = {
    "__init__", "live", "plain", "views", "train", "descent", "terrain", "marks", "page", "walks",
    "kernel", "run",
}  # fmt: skip


def test_no_module_name_stands_for_two_things():
    roots = [ROOT / "dlvc_cli", ROOT / "plugins", ROOT / "benchmarks"]
    names = [
        path.stem for root in roots for path in root.rglob("*") if path.suffix in (".py", ".js")
    ]
    twice = {name for name in names if names.count(name) > 1}
    assert twice <= SHARED_NAMES


@pytest.mark.parametrize("folder", ["plugins", "examples"])
def test_plugins_import_the_contract_and_the_public_face_alone(folder):
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                inside = name.startswith("dlvc_cli.")
                assert not inside or name.startswith("dlvc_cli.contract"), (path, name)


def test_a_module_s_test_is_found_by_its_name():
    modules = modules_of("dlvc_cli") | modules_of("plugins")
    # A folder may hold tests of a package as a whole, under the package's name.
    packages = {name.removesuffix("/__init__") for name in modules if name.endswith("/__init__")}
    tests = {
        name.removeprefix("plugins/")
        for name in modules_of("tests")
        if "/" in name and "test_" in name and not name.startswith(("examples/", "golden/"))
    }
    for test in tests:
        folder, _, name = test.rpartition("/")
        tested = name.removeprefix("test_")
        assert folder in packages, test
        package = folder.rpartition("/")[2].removeprefix("dlvc_")
        script = ROOT / "dlvc_cli" / folder / "assets" / f"{tested}.js"
        assert f"{folder}/{tested}" in modules or tested == package or script.is_file(), test


def test_each_package_s_docstring_lists_its_modules():
    for init in (ROOT / "dlvc_cli").rglob("*/__init__.py"):
        names = {path.stem for path in init.parent.glob("*.py")} - {"__init__"}
        names |= {path.stem for path in init.parent.glob("assets/*.js")}
        text = ast.get_docstring(ast.parse(init.read_text())) or ""
        missing = {name for name in names if not re.search(rf"\b{name}\b", text)}
        assert not missing or len(names) <= 2, (init.parent, missing)


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/plugins.md"])
def test_the_modules_that_a_document_names_are_there(document):
    text = (ROOT / document).read_text()
    there = [f"/{path.relative_to(ROOT).as_posix()}" for path in ROOT.rglob("*.py")]
    named = set(re.findall(r"`([a-z_/]+\.py)`", text))
    named |= set(re.findall(r"\]\(\.\./([^)]*\.py)\)", text))
    assert named
    for name in named:
        assert any(path.endswith(f"/{name}") for path in there), name


def test_every_kind_has_a_hook_a_spec_and_a_page():
    guide = (ROOT / "docs" / "plugins.md").read_text()
    offered = {getattr(specs, name).kind for name in specs.__all__} - {""}
    assert offered == set(KINDS)
    for kind, spec in KINDS.items():
        assert f"dlvc_{kind}" in guide and spec.__name__ in guide
        assert inspect.getdoc(getattr(hooks, f"dlvc_{kind}"))


GENERATED = ("README.md", "docs/plugins.md", "dlvc_cli/api/keywords.py")


def test_what_is_generated_is_what_commands_and_configurations_say():
    script = Path(sys.executable).parent / "cog"
    done = subprocess.run(
        [script, "--check", "--diff", "-I", "docs", *GENERATED],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{script.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", ["train", "test", "predict", "compare", "report", "gd", "list", "show"]
)
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
