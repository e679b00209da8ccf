"""Calls that a type checker must let pass, and others that it must not; never run.

``mypy`` complains of an ignored line that has nothing to ignore: so it is held to both.
"""

from __future__ import annotations

import dlvc_cli as dlvc


def right() -> None:
    run: dlvc.Run = dlvc.train("cnn", data="toy-pets", aug="flip", wd=1e-5, image_size=32)
    dlvc.train("cnn", weights=run, tracker=["csv"], momentum=None)
    walks = dlvc.descend("schaffer", nesterov=True, start=(400, 500), sweep=["lr=1,2"])
    walks.save("walk.png")
    column, row = walks.path[0]
    print(column, row, walks[0].path[-1], walks.path_steps[-1])
    table: str = dlvc.study("cnn", sweep={"wd": [0, 1e-5]}, seeds=3, data="toy-pets").table
    print(table)
    dlvc.train("cnn", fit="crop", precision="fp32", normalize=None, frozen_bn="eval")


def wrong() -> None:
    dlvc.study("cnn", agu="flip")  # type: ignore[call-arg]
    dlvc.train("cnn", agu="flip")  # type: ignore[call-arg]
    dlvc.train("cnn", wd="a lot")  # type: ignore[arg-type]
    dlvc.train("cnn", fit="croop")  # type: ignore[arg-type]
    dlvc.train("cnn", precision="fp23", normalize="dat")  # type: ignore[arg-type]
    dlvc.train("cnn", frozen_bn="evla")  # type: ignore[arg-type]
    dlvc.descend("schaffer", nestrov=True)  # type: ignore[call-arg]
    dlvc.descend("schaffer", lr="fast")  # type: ignore[arg-type]
