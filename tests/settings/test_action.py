import pytest

from muxer.settings.action import Action


@pytest.mark.parametrize(
    ("action", "group"),
    [
        ("pane.attach", "First"), ("pane.zoom", "Panes"), ("split.right", "Panes"), ("layout.undo", "Layouts"),
        ("tab.new", "Tabs"), ("copy.enter", "History and copies"), ("buffer.paste", "History and copies"),
        ("copy.leave", "Copy mode"), ("theme.next", "Screen"), ("mode.lock", "Screen"),
    ],
)  # fmt: skip
def test_actions_about_one_thing_stand_together(action: str, group: str) -> None:
    assert Action(action, "words").group == group


def test_where_there_is_little_room_there_are_few_words() -> None:
    assert Action("a.b", "many words", short="few").brief == "few"
    assert Action("a.b", "words").brief == "words"
