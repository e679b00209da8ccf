"""The eggholder function."""

from types import ModuleType
from typing import Any

from dlvc_cli import Formula


def eggholder() -> Formula:
    """A product of ripples; its lowest point lies on the border of the usual domain."""

    def function(x: Any, y: Any, xp: ModuleType) -> Any:
        lift = y + 47
        return -lift * xp.sin(xp.sqrt(xp.abs(x / 2 + lift))) - x * xp.sin(xp.sqrt(xp.abs(x - lift)))

    return Formula(
        function=function,
        text="-(y + 47) sin(sqrt|x/2 + y + 47|) - x sin(sqrt|x - y - 47|)",
        minima=((512.0, 404.2319),),
    )
