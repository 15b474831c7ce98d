"""The rules of the house that import-linter cannot express."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "muxer").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
WRITTEN = sorted(
    path
    for folder in ("muxer", "tests", "keymaps", "themes", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix in {"", ".py", ".toml", ".md", ".sh", ".txt"}
) + sorted(path for path in ROOT.iterdir() if path.is_file() and path.suffix in {"", ".md", ".toml", ".txt"})

LONGEST = 400
VAGUE = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
ELSEWHERE = re.compile("|".join(("/" + "work/", r"\.\./" + "shared", "proto" + "types?/", "/" + "tmp/w/")))
SHARED = {
    "agents/spec.py": "agents/test_reading.py",
    "handing.py": "test_host.py",
    "terminal/engine.py": "terminal/test_conformance.py",
    "terminal/kitty_keys.py": "terminal/test_key_matrix.py",
    "terminal/legacy_keys.py": "terminal/test_key_matrix.py",
    "terminal/recovery.py": "terminal/test_ring.py",
    "terminal/sequences.py": "terminal/test_outer.py",
    "wire/line.py": "wire/test_server.py",
    "wire/signals.py": "wire/test_attach.py",
}
"""Parts that are tested with the whole they belong to; one named for its whole (ghostty_text) need not be here."""
LONG_SLEEP = 0.1
SLEEPERS = {
    "tests/bench": "measures what a host does meanwhile",
    "tests/wire/tiny_host.py": "is a host that answers late, for those who wait for it",
}
"""Who may sleep for a fixed time, and why."""

each_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
each_test = pytest.mark.parametrize("test", TESTS, ids=lambda path: str(path.relative_to(ROOT)))


@each_module
def test_is_short_enough_to_read_at_once(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= LONGEST


@each_module
def test_name_says_what_it_holds(module: Path) -> None:
    assert not VAGUE & set(module.stem.split("_"))


@each_module
def test_opens_with_its_purpose(module: Path) -> None:
    purpose = ast.get_docstring(ast.parse(module.read_text()))
    assert purpose
    assert len(purpose.splitlines()) <= 5 or module.name == "errors.py"


@each_module
def test_is_mirrored_by_a_test(module: Path) -> None:
    if module.stem.startswith("__"):
        return
    path = module.relative_to(ROOT / "muxer")
    names = [f"test_{path.name}", f"test_{path.stem.split('_')[0]}.py"]
    mirrors = [path.with_name(name) for name in names] + [Path(SHARED.get(str(path), names[0]))]
    assert any((ROOT / "tests" / mirror).is_file() for mirror in mirrors)


@each_module
def test_leaves_nothing_to_do(module: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", module.read_text())


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_no_other_place(path: Path) -> None:
    found = ELSEWHERE.search(path.read_text(errors="replace"))
    assert not found, found


def sleeps(tree: ast.AST) -> list[float]:
    """The fixed times that a test waits for nothing in particular."""
    return [
        float(call.args[0].value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "sleep"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, int | float)
    ]


@each_test
def test_waits_for_something(test: Path) -> None:
    name = str(test.relative_to(ROOT))
    if not any(name.startswith(known) for known in SLEEPERS):
        assert [long for long in sleeps(ast.parse(test.read_text())) if long >= LONG_SLEEP] == []
