import pytest
from textual.containers import VerticalScroll

from muxer.ui.screens import project
from muxer.ui.screens.project import Agreement, ProjectOffer
from tests.ui.bare_desk import BareDesk
from tests.ui.stage import Stage, text


@pytest.mark.parametrize(("key", "answer"), [("y", "yes"), ("n", "later"), ("escape", "later"), ("v", "never")])
async def test_an_offer_is_answered_by_one_key(key: str, answer: str) -> None:
    answers: list[str] = []
    async with Stage().run_test() as pilot:
        dialog = ProjectOffer("api\x1b[2J", "/srv/shop/api", answers.append)
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        for words in ("PROJECT", "Keep api[2J as a project?", "/srv/shop/api", "v never for this folder"):
            assert words in text(dialog)
        await pilot.press("enter", key)
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1
    assert answers == [answer]


async def test_an_offer_that_goes_unanswered_was_put_off() -> None:
    answers: list[str] = []
    async with Stage().run_test() as pilot:
        await pilot.app.push_screen(ProjectOffer("api", "/srv/api", answers.append))
        await pilot.app.pop_screen()
    assert answers == ["later"]


@pytest.mark.parametrize("size", [(80, 24), (50, 12), (200, 50)])
async def test_a_file_is_read_from_its_first_line_to_its_last_before_it_is_agreed_to(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = []
    lines = "\n".join(f"check = '\x1b]0;make {n}\x07'" for n in range(100))
    async with Stage().run_test(size=size) as pilot:
        dialog = Agreement(BareDesk().desk, "/srv/api/.muxer/config.toml", lines, answers.append)
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        for words in ("AGREE  /srv/api/.muxer/config.toml", "make 0'", "y agree", "n not"):
            assert words in text(dialog)
        assert "\x1b" not in text(dialog)
        await pilot.press("G")
        await pilot.pause()
        assert "make 99'" in text(dialog)
        await pilot.press("g", "j", "j", "enter")
        await pilot.pause()
        assert dialog.query_one(VerticalScroll).scroll_y == 2
        monkeypatch.setattr(project, "SETTLED", 1e9)
        await pilot.press("y")
        await pilot.pause()
        assert answers == []  # whoever pressed that had not read it
        monkeypatch.setattr(project, "SETTLED", 0.0)
        await pilot.press("y")
        await pilot.pause()
    assert answers == ["yes"]


@pytest.mark.parametrize("key", ["n", "escape", "q", "ctrl+c"])
async def test_whoever_does_not_agree_has_not(key: str) -> None:
    answers: list[str] = []
    async with Stage().run_test() as pilot:
        await pilot.app.push_screen(Agreement(BareDesk().desk, "/srv/config.toml", "check = 'make'", answers.append))
        await pilot.press(key)
        await pilot.pause()
    assert answers == ["no"]
