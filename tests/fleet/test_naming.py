import pytest

from muxer.errors import UsageError
from muxer.fleet.naming import LONGEST, free_name, named_for, readable


def test_names_are_one_line_that_can_be_typed() -> None:
    assert readable("  two \n words ") == "two words"
    for name in ("", " \t", "a\x1b[31mb", "a\u202eb"):
        with pytest.raises(UsageError, match="type some"):
            readable(name)
    assert readable("x" * LONGEST)
    with pytest.raises(UsageError, match=f"{LONGEST} characters at most, not {LONGEST + 1}"):
        readable("x" * (LONGEST + 1))


@pytest.mark.parametrize(
    "name",
    [
        "muxer", "Muxer", "muxer.", "[m-u-x-e-r]", "мuхеr", "ᴍᴜxᴇʀ", "ｍｕｘｅｒ", "müxer", "rnuxer", "muxer\u3164",
        "you", "Your  User", "user", "y0ur-usеr", "y-o-u", "0perator", "person",
    ],
)  # fmt: skip
def test_nobody_is_called_what_could_be_taken_for_muxer_or_the_person(name: str) -> None:
    with pytest.raises(UsageError, match="could be taken for muxer, or for you, by who gets its notes: choose another"):
        readable(name)


@pytest.mark.parametrize("name", ["p6", "a12", "g0"])
def test_nobody_is_called_what_is_another_s_id(name: str) -> None:
    with pytest.raises(UsageError, match=f"'{name}' could be taken for the id of another: choose another name"):
        readable(name)
    assert free_name(name, set()) == f"{name}-2"


def test_who_only_resembles_them_keeps_the_name() -> None:
    assert readable("p6a") == "p6a"
    for name in ("muxer-2", "mux", "users", "you too", "Юля"):
        assert readable(name) == name
    assert free_name("Muxer", set()) == "Muxer-2"
    assert free_name("muxer", {"muxer-2"}) == "muxer-3"


def test_a_pane_is_called_for_its_program() -> None:
    assert named_for(["/usr/bin/vim", "x"]) == "vim"
    assert named_for(["-bash"]) == "bash"
    assert named_for(["/bin/\x1b"]) == "pane"


def test_taken_names_get_a_number() -> None:
    assert free_name("a", set()) == "a"
    assert free_name("a", {"a", "a-2"}) == "a-3"
    longest = "x" * LONGEST
    assert free_name(longest, {longest}) == f"{longest[:-2]}-2"
