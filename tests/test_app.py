"""Commands as the app mounts them: the core's and plugins'."""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from dlvc_cli.app import FirstArgument

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


def test_a_first_word_that_begins_with_a_minus_is_an_argument_unless_it_is_an_option() -> None:
    single = typer.Typer(add_completion=False)
    taken: list[tuple[str, int, bool]] = []

    @single.command(cls=FirstArgument)
    def walk(surface: str, number: int = typer.Option(0, "-n", "--number"), far: bool = False):
        taken.append((surface, number, far))

    for words in (
        ["-x**2", "--number", "-3", "--far"],
        ["--far", "-n-3", "--", "-x**2"],
        ["-n", "-3", "--far", "--", "-x**2"],
    ):
        CliRunner().invoke(single, words, catch_exceptions=False)
        assert taken.pop() == ("-x**2", -3, True)
    assert CliRunner().invoke(single, ["--fra", "-x**2"]).exit_code == 2
    assert CliRunner().invoke(single, ["x", "-fra"]).exit_code == 2
    assert not taken
