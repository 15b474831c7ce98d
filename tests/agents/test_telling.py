import json

import pytest

from muxer.agents.reading import read_clis
from muxer.agents.signs import Told
from muxer.agents.spec import Cli, HookKind
from muxer.agents.telling import LONGEST, in_one_line, payload, tells_answers, told_by, turn_end_answer

CLIS, _ = read_clis("")
BASH = {"session_id": "s1", "transcript_path": "/t", "tool_name": "Bash", "tool_input": {"command": "alembic upgrade"}}


@pytest.mark.parametrize(
    ("cli", "event", "data", "kind", "words"),
    [
        ("claude-code", "PermissionRequest", BASH, "asks", "Bash: alembic upgrade"),
        ("claude-code", "Stop", {"last_assistant_message": "done"}, "turn-ended", "done"),
        ("claude-code", "StopFailure", {"error": "rate_limit", "message": "Resets 3pm"}, "limited", "Resets 3pm"),
        ("claude-code", "StopFailure", {"error": "server_error"}, "failed", ""),
        (
            "claude-code", "StopFailure",
            {"error": "unknown", "last_assistant_message": "You've hit your session limit · resets 3pm (UTC)"},
            "limited", "You've hit your session limit · resets 3pm (UTC)",
        ),
        (
            "claude-code", "StopFailure", {"error": "billing_error", "message": "You're out of usage credits"},
            "limited", "You're out of usage credits",
        ),
        (
            "claude-code", "StopFailure", {"error": "unknown", "message": "5-hour limit reached ∙ resets 3pm"},
            "limited", "5-hour limit reached ∙ resets 3pm",
        ),
        (
            "claude-code", "StopFailure",
            {"error": "rate_limit", "message": "Server is temporarily limiting requests (not your usage limit)"},
            "failed", "Server is temporarily limiting requests (not your usage limit)",
        ),
        (
            "claude-code", "StopFailure", {"error": "invalid_request", "message": "Context limit reached"},
            "failed", "Context limit reached",
        ),
        ("gemini", "Notification", {"notification_type": "ToolPermission", "details": {"command": "ls"}}, "asks", "ls"),
        ("gemini", "Notification", {"notification_type": "ToolPermission", "details": 3, "message": "A"}, "asks", "A"),
        ("claude-code", "Notification", {"notification_type": "permission_prompt", "message": "So?"}, "asks", "So?"),
        ("claude-code", "Notification", {"notification_type": "auth", "message": "in"}, "notified", "in"),
        ("claude-code", "Notification", {"notification_type": ["x"], "message": {}}, "notified", ""),
        ("codex", "PermissionRequest", {"tool_name": "sh", "tool_input": {"cmd": ["ls", "-l"]}}, "asks", "sh: ls -l"),
        ("gemini", "BeforeTool", {"tool_name": "read", "tool_input": {"odd": 1}}, "tool", 'read: {"odd": 1}'),
        ("opencode", "permission.asked", {"tool": "bash", "input": ["rm x", "rm y"]}, "asks", "bash: rm x rm y"),
        (
            "copilot", "notification", {"message": "Run command: ls", "notification_type": "permission_prompt"},
            "asks", "Run command: ls",
        ),
        ("qwen", "PreToolUse", {"tool_name": "shell", "tool_input": None}, "tool", "shell"),
    ],
)  # fmt: skip
def test_a_payload_says_what_happened(cli: str, event: str, data: object, kind: HookKind, words: str) -> None:
    assert isinstance(data, dict)
    told = told_by(CLIS[cli], event, data, 7.0)
    assert told is not None
    assert (told.kind, told.words, told.at, told.event) == (kind, words, 7.0, event)


def test_all_fields_are_found() -> None:
    told = told_by(CLIS["claude-code"], "UserPromptSubmit", BASH | {"prompt": "do\nit \ud800"}, 1.0)
    assert told == Told(
        kind="prompted", at=1.0, event="UserPromptSubmit", session="s1", transcript="/t", tool="Bash",
        prompt="do\nit ?", words="Bash: alembic upgrade",
    )  # fmt: skip


LAST = "Done.\n\n- one \x1b[2J\n" + "x" * (1 << 20)


@pytest.mark.parametrize(
    ("cli", "event", "data"),
    [
        ("claude-code", "Stop", {"last_assistant_message": LAST}),
        ("codex", "Stop", {"last_assistant_message": LAST}),
        ("gemini", "AfterAgent", {"prompt_response": LAST}),
        ("opencode", "session.idle", {"answer": LAST}),
        ("qwen", "Stop", {"last_assistant_message": LAST}),
    ],
)
def test_the_end_of_a_turn_tells_what_was_said_last_whole(cli: str, event: str, data: dict[str, str]) -> None:
    told = told_by(CLIS[cli], event, data, 1.0)
    assert told
    assert (told.kind, told.answer) == ("turn-ended", LAST)
    assert tells_answers(CLIS[cli])


def test_what_fails_or_says_nothing_last_is_no_answer() -> None:
    failed = told_by(CLIS["claude-code"], "StopFailure", {"last_assistant_message": "API Error"}, 1.0)
    silent = told_by(CLIS["claude-code"], "Stop", {"last_assistant_message": None}, 1.0)
    assert failed
    assert silent
    assert (failed.answer, silent.answer) == ("", "")
    assert not any(tells_answers(CLIS[name]) for name in ("shell", "cursor-agent", "copilot"))


@pytest.mark.parametrize(("cli", "event"), [("claude-code", "Stopp"), ("claude-code", ""), ("shell", "Stop")])
def test_what_its_file_does_not_know_says_nothing(cli: str, event: str) -> None:
    assert told_by(CLIS[cli], event, {}, 0.0) is None


def test_words_cannot_steer_a_terminal_and_have_an_end() -> None:
    assert in_one_line("a\x1b]0;x\x07b\r\n\tc\u202e \x9b") == "a ]0;x b c"
    assert len(in_one_line("x" * 5000)) == LONGEST
    assert in_one_line("x" * 5000).endswith("…")
    hostile = {"tool_name": "Ba\x1bsh", "tool_input": {"command": "echo \x1b[2J\n" + "y" * 10_000_000}}
    told = told_by(CLIS["claude-code"], "PermissionRequest", hostile, 0.0)
    assert told
    assert told.words.startswith("Ba sh: echo [2J yyy")
    assert told.words.isprintable()


@pytest.mark.parametrize("data", ["", "null", "[1]", '"x"', "{", "[" * 100_000])
def test_a_payload_that_is_no_object_is_an_empty_one(data: str) -> None:
    assert payload(data) == {}


def test_the_end_of_a_turn_goes_on_with_a_text_where_a_door_is_there_for_it() -> None:
    for name in ("claude-code", "codex", "gemini"):
        assert json.loads(turn_end_answer(CLIS[name], 'a "b"\nc')) == {"decision": "block", "reason": 'a "b"\nc'}
        assert turn_end_answer(CLIS[name], "") == ""
    plain = Cli(name="x", title="X", short="x", binary=("x",))
    assert turn_end_answer(plain, "text") == ""
