"""What is said of an option that a command doesn't have."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dlvc_cli.commands.unknown_options import unknown_option

OPTIONS = [
    SimpleNamespace(opts=["--lr"], help="Learning rate; by default the model's."),
    SimpleNamespace(opts=["--wd"], help="Weight decay."),
    SimpleNamespace(opts=["--weights"], help="Start from a file."),
    SimpleNamespace(opts=["--yes", "-y"], help="Don't ask."),
    SimpleNamespace(opts=["model"]),
]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("--wieghts", "There is no option --wieghts. Did you mean --weights?"),
        ("--LR", "There is no option --LR. Did you mean --lr?"),
        ("--learning-rate", "There is no option --learning-rate. Did you mean --lr?"),
        ("--weight_decay", "There is no option --weight_decay. Did you mean --wd?"),
        ("--quite-else", "There is no option --quite-else."),
    ],
)
def test_its_name_or_its_help_tells_what_is_meant(word, said):
    assert unknown_option(word, OPTIONS) == said
