import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from muxer import journal
from muxer.journal import HIDDEN, Entry, Journal, Reading, redacted


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "host.log")


def logger_of(file: str) -> logging.Logger:
    made = logging.Logger("muxer.test")  # noqa: LOG001 - none that lives on
    made.addHandler(Journal(file))
    return made


def entries(file: str) -> list[Entry]:
    reading = Reading(file)
    found = reading.earlier() + reading.fresh()
    reading.close()
    return found


def test_a_record_is_a_line_of_json_that_nobody_else_may_read(file: str) -> None:
    logger = logger_of(file)
    logger.info("two %s", "words")
    try:
        raise ZeroDivisionError("a bug, password=hunter22")
    except ZeroDivisionError:
        logger.exception("it failed")
    first, second = map(json.loads, Path(file).read_text().splitlines())
    assert list(first) == ["at", "level", "logger", "text"]
    assert (first["level"], first["logger"], first["text"]) == ("info", "muxer.test", "two words")
    assert second["level"] == "error"
    assert second["trace"].startswith("Traceback")
    assert second["trace"].endswith(f"ZeroDivisionError: a bug, password={HIDDEN}")
    assert os.stat(file).st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("number", "level"),
    [(logging.DEBUG, "info"), (logging.INFO, "info"), (logging.WARNING, "warning"), (logging.CRITICAL, "error")],
)
def test_levels_are_three(file: str, number: int, level: str) -> None:
    logger_of(file).log(number, "words")
    assert [entry.level for entry in entries(file)] == [level]


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def-123",
        "{'Authorization': 'Basic Zm9vOmJhcg=='}",
        "authorization: whatever it is",
        "bearer 12345",
        "password=hunter22",
        '{"password": "hunter22", "x": 1}',
        "api_key=abc123&x=1",
        "GITHUB_TOKEN=abc123 rest",
        "SIGNING_KEY: abc123",
        "sk-proj-abcdef123456",
        "ghp_abcdefghij0123456789",
        "github_pat_11AAAA_bbbbbbbb",
        "xoxb-1234-abcdefgh",
        "AKIAIOSFODNN7EXAMPLE",
        "https://me:hunter22@example.org/x",
    ],
)
def test_secrets_are_not_written_down(text: str) -> None:
    hidden = redacted(f"before {text} after", {})
    assert HIDDEN in hidden
    assert hidden.startswith("before ")
    for secret in ("abc", "Zm9", "12345", "hunter22", "abcdef", "whatever", "AKIA", "bbbb"):
        assert secret not in hidden


@pytest.mark.parametrize(
    "text",
    ["the key ctrl+b does nothing", "pane p1 sk-x", "a keyboard: kitty", "https://example.org:80/a@b", "tokens: none"],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text, {}) == text


def test_the_value_of_a_secret_variable_is_hidden_wherever_it_stands() -> None:
    environment = {"MY_TOKEN": "swordfish9", "SHORT_KEY": "abc", "NAME": "everything"}
    assert redacted("a swordfish9, abc, everything", environment) == f"a {HIDDEN}, abc, everything"


def test_it_is_put_aside_when_large_and_the_oldest_goes(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LIMIT", 2000)
    logger = logger_of(file)
    for number in range(100):
        logger.info("line %d", number)
    names = sorted(os.listdir(os.path.dirname(file)))
    assert names == ["host.log", "host.log.1", "host.log.2"]
    assert all(os.stat(f"{os.path.dirname(file)}/{name}").st_size <= 2000 for name in names)
    numbers = [int(entry.text.split()[1]) for entry in entries(file)]
    assert numbers == list(range(numbers[0], 100))
    assert len(numbers) > 40


def test_processes_that_write_at_once_lose_and_spoil_no_line(file: str) -> None:
    script = f"""
import logging, sys
from muxer import journal
journal.LIMIT, journal.KEPT = 400, 900
journal.keep_journal({file!r})
for number in range(200): logging.info("%s %d", sys.argv[1], number)
"""
    writers = [subprocess.Popen([sys.executable, "-c", script, name]) for name in "abcd"]
    assert [writer.wait(40) for writer in writers] == [0, 0, 0, 0]
    lines = [json.loads(line)["text"] for path in Path(file).parent.iterdir() for line in path.read_text().splitlines()]
    assert sorted(lines) == sorted(f"{name} {number}" for name in "abcd" for number in range(200))


def test_a_disk_that_is_full_disturbs_nobody_and_leaves_whole_lines(file: str) -> None:
    script = f"""
import logging, resource, signal
from muxer.journal import keep_journal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
keep_journal({file!r})
for number in range(100): logging.info("line %d", number)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
logging.info("room again")
print("undisturbed")
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("undisturbed\n", "")
    texts = [json.loads(line)["text"] for line in Path(file).read_text().splitlines()]
    assert texts[0] == "line 0"
    assert texts[-1] == "room again"
    assert 2 < len(texts) < 20


def test_words_that_do_not_fit_are_no_failure_of_who_says_them(file: str, capfd: pytest.CaptureFixture[str]) -> None:
    logger_of(file).info("%d", "no number")
    assert not os.path.exists(file)
    assert "no number" in capfd.readouterr().err


def test_what_is_no_entry_is_read_as_a_mistake_without_its_secrets(file: str) -> None:
    Path(file).write_text('Fatal Python error: token=abc123\n{"at": 1, "other": 2}\n\n')
    first, second = entries(file)
    assert (first.level, first.logger, first.text) == ("error", "host.log", f"Fatal Python error: token={HIDDEN}")
    assert second.text == '{"at": 1, "other": 2}'
    assert first.at == os.stat(file).st_mtime


def test_reading_goes_on_over_files_that_are_put_aside(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LIMIT", 1000)
    logger = logger_of(file)
    for number in range(15):
        logger.info("%d", number)
    reading = Reading(file)
    found = reading.earlier()
    for number in range(15, 22):
        logger.info("%d", number)
        found += reading.fresh()
    reading.close()
    assert [int(entry.text) for entry in found] == list(range(22))


def test_reading_waits_for_the_end_of_a_line_and_for_a_file_that_is_not_there_yet(file: str) -> None:
    reading = Reading(file)
    assert reading.earlier() + reading.fresh() == []
    with open(file, "w") as opened:
        opened.write("half")
        opened.flush()
        assert reading.fresh() == []
        opened.write(" a line\n")
    assert [entry.text for entry in reading.fresh()] == ["half a line"]
    reading.close()
