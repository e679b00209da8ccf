"""A run made by the code of before the stream versions goes on as that code went on with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden" / "run-v1"
REACHED = json.loads((GOLDEN / "reached.json").read_text())
# What rounding does to losses, on a processor that adds up in another order.
TOLERANCE = 1e-5


@pytest.fixture
def cut(dlvc, make_plugin):
    """A copy of the run, with its plugin installed."""
    make_plugin("small-model", (GOLDEN / "small_model.py").read_text())
    return Path(shutil.copytree(GOLDEN / "cut", dlvc.folder / "cut"))


def resume(dlvc, code: int = 0):
    data = f"folder:{GOLDEN / 'images'}"
    return dlvc("train", "--resume", "cut", "--data", data, "--device", "cpu", code=code)


def metrics(run: Path) -> list[dict]:
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{key: line[key] for key in REACHED[0]} for line in lines]


def change_record(run: Path, **values: object) -> None:
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(record | values))


def test_an_old_run_reaches_what_the_old_code_reached(dlvc, cut):
    record = json.loads((cut / "run.json").read_text())
    assert "stream_version" not in record, "it is older than that"
    assert [line["epoch"] for line in metrics(cut)] == [1]
    resume(dlvc)
    assert metrics(cut) == [pytest.approx(line, rel=0, abs=TOLERANCE) for line in REACHED]
    status = json.loads((cut / "status.json").read_text())
    assert (status["state"], status["epoch"], status["best_epoch"]) == ("finished", 5, 1)
    resumed = json.loads((cut / "run.json").read_text())
    assert resumed["stream_version"] == 1, "so that a second resume keeps to it"
    assert resumed["created"] == record["created"]


def test_with_other_streams_it_would_go_elsewhere(dlvc, cut):
    change_record(cut, stream_version=2)
    resume(dlvc)
    lines = metrics(cut)
    assert lines[0] == REACHED[0], "the epoch that was finished already"
    losses = [
        [line[key] for line in found[1:] for key in ("train_loss", "val_loss")]
        for found in (lines, REACHED)
    ]
    apart = [abs(mine - theirs) for mine, theirs in zip(*losses, strict=True)]
    assert min(apart) > 10 * TOLERANCE and max(apart) > 1000 * TOLERANCE


@pytest.mark.parametrize("version", [3, 0, "2", None])
def test_streams_of_a_version_that_is_not_known_are_refused(dlvc, cut, version):
    change_record(cut, stream_version=version)
    before = {file.name: file.read_bytes() for file in cut.iterdir()}
    refused = resume(dlvc, code=1)
    assert f"version {version!r}" in refused.stderr and "later one" in refused.stderr
    after = {file.name: file.read_bytes() for file in cut.iterdir()}
    assert {**after, ".lock": b""} == {**before, ".lock": b""}, "nothing is written"


def test_a_new_run_records_the_version_and_keeps_it(dlvc, cut):
    data = f"folder:{GOLDEN / 'images'}"
    dlvc("train", "small", "--data", data, "--epochs", "1", "--out", "new")
    record = dlvc.folder / "new" / "run.json"
    assert json.loads(record.read_text())["stream_version"] == 2
    dlvc("train", "--resume", "new", "--epochs", "2")
    assert json.loads(record.read_text())["stream_version"] == 2
