"""The optimisers that a page computes itself: their rules, and what can be changed in them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlvc_cli.contract.params import Param
from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent.suited_rates import default_rate
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.trials import written_name
from dlvc_cli.errors import DlvcError
from dlvc_cli.events import jsonable
from dlvc_cli.registry.offers import Choice, Offer, guarded
from dlvc_cli.reporting.descent.page.command_parts import option_text, usual_rate
from dlvc_cli.reporting.descent.page.rule_script import Untranslatable, rule_script
from dlvc_cli.reporting.descent.page.typesetting.terms import LETTERS

__all__ = ["LiveRules", "NotLive"]


class NotLive(Exception):
    """Why a page can't compute an optimiser: a clause about "it"."""


class LiveRules:
    """What a page is told of optimisers.

    Args:
        offers: all optimisers that are registered; the first of a name has it.
        surface: what is walked on, which may have a say in their default rates.

    Attributes:
        scripts: the rules in JavaScript, each once.
    """

    def __init__(self, offers: Sequence[Offer], surface: Surface) -> None:
        self.scripts: list[str] = []
        self._offers = offers
        self._surface = surface

    def describe(self, choice: Choice) -> dict[str, Any]:
        """An optimiser as the page's scripts take it, with the values of a choice.

        ``name``, ``usualLr``, ``parameters`` and their ``usual`` values, and those that are no
        numbers as ``written`` in an option; ``rule``, a place in ``scripts``, and ``settings``,
        what it is called with; ``adjustable``, the parameters that are a setting.

        Raises:
            NotLive: it has no rule, or none that can be translated.
        """
        if choice.spec.rule is None:
            raise NotLive("it has no rule in plain arithmetic")
        rule = _rule_of(choice.offer, choice.values)
        if rule is None:
            raise NotLive("its rule fails, or is no Rule")
        try:
            script = rule_script(rule)
        except Untranslatable as reason:
            raise NotLive(f"its rule {reason}") from None
        if script not in self.scripts:
            self.scripts.append(script)
        known_as = self._plainest(choice, rule)
        return {
            "name": self._name(known_as),
            "parameters": {name: _plain(value) for name, value in choice.values.items()},
            "usual": {
                param.name: None if param.required else _plain(param.default)
                for param in known_as.spec.params
            },
            "usualLr": usual_rate(self._surface, choice),
            "written": {
                name: option_text(value)
                for name, value in choice.values.items()
                if not isinstance(value, float | int) or isinstance(value, bool)
            },
            "rule": self.scripts.index(script),
            "settings": [_number(setting) for setting in rule.settings],
            "adjustable": list(_adjustable(choice, rule)),
        }

    def others(self) -> Iterator[dict[str, Any]]:
        """Every registered optimiser that is live, with its defaults and under its own name."""
        for offer in self._offers:
            own = offer.spec.learning_rates.descent
            if not math.isfinite(own) or any(param.required for param in offer.spec.params):
                continue
            choice = Choice(offer, {param.name: param.default for param in offer.spec.params})
            try:
                known = self.describe(choice)
            except NotLive:
                continue
            if known["name"] == self._name(offer):
                yield {**known, "lr": default_rate(self._surface, choice)}

    def _name(self, offer: Offer) -> str:
        first = next((other for other in self._offers if other.name == offer.name), offer)
        return offer.name if first is offer else offer.qualified

    def _plainest(self, choice: Choice, rule: Rule) -> Offer:
        """The optimiser with the fewest parameters whose rule is the very same."""
        found = [choice.offer]
        for offer in self._offers:
            params = offer.spec.params
            values = {p.name: choice.values.get(p.name, p.default) for p in params}
            same_plugin = offer.plugin is choice.offer.plugin
            if same_plugin and offer.spec.rule is not None and _rule_of(offer, values) == rule:
                found.append(offer)
        places = {id(offer): place for place, offer in enumerate(self._offers)}
        return min(
            found, key=lambda offer: (len(offer.spec.params), places.get(id(offer), math.inf))
        )


def _rule_of(offer: Offer, values: Mapping[str, Any]) -> Rule | None:
    """What a plugin's rule is with some values; None where it fails or is something else."""
    try:
        rule = guarded(offer, offer.spec.rule, **values)
    except DlvcError:
        return None
    return rule if isinstance(rule, Rule) else None


def _adjustable(choice: Choice, rule: Rule) -> Iterator[dict[str, Any]]:
    """The parameters that can be changed without Python: each is one of the rule's settings.

    Whether it is can only be tried: with another value of the parameter, the rule must be the same
    but for that setting, which must have that value.
    """
    for param in choice.spec.params:
        value = choice.values[param.name]
        if param.type is not float or param.choices or not isinstance(value, int | float):
            continue
        for place, setting in enumerate(rule.settings):
            if setting == value and all(
                _is_setting(choice, rule, param, place, other) for other in _other_values(param)
            ):
                yield {
                    "name": param.name,
                    "symbol": _symbol(param.name),
                    "help": f"{param.name}: {param.help.rstrip('.') or 'a parameter'}.",
                    "setting": place,
                    "low": jsonable(param.low),
                    "high": jsonable(param.high),
                    "above": not _is_setting(choice, rule, param, place, param.low),
                    "below": not _is_setting(choice, rule, param, place, param.high),
                }
                break


def _symbol(name: str) -> str:
    """What ``--beta`` sets is β; any other parameter has its name."""
    written = written_name(name)
    return name if written == name else LETTERS.get(written, written)


def _is_setting(choice: Choice, rule: Rule, param: Param, place: int, value: float | None) -> bool:
    if value is None:
        return True
    settings = (*rule.settings[:place], value, *rule.settings[place + 1 :])
    changed = _rule_of(choice.offer, {**choice.values, param.name: value})
    return changed == dataclasses.replace(rule, settings=settings)


def _other_values(param: Param) -> list[float]:
    """Some values between a parameter's ends."""
    low = -1e3 if param.low is None else max(param.low, -1e3)
    high = max(low, 0.0) + 1e3 if param.high is None else min(param.high, max(low, 0.0) + 1e3)
    return [low + (high - low) * k / 8 for k in range(1, 8)]


def _number(setting: float) -> float | str:
    """A setting in JSON, which has no infinity: as a text that JavaScript's Number reads."""
    number = float(setting)
    if math.isnan(number):
        return "NaN"
    return number if math.isfinite(number) else f"{'-' if number < 0 else ''}Infinity"


def _plain(value: Any) -> Any:
    """A parameter's value as the page compares and shows it."""
    if value is None or isinstance(value, bool | int | float):
        return jsonable(value)
    return str(value)
