"""A process that measures or decodes image files: requests and answers are lines of JSON.

A request has ``paths``, and the fields of a ``Target`` or a ``size`` of null. The answer has for
each file its size, or what is wrong with it; where a size was asked for, the pixels of all that can
be read follow, uint8 (3, height, width) each. Imports no torch.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from dlvc_cli.errors import DataError, DlvcError
from dlvc_cli.events import json_text
from dlvc_cli.files import parse_json
from dlvc_cli.images import opened
from dlvc_cli.images.decode import Target, decode
from dlvc_cli.images.header import read_header
from dlvc_cli.images.room import SharedRoom

__all__ = ["main"]


def main() -> None:
    """Answer requests until there are no more.

    Arguments: how many such processes there are, and a file that all of them lock.
    """
    # Whoever asks is interrupted too, and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    count, lock = int(sys.argv[1]), sys.argv[2]
    opened.use_room(SharedRoom(count, lock))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    # What a library prints is no answer.
    sys.stdout = sys.stderr
    with suppress(BrokenPipeError):
        for line in requests:
            _answer(parse_json(line), answers)
            answers.flush()
    # The pipe may be closed: nothing is left to write.
    os._exit(0)


def _answer(asked: Mapping[str, Any], answers: BinaryIO) -> None:
    results: list[Any] = []
    pixels: list[bytes] = []
    try:
        for path in asked["paths"]:
            try:
                if asked["size"] is None:
                    results.append(read_header(path).size)
                else:
                    height, width = asked["size"]
                    image = decode(path, Target((height, width), asked["how"], asked["reduced"]))
                    pixels.append(image.transpose(2, 0, 1).tobytes())
                    results.append([height, width])
            except DataError as error:
                results.append(str(error))
        answer: dict[str, Any] = {"results": results}
    except DlvcError as error:
        answer, pixels = {"fatal": error.lines}, []
    answers.write(json_text(answer, ascii_only=True).encode() + b"\n")
    for data in pixels:
        answers.write(data)


if __name__ == "__main__":
    main()
