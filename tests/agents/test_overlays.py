import json
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from muxer.agents.overlays import Overlay, lay
from muxer.agents.reading import read_clis
from muxer.errors import MuxerError

CLIS, _ = read_clis("")
WHO = {"MUXER_HOST": "desk", "MUXER_AGENT": "ada", "MUXER_TOKEN": "t0"}


def laid(name: str, folder: Path, *callback: str) -> Overlay:
    return lay(CLIS[name], str(folder), callback or ("muxer",), WHO)


def loaded(file: str) -> Any:
    return json.loads(Path(file).read_text())


def test_files_are_ours_alone_and_no_folder_above_is_open(tmp_path: Path) -> None:
    folder = tmp_path / "agents" / "1"
    (tmp_path / "agents").mkdir(mode=0o775)
    overlay = laid("claude-code", folder)
    assert [stat.S_IMODE(os.stat(one).st_mode) for one in (folder.parent, folder)] == [0o700, 0o700]
    for file in (overlay.settings, overlay.mcp):
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert sorted(os.listdir(folder)) == ["mcp.json", "settings.json"]


def test_what_each_reads_names_hooks_and_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/me")
    env = {**WHO, "XDG_RUNTIME_DIR": "/run/me", "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}
    claude = laid("claude-code", tmp_path / "c")
    settings = loaded(claude.settings)
    assert settings["hooks"]["Stop"][0]["hooks"][0]["command"] == "muxer hook claude-code Stop"
    assert settings["permissions"] == {"allow": ["mcp__muxer"]}
    assert loaded(claude.mcp)["mcpServers"]["muxer"]["env"] == env
    gemini = laid("gemini", tmp_path / "g")
    settings = loaded(gemini.settings)
    assert set(settings["hooks"]) == set(CLIS["gemini"].hooks.events)  # type: ignore[union-attr]
    assert settings["hooksConfig"] == {"enabled": True, "notifications": False}
    assert settings["mcpServers"]["muxer"]["env"] == env
    assert gemini.mcp == ""
    for name in ("copilot", "qwen"):  # their hooks are the person's to allow
        overlay = laid(name, tmp_path / name)
        assert (overlay.settings, overlay.argv) == ("", ())
        assert loaded(overlay.mcp)["mcpServers"]["muxer"]["env"] == env
    assert laid("codex", tmp_path / "x").argv[0] == "--dangerously-bypass-hook-trust"
    assert laid("aider", tmp_path / "a") == Overlay()


def test_content_of_the_persons_own_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"model": "m", "plugin": ["theirs"], "mcp": {"db": {"type": "local"}}}
    monkeypatch.setenv("OPENCODE_CONFIG_CONTENT", json.dumps(own))
    content = json.loads(laid("opencode", tmp_path / "o").settings)
    assert content["model"] == "m"
    assert content["plugin"] == ["theirs", f"file://{tmp_path}/o/muxer.js"]
    assert sorted(content["mcp"]) == ["db", "muxer"]
    monkeypatch.setenv("OPENCODE_CONFIG_CONTENT", "{not json")
    assert sorted(json.loads(laid("opencode", tmp_path / "o").settings)) == ["mcp", "plugin"]


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_the_plugin_tells_what_happens_and_throws_nothing(tmp_path: Path) -> None:
    sink = tmp_path / "sink.py"
    sink.write_text("import sys\nopen(sys.argv[1], 'a').write(sys.argv[-1] + ' ' + sys.stdin.read() + '\\n')\n")
    told = tmp_path / "told"
    laid("opencode", tmp_path / "o", sys.executable, str(sink), str(told))
    laid("opencode", tmp_path / "none", "/no/such/program")
    play = """
    for (const folder of process.argv.slice(1)) {
      const { Muxer } = await import(`file://${folder}/muxer.js`)
      const on = await Muxer()
      await on.event({ event: { type: "session.created", properties: { info: { id: "s2", parentID: "s1" } } } })
      await on.event({ event: { type: "session.idle", properties: { sessionID: "s2" } } })
      await on.event({ event: { type: "message.updated", properties: { sessionID: "s1" } } })
      await on.event({ event: { type: "odd" } })
      await on["chat.message"]({ sessionID: "s1" }, { parts: [{ text: "a" }, {}, { text: "b" }] })
      const asked = { sessionID: "s1", permission: "bash", patterns: ["ls"] }
      await on.event({ event: { type: "permission.asked", properties: asked } })
      await on["tool.execute.before"]({ sessionID: "s1", tool: "bash" }, { args: { command: "ls" } })
      await on["tool.execute.after"]({ sessionID: "s1", tool: "bash" })
      const said = async (type, what) => on.event({ event: { type, properties: { sessionID: "s1", ...what } } })
      for (const [id, role] of [["m1", "assistant"], ["m2", "assistant"], ["m2", "assistant"], ["m3", "user"]]) {
        await said("message.updated", { info: { id, role, sessionID: "s1" } })
        const of = { messageID: id, sessionID: "s1" }
        for (const text of ["On", `One of ${id}`])
          await said("message.part.updated", { part: { id: "a", type: "text", text, ...of } })
        await said("message.part.updated", { part: { id: "b", type: "tool", text: "ls", ...of } })
        await said("message.part.updated", { part: { id: "c", type: "text", text: "two", ...of } })
      }
      await said("message.part.updated", { part: { id: "d", type: "text", messageID: "m9", sessionID: "s9" } })
      await said("session.idle", {})
      await said("message.updated", { info: { id: "m2", role: "assistant", sessionID: "s1", error: {} } })
      await said("session.idle", {})
    }
    """
    argv = ["node", "--input-type=module", "-e", play, "--", str(tmp_path / "o"), str(tmp_path / "none")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=50)
    assert (done.returncode, done.stderr) == (0, "")
    lines = sorted(told.read_text().splitlines())
    assert lines == [
        'chat.message {"session":"s1","prompt":"ab"}',
        'permission.asked {"session":"s1","tool":"bash","input":["ls"]}',
        'session.idle {"session":"s1","answer":""}',
        'session.idle {"session":"s1","answer":"One of m2\\ntwo"}',
        'tool.execute.after {"session":"s1","tool":"bash"}',
        'tool.execute.before {"session":"s1","tool":"bash","input":{"command":"ls"}}',
    ]


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    before = Path(laid("claude-code", folder).settings).read_text()
    (folder / ".settings.json.new").mkdir()
    with pytest.raises(MuxerError, match=r"^/.*settings\.json cannot be written: Is a directory$"):
        laid("claude-code", folder, "other")
    assert (folder / "settings.json").read_text() == before


def test_a_door_that_is_a_file_is_there_at_once(tmp_path: Path) -> None:
    laid("qwen", tmp_path / "q")
    assert (tmp_path / "q" / "input.jsonl").read_bytes() == b""
    lay(replace(CLIS["qwen"], doors=()), str(tmp_path / "r"), ("muxer",), WHO)
    assert os.listdir(tmp_path / "r") == ["mcp.json"]
