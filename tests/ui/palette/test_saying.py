import asyncio

from muxer.errors import UsageError
from muxer.ui.palette.saying import ask
from muxer.ui.screens.answer import Answer
from tests.ui.bare_desk import BareDesk
from tests.ui.glass import until


async def test_a_line_is_told_and_more_is_shown() -> None:
    bare = BareDesk("ada")
    bare.runtime.answer = "done\n"
    assert await ask(bare.desk, ":ls", bare.runtime.call_words("ls")) == ""
    await until(lambda: bare.voice.words()[0] == "done")
    bare.runtime.answer = "one\ntwo\n"
    assert await ask(bare.desk, ":ls", bare.runtime.call_words("ls")) == ""
    await until(lambda: bare.done)
    assert isinstance(bare.done[0], Answer)


async def test_what_is_wrong_is_returned() -> None:
    bare = BareDesk("ada")
    bare.runtime.answer = UsageError("kill needs PANE")
    assert await ask(bare.desk, ":kill", bare.runtime.call_words("ls")) == "kill needs PANE"
    assert bare.voice.words() == ("", "")


async def test_what_takes_long_goes_on_and_is_said_when_it_comes() -> None:
    bare = BareDesk("ada")
    bare.runtime.gate = asyncio.Event()
    bare.runtime.answer = UsageError("it took too long")
    assert await ask(bare.desk, ":wait ada", bare.runtime.call_words("ls")) == ""
    assert bare.voice.words() == ("", "")
    bare.runtime.gate.set()
    await until(lambda: bare.voice.words() == (":wait ada: it took too long", "bad"))
