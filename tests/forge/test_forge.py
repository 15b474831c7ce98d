"""What is said in a pull request, beside what people write there."""

from muxer.forge.forge import BEGIN, END, told


def test_only_what_is_muxers_is_written_again() -> None:
    first = told("", "* one")
    assert first == f"{BEGIN}\n* one\n{END}"
    assert told(f"Why.\n{first}\nThanks.", "* two") == f"Why.\n{BEGIN}\n* two\n{END}\nThanks."


def test_a_body_without_it_gets_it_at_its_end() -> None:
    assert told("Mine alone.\n", "* one") == f"Mine alone.\n\n{BEGIN}\n* one\n{END}"
    assert told(f"{BEGIN} cut off", "* one").endswith(f"\n\n{BEGIN}\n* one\n{END}")
