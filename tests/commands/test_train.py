"""``dlvc train``: options from a file."""

from __future__ import annotations

import pytest

from dlvc_cli import load_run
from dlvc_cli.__main__ import main


def test_a_file_of_options_is_read_from_toml_and_from_a_run(dlvc, folder, monkeypatch):
    dlvc.folder.joinpath("plan.toml").write_text(
        f'model = "cnn"\ndata = "folder:{folder}"\nepochs = 1\nbatch-size = 16\n'
    )
    dlvc("train", "--config", "plan.toml", "--quiet")
    monkeypatch.chdir(dlvc.folder)
    with pytest.raises(SystemExit, match=r"^0$"):
        main("train --config runs/cnn-images-1/run.json --quiet --seed 4".split())
    configs = [load_run(f"cnn-images-{number}").config for number in (1, 2)]
    assert [config.batch_size for config in configs] == [16, 16]
    assert [config.seed for config in configs] == [0, 4]
    dlvc.folder.joinpath("plan.toml").write_text("colour = 1\n")
    assert "colour" in dlvc("train", "cnn", "--config", "plan.toml", code=2).stderr
