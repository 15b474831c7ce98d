import os
import re
import signal
import socket
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from muxer.wire import frames
from muxer.wire.frames import EXIT, HELLO, INPUT, OUTPUT, pack
from muxer.wire.starting import start_host
from muxer.wire.tty import RESTORE
from tests.seat import Seat
from tests.wire.homes import ATTACH, MODULE, Home, is_gone, wait_until
from tests.wire.tiny_host import DETACH, FLOOD, RENEW, STOP, SUSPEND

HEAVY = ("json", "dataclasses", "asyncio", "re", "typing", "argparse", "socket", "signal", "subprocess", "collections")
LAST_RESORT = b"\x1c\x1c\x1c"


def pid_shown(seat: Seat) -> int:
    seat.wait_for("clients")
    found = re.search(r"pid (\d+)", seat.text)
    assert found
    return int(found[1])


def is_raw(seat: Seat) -> bool:
    return not termios.tcgetattr(seat.fd)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)


def assert_restored(seat: Seat, last_words: str) -> None:
    assert not is_raw(seat)
    assert bytes(seat.raw).endswith(RESTORE + last_words.encode() + b"\r\n"), bytes(seat.raw[-400:])


def stop(pid: int) -> None:
    """Stop a process, and wait until it is."""
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T", "stopped")


def test_start_type_resize_detach(home: Home) -> None:
    seat = home.attach()
    before = termios.tcgetattr(seat.fd)
    seat.wait_for("size 80x24")
    wait_until(lambda: is_raw(seat))
    seat.send("hello")
    seat.wait_for("heard hello;")
    seat.resize(100, 30)
    seat.wait_for("size 100x30")
    seat.send(DETACH)
    assert seat.wait_exit() == 0
    assert_restored(seat, "[detached from t]")
    assert termios.tcgetattr(seat.fd) == before
    again = home.attach(120, 40)
    again.wait_for("size 120x40 heard hello;")
    assert home.starts() == [pid_shown(again)]


def test_a_hang_up_ends_the_client_and_not_the_host(home: Home) -> None:
    seat = home.attach()
    seat.wait_for("clients 1")
    seat.hang_up()
    assert seat.wait_exit() != 0
    wait_until(lambda: home.ask()["clients"] == 0)


def test_a_killed_client_is_forgotten(home: Home) -> None:
    first, second = home.attach(), home.attach()
    second.wait_for("clients 2")
    first.kill()
    second.wait_for("clients 1")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_deadly_signal_still_restores_the_terminal(home: Home, number: int) -> None:
    seat = home.attach()
    seat.wait_for("clients 1")
    wait_until(lambda: is_raw(seat))
    seat.kill(number)
    assert seat.wait_exit() == 128 + number
    assert_restored(seat, "[terminated]")
    assert home.ask()["clients"] == 0


def test_it_says_who_it_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", 'q"\\\n\udc80é')
    monkeypatch.delenv("NO_COLOR", raising=False)
    seat = home.attach(70, 20, cwd="/usr", read_only=True)
    seat.wait_for("size 70x20")
    hello = home.ask()["hello"]
    assert isinstance(hello, dict)
    assert (hello["cwd"], hello["read_only"], hello["pid"], hello["command"]) == ("/usr", True, seat.pid, None)
    assert hello["env"]["LANG"] == 'q"\\\n\udc80é'
    assert hello["env"]["TERM"] == "xterm-256color"
    assert "NO_COLOR" not in hello["env"]


def test_a_command_is_for_the_new_host_or_else_in_the_hello(home: Home) -> None:
    first = home.attach(command=["sh", "-c", "é 'x'"])
    first.wait_for("clients 1")
    facts = home.ask()
    assert isinstance(facts["env"], dict)
    assert isinstance(facts["hello"], dict)
    assert (facts["env"]["MUXER_COMMAND"], facts["hello"]["command"]) == ('["sh", "-c", "\\u00e9 \'x\'"]', None)
    home.attach(command=["top", "é"]).wait_for("clients 2")
    hello = home.ask()["hello"]
    assert isinstance(hello, dict)
    assert hello["command"] == ["top", "é"]


