import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from muxer.agents.installing import GUARD, Change, carry_out, change, file_of
from muxer.agents.reading import read_clis
from muxer.errors import MuxerError

CLIS, _ = read_clis("")
QWEN = CLIS["qwen"]
THEIRS = '{\n "security": {"auth": 1},\n "hooks": {"Stop": [{"hooks": [{"command": "beep"}]}]}\n}'


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".qwen"
    folder.mkdir()
    return folder / "settings.json"


def wanted(*, remove: bool = False, callback: tuple[str, ...] = ("/opt/muxer",)) -> Change:
    return change(QWEN, callback, remove=remove)


def test_a_file_is_what_it_was_after_all(settings: Path) -> None:
    settings.write_text(THEIRS)
    settings.chmod(0o640)
    put = wanted()
    assert put.diff.startswith("--- ~/.qwen/settings.json\n+++ ~/.qwen/settings.json\n@@")
    assert settings.read_text() == THEIRS
    carry_out(put)
    assert stat.S_IMODE(settings.stat().st_mode) == 0o640
    stop = json.loads(settings.read_text())["hooks"]["Stop"]
    assert [one["hooks"][0]["command"] for one in stop] == ["beep", f"{GUARD}/opt/muxer hook qwen Stop"]
    assert wanted().diff == ""
    carry_out(wanted(remove=True))
    assert settings.read_text() == THEIRS
    assert wanted(remove=True).diff == ""
    assert os.listdir(settings.parent) == ["settings.json"]


def test_what_others_write_meanwhile_stays(settings: Path) -> None:
    settings.write_text('{"hooks": {}}')
    carry_out(wanted())
    written = settings.read_text()
    settings.write_text(written.replace('{"hooks"', '{"theme": "x", "hooks"'))
    carry_out(wanted(remove=True))
    assert json.loads(settings.read_text()) == {"theme": "x"}
    settings.write_text('{"hooks": {}}')
    carry_out(wanted())
    carry_out(wanted(remove=True))
    assert settings.read_text() == '{"hooks": {}}'


def test_a_file_that_was_not_there_is_gone_again(settings: Path) -> None:
    settings.parent.rmdir()
    assert wanted(remove=True).diff == ""
    put = wanted()
    assert put.diff.startswith("--- /dev/null\n+++ ~/.qwen/settings.json\n")
    carry_out(put)
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    carry_out(wanted(remove=True))
    assert not settings.exists()


def test_another_muxers_hooks_are_replaced(settings: Path) -> None:
    carry_out(wanted(callback=("/old/muxer",)))
    first = settings.read_text()
    carry_out(wanted())
    assert settings.read_text() == first.replace("/old/", "/opt/")
    carry_out(wanted(remove=True))
    assert not settings.exists()


def test_a_link_is_followed(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "dotfiles.json").write_text("{}")
    settings.symlink_to(tmp_path / "dotfiles.json")
    carry_out(wanted())
    assert settings.is_symlink()
    assert "hook qwen Stop" in (tmp_path / "dotfiles.json").read_text()


@pytest.mark.parametrize("text", [b'{"a": 1,}', b"// c\n{}", b"[1]", b"\xff\xfe{}", b'{"hooks": 3}'])
def test_what_is_not_understood_is_never_written(settings: Path, text: bytes) -> None:
    settings.write_bytes(text)
    for remove in (False, True):
        with pytest.raises(MuxerError, match=r"^~/\.qwen/settings\.json is left as it is, for [^\n]*$"):
            wanted(remove=remove)
    assert settings.read_bytes() == text


def test_a_folder_in_its_place_is_one_line(settings: Path) -> None:
    settings.mkdir()
    with pytest.raises(MuxerError, match=r"^~/\.qwen/settings\.json cannot be read: Is a directory$"):
        wanted()


def test_a_disk_that_refuses_leaves_the_file(settings: Path) -> None:
    settings.write_text(THEIRS)
    (settings.parent / "settings.json.new").mkdir()
    with pytest.raises(MuxerError, match=r"cannot be written: Is a directory$"):
        carry_out(wanted())
    assert settings.read_text() == THEIRS


def test_a_guarded_hook_does_nothing_outside_muxer(settings: Path) -> None:
    carry_out(wanted(callback=("/no/such/muxer",)))
    command = json.loads(settings.read_text())["hooks"]["Stop"][0]["hooks"][0]["command"]
    assert os.system(f"unset MUXER_TOKEN; {command}") == 0
    assert os.system(f"MUXER_TOKEN=t; {command} 2>/dev/null") != 0


def test_most_need_no_file() -> None:
    assert [file_of(CLIS[name]) for name in ("claude-code", "codex", "gemini", "opencode", "aider")] == [""] * 5
    assert file_of(CLIS["copilot"]) == os.path.expanduser("~/.copilot/hooks/muxer.json")


def test_each_file_gets_what_its_format_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for cli in CLIS.values():
        if file_of(cli):
            after = json.loads(change(replace(cli, name="x"), ("muxer",)).after or "")
            assert cli.hooks
            assert set(after["hooks"]) == set(cli.hooks.events)
            assert ("version" in after) == (cli.name in {"copilot", "cursor-agent"})
