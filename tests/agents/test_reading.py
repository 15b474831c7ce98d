import re
import time
from dataclasses import fields
from pathlib import Path

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muxer.agents import reading, spec
from muxer.agents.reading import SHIPPED, cli_names, read_cli, read_clis
from muxer.agents.spec import Cli, Door, Hooks, Keys, Picks, Rule, Session

OWN = """\
title = "My Agent"
binary = ["my-agent", "my-agent-2"]
argv = ["--stay"]
prompt = "argument"

[auto.env]
MY_MODE = "auto"

[session]
resume = ["--resume", "{session}"]
first = true

[keys]
delay = 1

[[rules]]
name = "busy"
state = "working"
title = "^busy"

[composer]
row = "^> (?P<draft>.*)"
"""


def written(folder: Path, name: str, text: str) -> str:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(text)
    return str(file)


def own(tmp_path: Path, text: str, name: str = "my-agent") -> list[str]:
    """What is wrong with a file, without the way to it."""
    file = written(tmp_path, name, text)
    cli, wrong = read_cli(file)
    assert (cli is None) == bool(wrong)
    assert all(line.startswith(f"{file}:") for line in wrong)
    return [line.removeprefix(f"{file}:") for line in wrong]


def test_a_person_s_file_adds_a_cli(tmp_path: Path) -> None:
    file = written(tmp_path, "my-agent", OWN)
    clis, troubles = read_clis(str(tmp_path))
    assert troubles == []
    mine = clis["my-agent"]
    assert (mine.name, mine.title, mine.short, mine.file) == ("my-agent", "My Agent", "my-agent", file)
    assert mine.binary == ("my-agent", "my-agent-2")
    assert dict(mine.auto.env) == {"MY_MODE": "auto"}
    assert mine.session.first
    assert mine.keys.delay == 1
    assert mine.doors == (Door(kind="keys"),)
    assert mine.rules[0].title is not None
    assert mine.rules[0].title.search("busy")
    assert "my-agent" in cli_names(str(tmp_path))


def test_a_person_s_file_changes_single_fields_of_muxer_s(tmp_path: Path) -> None:
    file = written(tmp_path, "claude-code", 'argv = ["--ax-screen-reader"]\n\n[session]\nlast = ["-c"]\n')
    shipped, changed = read_clis("")[0]["claude-code"], read_clis(str(tmp_path))[0]["claude-code"]
    assert (changed.argv, changed.session.last, changed.file) == (("--ax-screen-reader",), ("-c",), file)
    assert (changed.binary, changed.session.resume) == (shipped.binary, shipped.session.resume)
    assert changed.hooks == shipped.hooks


def test_rules_of_one_s_own_go_first_and_in_the_place_of_their_namesakes(tmp_path: Path) -> None:
    base = read_clis("")[0]["codex"]
    text = f'[[rules]]\nname = "{base.rules[1].name}"\nstate = "limited"\nscreen = "mine"\n'
    written(tmp_path, "codex", f'{text}\n[[rules]]\nname = "new"\nstate = "idle"\nscreen = "mine too"\n')
    rules = read_clis(str(tmp_path))[0]["codex"].rules
    assert [rule.name for rule in rules[:2]] == [base.rules[1].name, "new"]
    assert rules[2:] == (base.rules[0], *base.rules[2:])


def test_a_bad_file_costs_that_file_only(tmp_path: Path) -> None:
    written(tmp_path, "my-agent", OWN)
    bad = written(tmp_path, "codex", 'titel = "Mine"\n')
    none = written(tmp_path, "other", "not toml")
    clis, troubles = read_clis(str(tmp_path))
    assert "my-agent" in clis
    assert clis["codex"] == read_clis("")[0]["codex"]
    assert "other" not in clis
    assert [trouble.rpartition(":")[0].partition(": no")[0] for trouble in troubles][:1] == [f"{bad}:1"]
    assert troubles[1].startswith(f"{none}:1: ")


