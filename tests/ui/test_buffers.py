from muxer.ui.buffers import LARGEST, MANY, Buffers


def test_the_newest_is_on_top_and_each_is_there_once() -> None:
    buffers = Buffers()
    assert buffers.top == ""
    for text in ("one", "two", "", "one"):
        buffers.add(text)
    assert [*buffers.all] == ["one", "two"]
    assert buffers.top == "one"
    buffers.drop(0)
    buffers.drop(7)
    assert [*buffers.all] == ["two"]


def test_it_does_not_grow_without_end() -> None:
    buffers = Buffers()
    for number in range(MANY + 5):
        buffers.add(str(number))
    buffers.add("x" * (LARGEST + 1))
    assert len(buffers.all) == MANY
    assert len(buffers.top) == LARGEST
