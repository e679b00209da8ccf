"""What is said of words that a command doesn't take."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dlvc_cli.commands.usage_errors import unknown_option

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


def test_typer_s_words_are_plain_sentences(dlvc):
    for words, said in (
        ("train cnn --epochs ten", "--epochs takes a whole number, not 'ten'. See dlvc train -"),
        ("train cnn --lr 0,1", "--lr takes a number, not '0,1'. See dlvc train --help."),
        ("train cnn --epochs", "--epochs needs a value. See dlvc train --help."),
        ("show resnet --depth 0", "--depth must be at least 1, not 0. See dlvc show --help."),
        ("show resnet vgg", "There is a word too many: vgg."),
        ("gd x + y", 'There is a word too many: + y. Put a formula in quotes, as in "x + y",'),
        ("gd -- -x --max-steps 4", 'stands last: --max-steps 4 -- "-x". See dlvc gd --help.'),
        ("gd formula:", "formula: needs an expression, as in formula:EXPRESSION."),
        ("show fold:x", "There is nothing called 'fold:x'. Did you mean folder:x?"),
        ("show", "NAME is missing. See dlvc show --help."),
        ("runs lst", "There is no command called 'lst'. Did you mean list? See dlvc runs --help."),
    ):
        assert said in dlvc(*words.split(), code=2).stderr, words
