import pytest

from muxer.mesh.waits import chain, in_words

WAITING = {"bob": ["cyd", "dan"], "cyd": ["eve"], "dan": ["ada"], "eve": ["ada"]}


@pytest.mark.parametrize(
    ("asker", "answerer", "closes"),
    [
        ("ada", "dan", ["dan", "ada"]),
        ("ada", "bob", ["bob", "dan", "ada"]),  # the shortest, not by cyd and eve
        ("ada", "ada", ["ada"]),
        ("bob", "ada", []),
        ("cyd", "dan", []),
        ("ada", "nobody", []),
    ],
)
def test_what_would_close_is_found(asker: str, answerer: str, closes: list[str]) -> None:
    assert chain(WAITING, asker, answerer) == closes


def test_a_circle_of_others_ends_the_search() -> None:
    assert chain({"bob": ["cyd"], "cyd": ["bob"]}, "ada", "bob") == []


def test_a_chain_is_said_from_its_nearest() -> None:
    assert in_words(["bob", "ada"]) == "bob waits for you"
    assert in_words(["bob", "cyd", "dan", "ada"]) == "bob waits for cyd, who waits for dan, who waits for you"
