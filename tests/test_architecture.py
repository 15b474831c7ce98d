"""The rules of the house that import-linter cannot express."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

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


def wrong(paths: list[Path], is_right: Callable[[Path], object]) -> list[str]:
    """Those that are not."""
    return [str(path.relative_to(ROOT)) for path in paths if not is_right(path)]


def test_every_module_is_short_enough_to_read_at_once() -> None:
    assert wrong(MODULES, lambda module: len(module.read_text().splitlines()) <= LONGEST) == []


def test_every_name_says_what_it_holds() -> None:
    assert wrong(MODULES, lambda module: not VAGUE & set(module.stem.split("_"))) == []


def test_every_module_opens_with_its_purpose() -> None:
    assert wrong(MODULES, says_its_purpose) == []


def says_its_purpose(module: Path) -> bool:
    lines = (ast.get_docstring(ast.parse(module.read_text())) or "").splitlines()
    return 1 <= len(lines) <= 5 or (module.name == "errors.py" and bool(lines))


def test_every_module_is_mirrored_by_a_test() -> None:
    assert wrong(MODULES, is_mirrored) == []


def is_mirrored(module: Path) -> bool:
    path = module.relative_to(ROOT / "muxer")
    names = [f"test_{path.name}", f"test_{path.stem.split('_')[0]}.py"]
    mirrors = [path.with_name(name) for name in names] + [Path(SHARED.get(str(path), names[0]))]
    return module.stem.startswith("__") or any((ROOT / "tests" / mirror).is_file() for mirror in mirrors)


def test_nothing_is_left_to_do() -> None:
    assert wrong(MODULES, lambda module: not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", module.read_text())) == []


def test_no_file_names_another_place() -> None:
    assert wrong(WRITTEN, lambda path: not ELSEWHERE.search(path.read_text(errors="replace"))) == []


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


def test_every_test_waits_for_something() -> None:
    assert wrong(TESTS, waits) == []


def waits(test: Path) -> bool:
    known = str(test.relative_to(ROOT)).startswith(tuple(SLEEPERS))
    return known or not [long for long in sleeps(ast.parse(test.read_text())) if long >= LONG_SLEEP]