def test_a_long_paste_arrives_whole(home: Home) -> None:
    seat = home.attach()
    seat.wait_for("clients 1")
    wait_until(lambda: is_raw(seat))
    seat.send(b"p" * 300_000)
    wait_until(lambda: seat.read() or home.ask()["heard"] == 300_000, "300 kB heard")


def test_a_terminal_that_is_not_read_holds_up_nothing_but_itself(home: Home) -> None:
    slow = home.attach()
    slow.wait_for("clients 1")
    slow.send(FLOOD)
    # The client stops reading, so the host's kernel takes no more, so the host sees a busy line and draws nothing.
    wait_until(lambda: home.ask()["refused"] and home.ask()["busy"])
    other = home.attach()
    other.wait_for("clients 2")
    assert isinstance(busy := home.ask()["busy"], int)
    assert 0 < busy <= 100_005
    memory = Path(f"/proc/{slow.pid}/statm").read_text().split()[1]
    assert int(memory) * os.sysconf("SC_PAGE_SIZE") < 40 << 20
    # Last words queue behind the picture, and arrive once it is read.
    home.ask_nothing("stop")
    assert slow.wait_exit() == 0
    assert_restored(slow, "[ended]")
    assert other.wait_exit() == 0


def test_a_stopped_client_costs_the_host_one_frame(home: Home) -> None:
    seat = home.attach()
    seat.wait_for("clients 1")
    stop(seat.pid)
    seat.send(FLOOD)
    seat.kill(signal.SIGCONT)
    wait_until(lambda: seat.read() and home.ask()["frames"])
    stop(seat.pid)
    wait_until(lambda: home.ask()["busy"])
    cooked = termios.tcgetattr(seat.fd)
    cooked[3] |= termios.ECHO | termios.ICANON
    termios.tcsetattr(seat.fd, termios.TCSANOW, cooked)
    seat.kill(signal.SIGCONT)
    wait_until(lambda: seat.read() and home.ask()["repaints"])
    wait_until(lambda: is_raw(seat))


def test_six_at_once_start_one_host(home: Home) -> None:
    seats = [home.attach(env={"TINY_DELAY": "0.3"}) for _ in range(6)]
    for seat in seats:
        seat.wait_for("clients 6")
    assert len(home.starts()) == 1


def test_a_host_that_dies_is_started_again_once(home: Home) -> None:
    seat = home.attach(command=["once"])
    first = pid_shown(seat)
    os.kill(first, signal.SIGKILL)
    seat.wait_for(lambda seat: len(home.starts()) == 2 and f"pid {home.starts()[1]} " in seat.text)
    assert b"\x1b[?1049l" not in seat.raw
    facts = home.ask()
    assert isinstance(facts["env"], dict)
    assert isinstance(facts["hello"], dict)
    assert "MUXER_COMMAND" not in facts["env"]
    assert facts["hello"]["command"] is None
    os.kill(home.starts()[1], signal.SIGKILL)
    assert seat.wait_exit() == 1
    assert_restored(seat, "the host is gone; your programs live on in the keeper: run muxer again")
    assert len(home.starts()) == 2


def test_a_host_that_dies_is_started_again_even_by_who_would_not_start_it_first(home: Home) -> None:
    start_host(home.paths, module=MODULE).close()
    seat = home.attach(start=False)
    os.kill(pid_shown(seat), signal.SIGKILL)
    seat.wait_for(lambda seat: len(home.starts()) == 2 and f"pid {home.starts()[1]} " in seat.text)


def test_a_host_that_cannot_come_back_is_given_up(home: Home) -> None:
    seat = home.attach(env={"TINY_DELAY": "0"})
    first = pid_shown(seat)
    Path(home.folder, "tiny_host.py").write_text("raise SystemExit('broken')\n")
    os.rename(home.paths.errors, f"{home.paths.errors}.before")
    os.mkdir(home.paths.errors)
    os.kill(first, signal.SIGKILL)
    assert seat.wait_exit() == 1
    assert_restored(seat, "the host is gone; your programs live on in the keeper: run muxer again")


def test_without_start_a_missing_host_is_an_error(home: Home) -> None:
    seat = home.attach(start=False)
    assert seat.wait_exit() == 1
    assert "muxer: no muxer named 't' is running: start it with muxer -L t" in seat.raw.decode()
    assert not home.starts()


