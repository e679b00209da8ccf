"""A tracker that keeps the metrics of finished epochs as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlvc_cli import BadOption, DataError

__all__ = ["CsvTracker"]


class CsvTracker:
    """Appends a row an epoch: the run's name, then the keys of a line of ``metrics.jsonl``.

    Rows are on disk as soon as an epoch is over. A run that resumes takes back its own rows of
    epochs that it repeats.

    Args:
        path: the file; it is begun where there is none, and gone on with where there is one.

    Raises:
        BadOption: the file can't be written.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._run = ""
        try:
            self._file = self._path.open("a+", newline="", encoding="utf-8")
        except OSError as error:
            raise BadOption(
                f"tracker csv cannot write {path}: {error.strerror}. Name a file in a folder that "
                "exists and can be written."
            ) from error

    def __call__(self, event: Any) -> None:
        """Consume an event (see ``dlvc_cli.events``).

        Raises:
            DataError: the file was begun without a column for one of this run's metrics.
        """
        if event.name == "run_started":
            self._run = Path(event.run).name
            if event.start_epoch or event.start_step:
                self._take_back(len(event.history))
        elif event.name == "epoch_done":
            self._append(event.metrics)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, metrics: Mapping[str, Any]) -> None:
        row = {"run": self._run, **metrics}
        columns = self._columns()
        writer = csv.DictWriter(self._file, columns or list(row))
        if not columns:
            writer.writeheader()
        elif missing := [key for key in row if key not in columns]:
            raise DataError(
                f"{self._path} has no column for {', '.join(missing)}. Name another file: "
                "--tracker csv:FILE."
            )
        writer.writerow(row)
        self._file.flush()

    def _columns(self) -> list[str]:
        self._file.seek(0)
        return next(csv.reader(self._file), [])

    def _take_back(self, epochs: int) -> None:
        """Keep this run's rows of its first ``epochs`` epochs; other runs' stay as they are."""
        self._file.seek(0)
        reader = csv.DictReader(self._file)
        rows = list(reader)
        kept = [row for row in rows if row.get("run") != self._run or int(row["epoch"]) <= epochs]
        if len(kept) == len(rows):
            return
        self._file.truncate(0)
        writer = csv.DictWriter(self._file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(kept)
        self._file.flush()
