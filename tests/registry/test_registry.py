"""The contract seen from outside: broken plugins, clashing names, plugins taken away."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

import pytest

from dlvc_cli.errors import BadOption, UnknownName
from dlvc_cli.registry.registry import GROUP, Registry, registry

OP = """
    from dlvc_cli import OpSpec, hookimpl

    @hookimpl
    def dlvc_ops():
        return [OpSpec(name={name!r}, summary="An op from {owner}.", factory="nowhere:op")]
"""


def op_plugin(name: str, owner: str) -> str:
    return OP.format(name=name, owner=owner)


def builtin_entries(*without: str) -> list[EntryPoint]:
    found = [e for e in entry_points(group=GROUP) if e.dist and e.dist.name == "dlvc-cli"]
    return [entry for entry in found if entry.name not in without]


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import a_package_that_is_not_there", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "SystemExit"),
        (
            "from dlvc_cli import hookimpl\n@hookimpl\ndef dlvc_ops():\n    return 1 / 0\n",
            "ZeroDivisionError",
        ),
        (
            "from dlvc_cli import hookimpl\n@hookimpl\ndef dlvc_ops():\n    return ['flip']\n",
            "no OpSpec",
        ),
        (
            "from dlvc_cli import OpSpec, hookimpl\n@hookimpl\ndef dlvc_ops():\n"
            "    return [OpSpec(name='two words', summary='', factory='a:b')]\n",
            "not a name",
        ),
    ],
)
def test_a_broken_plugin_is_named_once_and_the_rest_works(dlvc, make_plugin, source, cause):
    make_plugin("broken-one", source)
    listed = dlvc("list", "ops")
    assert "flip" in listed.stdout
    assert listed.stderr.count("broken-one") == 2, "plugin and package, in one warning"
    assert cause in listed.stderr
    rows = {row["name"]: row for row in dlvc.json("plugins", "list")}
    assert any(cause in problem for problem in rows["broken-one"]["problems"])
    assert not rows["dlvc-ops"]["problems"]


def test_strict_makes_a_broken_plugin_fatal(dlvc, make_plugin):
    make_plugin("broken-one", "import a_package_that_is_not_there")
    failed = dlvc("--strict", "list", "ops", code=1)
    assert "broken-one" in failed.stderr and "flip" not in failed.stdout
    assert dlvc("list", "ops", "--strict", code=1).returncode == 1


def test_sound_specs_of_a_plugin_survive_a_wrong_one_beside_them(dlvc, make_plugin):
    source = """
        from dlvc_cli import OpSpec, hookimpl

        @hookimpl
        def dlvc_ops():
            return [OpSpec(name="good", summary="", factory="nowhere:op"), 42]
    """
    make_plugin("half-good", source)
    rows = {row["name"]: row for row in dlvc.json("list", "ops")}
    assert rows["good"]["plugin"] == "half-good"


def test_a_bare_name_keeps_meaning_the_builtin(dlvc, make_plugin):
    make_plugin("usurper", op_plugin("flip", "usurper"))
    rows = dlvc.json("list", "ops")
    assert [r["plugin"] for r in rows if r["name"] == "flip"] == ["dlvc-ops", "usurper"]
    assert "dlvc-ops" in dlvc("show", "flip").stdout
    assert "usurper" in dlvc("show", "usurper/flip").stdout


def test_a_name_of_two_third_parties_must_be_qualified(dlvc, make_plugin):
    make_plugin("first", op_plugin("swirl", "first"))
    make_plugin("second", op_plugin("swirl", "second"))
    failed = dlvc("train", "cnn", "--aug", "swirl", code=2)
    assert "first/swirl" in failed.stderr and "second/swirl" in failed.stderr
    assert "second" in dlvc("show", "second/swirl").stdout


def test_an_entry_point_that_takes_a_builtin_plugin_s_name_is_renamed(dlvc, make_plugin):
    make_plugin("usurper", op_plugin("swirl", "usurper"), entry="dlvc-ops")
    rows = {row["name"]: row["plugin"] for row in dlvc.json("list", "ops")}
    assert rows["flip"] == "dlvc-ops"
    assert rows["swirl"] == "usurper.dlvc-ops"


def test_a_factory_that_cannot_be_imported_is_a_sentence(dlvc, make_plugin, folder):
    make_plugin("dangling", op_plugin("swirl", "dangling"))
    failed = dlvc("train", "cnn", "--data", f"folder:{folder}", "--aug", "swirl", code=1)
    assert "swirl" in failed.stderr and "dangling" in failed.stderr and "nowhere" in failed.stderr
    assert not (dlvc.folder / "runs").exists()


FAMILY = """
    from dlvc_cli import FamilySpec, OpSpec, hookimpl

    def find(rest):
        return OpSpec(name="x", summary="", factory="nowhere:op") if rest != "wrong" else 42

    def search(pattern):
        yield find("x")
        raise RuntimeError("out of names")

    @hookimpl
    def dlvc_families():
        return [
            FamilySpec(name=name, of="ops", summary="", find=find, search=search)
            for name in ("crop", "mine")
        ]
"""


def test_a_family_cannot_take_a_builtin_s_name_nor_hurt_a_search(dlvc, make_plugin):
    make_plugin("kin", FAMILY)
    failed = dlvc("train", "cnn", "--aug", "crop:size=abc", code=2)
    assert "size takes" in failed.stderr, "crop is still the built-in op"
    failed = dlvc("train", "cnn", "--aug", "mine:wrong", code=1)
    assert "kin" in failed.stderr and "no OpSpec" in failed.stderr
    found = dlvc("list", "ops", "--search", "crop")
    assert "Pad, then cut out" in found.stdout and "out of names" in found.stderr
    assert dlvc("train", "cnn", "--aug", "other/mine:x", code=2)


@pytest.mark.parametrize(
    ("plugin", "kind"),
    [
        ("dlvc-models", "models"),
        ("dlvc-ops", "ops"),
        ("dlvc-losses", "losses"),
        ("dlvc-optim", "optimizers"),
        ("dlvc-surfaces", "surfaces"),
        ("dlvc-datasets", "datasets"),
        ("dlvc-recipes", "presets"),
    ],
)
def test_without_its_entry_point_a_builtin_s_objects_vanish_and_nothing_breaks(plugin, kind):
    whole, without = Registry(builtin_entries()), Registry(builtin_entries(plugin))
    assert whole.offers(kind) and not without.offers(kind)
    assert not without.check()


def test_names_are_resolved_bare_aliased_and_qualified():
    own = Registry(builtin_entries())
    assert own.find("models", "resnet18").name == "resnet"
    assert own.find("models", "dlvc-models/resnet").name == "resnet"
    with pytest.raises(UnknownName, match="Did you mean resnet"):
        own.find("models", "resnt")
    with pytest.raises(UnknownName):
        own.find("models", "another/resnet")


def test_option_strings_are_parsed_against_the_spec():
    own = Registry(builtin_entries())
    values = own.choose("ops", "crop:28:pad=2").values
    assert values["size"] == (28, 28) and values["pad"] == 2
    for wrong in ("crop:size=abc", "crop:colour=red", "flip:2", "flip:nan", "flip:0.1:0.2"):
        with pytest.raises(BadOption):
            own.choose("ops", wrong)


def test_a_family_knows_a_name_without_its_prefix(own_folder, tmp_path):
    (tmp_path / "here").mkdir()
    assert registry().in_family("datasets", "here") == "folder:here"
    assert registry().in_family("datasets", "there") is None
    assert registry().in_family("ops", "here") is None
