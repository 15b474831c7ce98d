import pytest

from muxer.ui.links import opener, start, url_at


@pytest.mark.parametrize(
    ("row", "x", "url"),
    [
        ("see https://a.example/x?y=1#z, now", 6, "https://a.example/x?y=1#z"),
        ("see https://a.example/x?y=1#z, now", 29, ""),
        ("see https://a.example/x?y=1#z, now", 2, ""),
        ("(http://a.example/b_(c))", 3, "http://a.example/b_(c)"),
        ("漢字 http://a.example", 5, "http://a.example"),
        ("漢字 http://a.example", 4, ""),
        ("www.example.org.", 0, "https://www.example.org"),
        ("<mailto:me@example.org>", 4, "mailto:me@example.org"),
        ("file:///etc/passwd javascript:alert(1)", 2, ""),
        ("", 0, ""),
        ("http://a.example", 99, ""),
    ],
)
def test_an_address_is_found_under_its_cells_only(row: str, x: int, url: str) -> None:
    assert url_at([row], 80, x, 0) == url


@pytest.mark.parametrize("y", [1, 2, 3])
def test_an_address_goes_on_in_the_next_row_when_the_row_is_full(y: int) -> None:
    rows = ["http://no", "go http://", "a.example/", "path end", "http://no"]
    assert url_at(rows, 10, 3, y) == "http://a.example/path"


def test_what_could_run_something_is_not_opened() -> None:
    env = {"DISPLAY": ":0"}

    def which(name: str) -> str:
        return f"/bin/{name}"

    assert opener("https://a.example", env, "linux", which) == ["xdg-open", "https://a.example"]
    assert opener("https://a.example", {}, "linux", which) == []
    assert opener("https://a.example", {"BROWSER": "w3m -N"}, "linux", which) == ["w3m", "-N", "https://a.example"]
    assert opener("https://a.example", {}, "darwin", which) == ["open", "https://a.example"]
    for bad in ("file:///etc/passwd", "ssh://-oProxyCommand=x", "-version", "vscode://x"):
        assert opener(bad, env, "linux", which) == []


def test_a_program_that_is_gone_is_no_disaster() -> None:
    assert not start(["/nonexistent/browser", "https://a.example"])
