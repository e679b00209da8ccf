"""The files of a run that hold JSON, read and written with their digest."""

from __future__ import annotations

import json

import pytest
from helpers.records import record_of

from dlvc_cli import RunError
from dlvc_cli.runs.stored import read_metrics, read_record, read_status, write_checked


def test_a_record_is_read_as_it_was_written(tmp_path):
    file = tmp_path / "run.json"
    record = record_of() | {"format": 1, "more": {"wide": (1, 2.5)}}
    # A class folder's name that is not UTF-8, as Python has it.
    record["data"]["classes"] = ["kätzchen", "dog\udcff"]
    write_checked(file, record)
    file.read_bytes().decode()
    assert read_record(file) == record | {"more": {"wide": [1, 2.5]}}


def test_a_value_that_was_changed_is_told_and_one_without_a_digest_is_taken(tmp_path):
    file = tmp_path / "status.json"
    write_checked(file, {"state": "finished", "epoch": 3, "best_acc": 0.75})
    file.write_text(file.read_text().replace("0.75", "0.85"))
    with pytest.raises(RunError, match="digest does not agree"):
        read_status(file)
    status = json.loads(file.read_text())
    del status["digest"]
    file.write_text(json.dumps(status))
    assert read_status(file)["best_acc"] == 0.85


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b'{"state": "fin\xff"}', "byte 14 is not UTF-8"),
        (b'{"state": "finished", "epoch": NaN}', "NaN is no number of JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 100 + b"1" + b"}" * 100, "nested too deeply"),
        (b"[1]", "it is no object"),
        (b'{"state": "asleep"}', "state is none of"),
        (b'{"epoch": 1}', "state is missing"),
        (b'{"state": "running", "epoch": ' + b"9" * 5000 + b"}", "is damaged"),
    ],
)
def test_what_is_no_status_is_told(tmp_path, content, said):
    file = tmp_path / "status.json"
    file.write_bytes(content)
    with pytest.raises(RunError, match=said) as error:
        read_status(file)
    assert str(error.value).startswith(f"{file} is damaged: ")


def test_a_record_of_a_later_version_is_told(tmp_path):
    file = tmp_path / "run.json"
    write_checked(file, record_of() | {"format": 2})
    with pytest.raises(RunError, match="too new"):
        read_record(file)


LINES = [b'{"epoch": 1, "val_acc": 0.5}', b'{"epoch": 2, "val_acc": null}', b'{"epoch": 3}']


@pytest.mark.parametrize(
    ("lines", "epochs", "problem"),
    [
        (LINES, [1, 2, 3], None),
        ([*LINES, b""], [1, 2, 3], "line 4: it is no JSON"),
        ([LINES[0], b"\0\0\0", LINES[2]], [1, 3], "line 2: it is no JSON"),
        ([LINES[0], b'{"epoch": 2, "lr": "\xff"}', LINES[2]], [1, 3], "line 2: byte 20 is not UTF"),
        ([LINES[0], LINES[0], LINES[1]], [1, 2], "line 2: epoch 1 comes after epoch 1"),
        ([LINES[1], LINES[0], LINES[2]], [2, 3], "line 2: epoch 1 comes after epoch 2"),
        ([LINES[0], b"7", LINES[2]], [1, 3], "line 2: it is no object"),
        ([b'{"val_acc": 1}'], [], "line 1: epoch is missing"),
        ([b'{"epoch": 1, "val_acc": "1"}'], [], "line 1: val_acc is no number"),
        ([b'{"epoch": 1, "val_acc": 1e999}'], [], "line 1: val_acc is no number"),
    ],
)
def test_sound_lines_are_read_and_the_others_told(tmp_path, lines, epochs, problem):
    file = tmp_path / "metrics.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    found = read_metrics(file)
    assert [line["epoch"] for line in found.lines] == epochs
    assert len(found.problems) == (problem is not None)
    assert problem is None or problem in found.problems[0]


def test_a_last_line_that_was_cut_off_is_no_damage(tmp_path):
    file = tmp_path / "metrics.jsonl"
    file.write_bytes(b"\n".join(LINES)[:-4])
    found = read_metrics(file)
    assert len(found.lines) == 2 and not found.problems
    assert read_metrics(tmp_path / "gone") == ([], [])
    assert "a folder" in read_metrics(tmp_path).problems[0]
