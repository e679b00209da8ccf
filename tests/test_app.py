"""Commands as the app mounts them: the core's and plugins'."""

from __future__ import annotations

COMMANDS = """
    from dlvc_cli import CommandSpec, hookimpl

    def greet(name: str = "you"):
        "Greet."
        print(f"hello {name}")

    @hookimpl
    def dlvc_commands():
        return [
            CommandSpec(name="greet", summary="Greet someone.", factory=greet),
            CommandSpec(name="sulk", summary="Not today.", factory="nowhere:sulk"),
            CommandSpec(name="train", summary="Not yours.", factory="nowhere:train"),
        ]
"""


def test_a_plugin_s_command_is_listed_and_called_and_a_broken_one_hurts_nobody(dlvc, make_plugin):
    make_plugin("polite", COMMANDS)
    listed = dlvc("--help").stdout
    assert "Greet someone." in listed and "Not today." in listed and "Not yours." not in listed
    assert dlvc("greet", "--name", "Ada").stdout == "hello Ada\n"
    assert dlvc("polite/greet").stdout == "hello you\n"
    broken = dlvc("sulk", code=1)
    assert "polite" in broken.stderr and "nowhere" in broken.stderr