WRONG = [
    ('titel = "A"\nbinary = []', "1: no field named 'titel': did you mean title, install?"),
    ('binary = []\n[session]\nresum = ["a"]', "3: no field named 'resum': did you mean resume?"),
    ('title = "A"', "1: binary is missing: the names of its program, or [] for a person's shell"),
    ('binary = "a"', "1: binary must be a list of texts, not 'a'"),
    ('binary = ["a",\n 3]', "2: binary must be text in quotes, not 3"),
    ("binary = []\ntitle = true", "2: title must be text in quotes, not true"),
    ("binary = []\nsession = 3", "2: session must be a table, not 3"),
    ("binary = []\nenv = []", "2: env must be a table, not a list"),
    ('binary = []\nprompt = "arg"', "2: prompt cannot be 'arg': it can be argument, typed"),
    ("binary = []\nprompt = 3", "2: prompt cannot be 3: it can be argument, typed"),
    ('binary = []\n[keys]\ndelay = "1"', "3: delay must be a number from 0 to 600, not '1'"),
    ("binary = []\n[keys]\ndelay = true", "3: delay must be a number from 0 to 600, not true"),
    ("binary = []\n[keys]\ndelay = -1", "3: delay must be a number from 0 to 600, not -1"),
    ("binary = []\n[keys]\ndelay = nan", "3: delay must be a number from 0 to 600, not nan"),
    (f"binary = []\n[keys]\nenter = 0x{'f' * 5000}", "3: enter must be text in quotes, not so large a number"),
    ("binary = []\n[session]\nfirst = 1", "3: first must be true or false, not 1"),
    ('binary = []\nargv = ["--to={sesion}"]', "2: no placeholder named 'sesion': did you mean session, settings?"),
    ('binary = []\nmcp = "claud"', "2: no format named 'claud': did you mean claude?"),
    ('binary = []\nusage = "codx"', "2: no format named 'codx': did you mean codex, opencode?"),
    ('binary = []\n[hooks]\nformat = "qwn"', "3: no format named 'qwn': did you mean qwen?"),
    ("binary = []\n[hooks]", "2: hooks needs format"),
    (
        'binary = []\n[hooks]\nformat = "none"\n[hooks.events]\nStop = "turn-end"',
        "5: Stop cannot be 'turn-end': did you mean turn-ended?",
    ),
    (
        'binary = []\n[[rules]]\nname = "a"\nstate = "idle"\nscreen = "("',
        "5: screen is no pattern: missing ), unterminated subpattern at position 0",
    ),
    ('binary = []\n[[rules]]\nname = "a"', "2: rules needs state"),
    ('binary = []\n[[rules]]\nname = "a"\nstate = "idel"', "4: state cannot be 'idel': did you mean idle?"),
    ("binary = []\nrules = 3", "2: rules must be a list, not 3"),
    ("binary = []\nrules = [3]", "2: rules must be a table, not 3"),
    (
        'binary = []\n[session]\nshape = "["',
        "3: shape is no pattern: unterminated character set at position 0",
    ),
    ('binary = []\n[[doors]]\nkind = "http"\nurl = "http://x"', "2: a door of kind http needs body"),
    ('binary = []\n[composer]\nrow = "> .*"', "3: row must have (?P<draft>…) in it"),
    ('binary = []\n[picks]\nrow = "(?P<key>.)"', "3: row must have (?P<label>…) in it"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_says_what_is_wrong_and_on_which_line(tmp_path: Path, text: str, said: str) -> None:
    assert own(tmp_path, text) == [said]


def test_all_that_is_wrong_is_said(tmp_path: Path) -> None:
    assert len(own(tmp_path, 'titel = "A"\nargv = 3\n[keys]\nenter = 1\n')) == 4


def test_a_file_full_of_wrong_names_is_refused_at_once(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert len(own(tmp_path, "".join(f"nonsense{n} = 1\n" for n in range(30_000)))) == reading.MOST
    assert time.monotonic() - begun < 10


leaves = st.one_of(
    st.none().map(lambda _: []), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.dates(),
    st.sampled_from(["working", "keys", "(", "{text}", "claude", "idle", "argument"]),
)  # fmt: skip
NAMES = sorted({one.name for struct in (Cli, Rule, Door, Session, Hooks, Keys, Picks) for one in fields(struct)})
tables = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(NAMES), tables, max_size=6), st.sampled_from(["codex", "mine"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_stands_in_a_file_is_read_or_refused_line_by_line(
    tmp_path: Path, data: dict[str, object], name: str
) -> None:
    file = written(tmp_path, name, tomli_w.dumps(data))
    cli, wrong = read_cli(file)
    assert (cli is None) == bool(wrong)
    assert all(re.match(rf"{re.escape(file)}:\d+: [^\n]+$", line) for line in wrong)


def test_a_wrong_line_of_a_file_that_changes_muxer_s_is_its_own(tmp_path: Path) -> None:
    assert own(tmp_path, 'title = "C"\n[[rules]]\nname = "a"\nstate = "idle"\nscreen = "*"\n', "codex") == [
        "5: screen is no pattern: nothing to repeat at position 0"
    ]


@pytest.mark.parametrize("name", ["My Agent", "Mine", "-x", "a" * 41])
def test_a_name_that_nobody_could_type_is_refused(tmp_path: Path, name: str) -> None:
    cli, wrong = read_cli(written(tmp_path, name, OWN))
    assert cli is None
    assert "call it by a name of small letters" in wrong[0]


def test_what_is_no_file_for_it_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path, ".hidden", "!")
    (tmp_path / "notes.txt").write_text("!")
    (tmp_path / "folder.toml").mkdir()
    clis, troubles = read_clis(str(tmp_path))
    assert len(troubles) == 1
    assert "folder.toml" in troubles[0]
    assert set(clis) == set(read_clis(str(tmp_path / "nowhere"))[0])


def test_a_shipped_file_is_not_read_over_itself() -> None:
    cli, wrong = read_cli(f"{SHIPPED}/codex.toml")
    assert wrong == []
    assert isinstance(cli, Cli)
    assert len({rule.name for rule in cli.rules}) == len(cli.rules)


def test_places_are_those_that_the_spec_names() -> None:
    assert spec.__doc__ is not None
    assert all(f"{{{place}}}" in spec.__doc__ for place in reading.PLACES if place != "text")
