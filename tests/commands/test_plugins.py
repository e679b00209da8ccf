"""``dlvc plugins`` as users call it."""

from __future__ import annotations


def test_plugins_are_listed_with_what_they_offer_and_what_is_wrong(dlvc, make_plugin):
    make_plugin("broken-one", "import a_package_that_is_not_there")
    table = dlvc("plugins", "list").stdout
    lines = {line.split()[0]: line for line in table.splitlines()}
    assert "1 tracker, 4 presets" in lines["dlvc-recipes"]
    assert "cannot be loaded: ModuleNotFoundError" in lines["broken-one"]
    rows = {row["name"]: row for row in dlvc.json("plugins", "list")}
    assert rows["broken-one"]["offers"] == {} and not rows["broken-one"]["builtin"]
    assert rows == {row["name"]: row for row in dlvc.json("list", "plugins")}
