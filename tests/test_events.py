import dataclasses

from muxer import events


def test_events_are_frozen_and_in_the_past_tense() -> None:
    for kind in events.Event.__args__:
        assert kind.__name__.endswith(("ed", "Seen"))
        assert kind.__dataclass_params__.frozen
        assert dataclasses.fields(kind)
