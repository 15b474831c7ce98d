import pytest

from muxer.agents.spec import Cli
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.fleet.choosing import cli_named, usual_cli

ONE = Cli(name="one-code", title="One", short="one", binary=("one", "uno"))
TWO = Cli(name="two", title="Two", short="two", binary=("two", "uno"))
CLIS = {"one-code": ONE, "two": TWO}


@pytest.mark.parametrize(("word", "cli"), [("one-code", ONE), ("one", ONE), ("two", TWO)])
def test_a_cli_is_known_by_each_of_its_names(word: str, cli: Cli) -> None:
    assert cli_named(word, CLIS) is cli


def test_what_is_not_known_or_not_clear_is_said() -> None:
    with pytest.raises(UnknownName, match="no CLI named 'one-cod': did you mean one-code"):
        cli_named("one-cod", CLIS)
    with pytest.raises(UsageError, match="'uno' could be one-code or two: say which"):
        cli_named("uno", CLIS)


def test_the_only_one_or_the_last_one_is_usual() -> None:
    assert usual_cli([ONE], "") is ONE
    assert usual_cli([ONE, TWO], "two") is TWO


def test_without_either_they_are_named() -> None:
    with pytest.raises(UsageError, match="one-code and two are installed: say which, muxer spawn --cli one-code"):
        usual_cli([TWO, ONE], "three")
    with pytest.raises(MuxerError, match="no coding agent is installed here: muxer cli ls"):
        usual_cli([], "two")
