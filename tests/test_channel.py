"""Messages and descriptors arrive whole and together, however the stream is cut."""

import os
import select
import socket
from collections.abc import Iterator

import pytest

from muxer.channel import MAX_BACKLOG, MAX_FDS, Channel, Gone, Message, pack, peer_uid


@pytest.fixture
def pair() -> Iterator[tuple[Channel, Channel]]:
    ours, theirs = (Channel(end) for end in socket.socketpair())
    yield ours, theirs
    ours.close()
    theirs.close()


def test_messages_survive_every_cut(pair: tuple[Channel, Channel]) -> None:
    ours, theirs = pair
    messages: list[Message] = [{"a": "é\udcff\n"}, {}, {"b": [1, None, True, {"c": "x" * 500}]}]
    for cut in (1, 2, 3, 5, 600):
        stream = b"".join(pack(message) for message in messages)
        heard = []
        for start in range(0, len(stream), cut):
            ours.socket.send(stream[start : start + cut])
            heard += [message for message, _ in theirs.receive()]
        assert heard == messages


def test_descriptors_come_with_their_message(pair: tuple[Channel, Channel]) -> None:
    ours, theirs = pair
    pipes = [os.pipe() for _ in range(20)]
    for number, (reader, writer) in enumerate(pipes):
        ours.send({"number": number})
        ours.send({"number": number, "pipe": True}, [reader])
        os.close(reader)
        os.write(writer, str(number).encode())
    heard: list[tuple[Message, list[int]]] = []
    while len(heard) < 2 * len(pipes):
        assert select.select([theirs.socket], [], [], 5)[0]
        heard += theirs.receive()
    for message, fds in heard:
        assert len(fds) == message.get("pipe", 0)
        for fd in fds:
            assert not os.get_inheritable(fd)
            assert os.read(fd, 9) == str(message["number"]).encode()
            os.close(fd)
    for _, writer in pipes:
        os.close(writer)


def test_big_messages_wait_until_they_are_taken(pair: tuple[Channel, Channel]) -> None:
    ours, theirs = pair
    reader, writer = os.pipe()
    big = "x" * (MAX_BACKLOG // 2)
    for _ in range(2):
        ours.send({"big": big}, [writer])
    os.close(writer)
    assert ours.backlog > 0
    heard: list[tuple[Message, list[int]]] = []
    while len(heard) < 2:
        ours.flush()
        heard += theirs.receive()
    assert ours.backlog == 0
    for message, (fd,) in heard:
        assert message == {"big": big}
        os.write(fd, b"!")
        os.close(fd)
    assert os.read(reader, 9) == b"!!"
    assert os.read(reader, 9) == b"", "no copy of the writer is left"
    os.close(reader)


def test_who_does_not_read_is_given_up(pair: tuple[Channel, Channel]) -> None:
    ours, _ = pair
    with pytest.raises(Gone, match="does not read"):  # noqa: PT012 - how much the socket takes is its affair
        for _ in range(100):
            ours.send({"big": "x" * 100_000})
    assert ours.backlog < 2 * MAX_BACKLOG


def test_closing_keeps_no_descriptor() -> None:
    before = os.listdir("/dev/fd")
    ours, theirs = (Channel(end) for end in socket.socketpair())
    socket.send_fds(ours.socket, [b"\0"], [0, 1, 2])
    assert list(theirs.receive()) == []
    for _ in range(3):
        ours.send({"big": "x" * 400_000}, [0, 1])
    ours.close()
    theirs.close()
    assert os.listdir("/dev/fd") == before


def test_too_many_descriptors_are_refused(pair: tuple[Channel, Channel]) -> None:
    ours, theirs = pair
    with pytest.raises(Gone):  # noqa: PT012 - which message is one too many is the receiver's affair
        for _ in range(MAX_FDS):
            socket.send_fds(ours.socket, [b"\0"], [0, 1])
            list(theirs.receive())


def test_the_end_is_told(pair: tuple[Channel, Channel]) -> None:
    ours, theirs = pair
    ours.close()
    with pytest.raises(Gone):
        list(theirs.receive())
    with pytest.raises(Gone):
        theirs.send({})


def test_peer_is_known(pair: tuple[Channel, Channel]) -> None:
    assert peer_uid(pair[0].socket) == os.getuid()
