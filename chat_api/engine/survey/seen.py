"""Values that the expressions of a survey see: outside of repeated groups, in each instance, and as lists."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field

from chat_api.engine.expressions.values import Value
from chat_api.engine.repeats import instance_values


@dataclass(frozen=True, slots=True)
class Seen:
    """The values of answers and calculations, and the weights of choices, by name."""

    answers: MutableMapping[str, Value] = field(default_factory=dict)
    weights: MutableMapping[str, float] = field(default_factory=dict)

    def within(self) -> Seen:
        """Return what an instance of a repeated group sees: its own values, and those outside."""
        return Seen(ChainMap({}, self.answers), ChainMap({}, self.weights))


class SeenValues(Mapping[str, tuple[Value, ...]]):
    """The values of a survey as its walk finds them; as a mapping, the lists of repeated groups by `group.name`.

    Lists are made when an expression reads them: most are never read.
    """

    def __init__(self) -> None:
        self.outside = Seen()
        #: By key of the group, in the order of the places.
        self._instances: dict[str, dict[int, Seen]] = {}
        self._lists: dict[str, tuple[Value, ...]] = {}

    def at(self, key: str, place: int) -> Seen:
        """Return what expressions see in an instance of a group."""
        of_group = self._instances.setdefault(key, {})
        found = of_group.get(place)
        if found is None:
            found = of_group[place] = self.outside.within()
        return found

    def changed(self, list_name: str) -> None:
        """Take notice of a change to one of the values in a list."""
        self._lists.pop(list_name, None)

    def without(self, key: str, place: int, name: str) -> Mapping[str, tuple[Value, ...]]:
        """Return the lists, that of a question without its value in one instance."""
        of_group = self._instances.get(key, {})
        values = (of_group[each].answers.get(name) for each in sorted(of_group) if each != place)
        return ChainMap({f"{key}.{name}": instance_values(values)}, self)  # type: ignore[arg-type]

    def __getitem__(self, list_name: str) -> tuple[Value, ...]:
        found = self._lists.get(list_name)
        if found is None:
            key, _, name = list_name.partition(".")
            of_group = self._instances.get(key, {})
            values = (of_group[place].answers.get(name) for place in sorted(of_group))
            found = self._lists[list_name] = instance_values(values)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)