def test_renewal_keeps_the_terminal_and_what_is_typed(home: Home) -> None:
    seat, other = home.attach(env={"TINY_RENEWAL": "0.5"}), home.attach()
    for terminal in (seat, other):
        terminal.wait_for("clients 2")
    seat.send(RENEW)
    wait_until(Path(home.paths.state, "renewing").exists)  # what is typed before is the last host's
    other.send("meanwhile")
    for terminal in (seat, other):
        terminal.wait_for("clients 2 size 80x24 heard meanwhile;")
        assert b"\x1b[?1049l" not in terminal.raw
    first, second = home.starts()
    wait_until(lambda: is_gone(first))
    assert home.ask()["pid"] == second


def test_what_the_last_host_does_not_take_is_for_the_next_one(home: Home) -> None:
    with socket.socket(socket.AF_UNIX) as last, socket.socket(socket.AF_UNIX) as following:
        last.bind(home.paths.socket)
        last.listen()
        seat = home.attach()
        with last.accept()[0] as sock:
            assert sock.recv(1 << 16).startswith(HELLO)
            sock.sendall(pack(OUTPUT, b"drawn"))
            seat.wait_for("drawn")
            stop(seat.pid)
            seat.send("late")
            sock.sendall(pack(frames.RENEW))
        os.unlink(home.paths.socket)
        following.bind(home.paths.socket)
        following.listen()
        seat.kill(signal.SIGCONT)
        with following.accept()[0] as sock:
            sock.settimeout(20)
            heard = b""
            while not heard.endswith(pack(INPUT, b"late")):
                heard += sock.recv(1 << 16)


def test_who_comes_during_a_renewal_does_not_make_two_hosts(home: Home) -> None:
    seat = home.attach(env={"TINY_RENEWAL": "1", "TINY_DELAY": "0.3"})
    seat.wait_for("clients 1")
    seat.send(RENEW)
    wait_until(lambda: not os.path.exists(home.paths.socket))
    late = home.attach()
    late.wait_for("clients 2")
    assert len(home.starts()) == 2


def test_a_renewal_that_fails_ends_in_a_revival(home: Home) -> None:
    seat = home.attach(env={"TINY_RENEWAL": "60", "TINY_PATIENCE": "0.5"})
    first = pid_shown(seat)
    seat.send(RENEW)
    wait_until(lambda: not os.path.exists(home.paths.socket))
    os.kill(first, signal.SIGKILL)
    seat.wait_for(lambda seat: len(home.starts()) == 2 and f"pid {home.starts()[1]} " in seat.text)


def test_a_host_of_another_version_is_named_and_the_screen_untouched(home: Home) -> None:
    seat = home.attach(env={"TINY_PROTOCOL": "99"})
    assert seat.wait_exit() == 1
    said = seat.raw.decode()
    assert re.fullmatch(
        r"this muxer \(\S+, protocol 1\) cannot speak to the running host \(\S+, protocol 99\): "
        r"run muxer reload to renew the host\r\n",
        said,
    ), said
    assert not is_raw(seat)


@pytest.mark.parametrize("kind", ["dumb", ""])
def test_a_terminal_that_cannot_draw(home: Home, kind: str) -> None:
    seat = home.attach(env={"TERM": kind})
    assert seat.wait_exit() == 1
    assert f"muxer needs a terminal that can draw: TERM is '{kind}'. muxer ls, " in "".join(seat.screen())
    assert not home.starts()


def test_not_a_terminal(home: Home) -> None:
    done = subprocess.run([sys.executable, "-c", ATTACH, "{}"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("muxer: muxer needs a terminal to draw on: run it in one.")
    assert done.stderr.count("\n") == 1
    assert not home.starts()


def test_the_last_resort_leaves_a_host_that_hangs(home: Home) -> None:
    seat = home.attach()
    host = pid_shown(seat)
    wait_until(lambda: is_raw(seat))
    stop(host)
    seat.send(b"p" * 1_000_000)
    seat.send(LAST_RESORT)
    assert seat.wait_exit() == 1
    assert_restored(seat, "[left t, whose host did not answer]")


def test_the_last_resort_is_no_key_of_a_living_host(home: Home) -> None:
    seat = home.attach()
    seat.wait_for("clients 1")
    wait_until(lambda: is_raw(seat))
    for presses in range(1, 6):
        seat.send(b"\x1c")
        wait_until(lambda: seat.read() and home.ask()["heard"] == presses)  # noqa: B023 - waited for right here
    seat.send(DETACH)
    assert seat.wait_exit() == 0


def test_suspend_under_a_real_shell(home: Home) -> None:
    Path(home.folder, "attach.py").write_text(ATTACH)
    flags = "import os; print('blocking', os.get_blocking(0), os.get_blocking(1), 6 * 7)"
    shell = home.seat(["bash", "--norc", "--noediting", "-i"], 100, 30, {"PS1": "SHELL$ "})
    shell.wait_for("SHELL$")
    shell.send(f"stty -a | md5sum; {sys.executable} {home.folder}/attach.py '{{}}'\r")
    shell.wait_for("clients 1")
    shell.send(SUSPEND)
    shell.wait_for("Stopped")
    shell.send("echo back in $((40 + 2))\r")
    shell.wait_for("back in 42")
    shell.send(f'{sys.executable} -c "{flags}"\r')
    shell.wait_for("blocking True True 42")
    shell.resize(90, 25)
    shell.raw.clear()
    shell.send("fg\r")
    shell.wait_for("size 90x25")
    assert shell.raw.count(b"\x1b[?1049h") == 1
    shell.send("typed")
    shell.wait_for("heard typed;")
    shell.send(DETACH)
    shell.wait_for("[detached from t]")
    shell.send(f'stty -a | md5sum; {sys.executable} -c "{flags.replace("6 * 7", "7 * 7")}"\r')
    shell.wait_for("blocking True True 49")
    shell.send("exit\r")
    assert shell.wait_exit() == 0


def test_a_suspended_client_can_be_killed(home: Home) -> None:
    shell = home.seat(["bash", "--norc", "--noediting", "-i"], 100, 30, {"PS1": "SHELL$ "})
    Path(home.folder, "attach.py").write_text(ATTACH)
    shell.send(f"{sys.executable} {home.folder}/attach.py '{{}}'\r")
    shell.wait_for("clients 1")
    shell.send(SUSPEND)
    shell.wait_for("Stopped")
    shell.send("kill %1\r")
    wait_until(lambda: (shell.read(0.01) and home.ask()["clients"] == 0) or home.ask()["clients"] == 0)
    shell.send("echo alive $((6 * 7))\r")
    shell.wait_for("alive 42")


def test_a_stop_from_outside_and_back(home: Home) -> None:
    shell = home.seat(["bash", "--norc", "--noediting", "-i"], 100, 30, {"PS1": "SHELL$ "})
    Path(home.folder, "attach.py").write_text(ATTACH)
    shell.send(f"{sys.executable} {home.folder}/attach.py '{{}}'\r")
    shell.wait_for("clients 1")
    hello = home.ask()["hello"]
    assert isinstance(hello, dict)
    os.kill(hello["pid"], signal.SIGTSTP)
    shell.wait_for("Stopped")
    assert RESTORE in shell.raw
    shell.send("fg\r")
    shell.wait_for("clients 1")
    shell.send(STOP)
    shell.wait_for("[ended]")


def test_last_words_are_read_even_when_keys_come_too_late(home: Home) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(home.paths.socket)
        listener.listen()
        seat = home.attach()
        with listener.accept()[0] as sock:
            assert sock.recv(1 << 16).startswith(HELLO)
            sock.sendall(pack(OUTPUT, b"drawn"))
            seat.wait_for("drawn")
            stop(seat.pid)
            seat.send("late")
            sock.sendall(pack(EXIT, b"bye"))
    seat.kill(signal.SIGCONT)
    assert seat.wait_exit() == 0
    assert_restored(seat, "[bye]")


def test_attaching_imports_next_to_nothing() -> None:
    code = (
        f"import sys; sys.path.insert(0, {os.getcwd()!r}); import muxer.wire.attach; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
