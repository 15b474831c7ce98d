"""Completes a line: verbs, options, values, and the names of what there is now. For shells and for the screen."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from muxer.commands.kinds import Folder
from muxer.commands.table import VERBS, Parameter, Verb, command

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


ON_GONE = {"restore", "cleanup"}
"""What is done to agents that are gone."""


class Candidate(NamedTuple):
    """What the word at the end of a line could be."""

    word: str
    help: str = ""


def complete_line(line: str, services: "Services", *, cwd: str = "") -> tuple[str, list[Candidate]]:
    """What a verb's line could go on with; the line up to the word that is being typed comes first."""
    words, last, head = cut(line)
    return head, _fitting(words, last, services, cwd)


def written(word: str) -> str:
    """A word as it stands in a line, so that it is read as one."""
    from shlex import quote

    return quote(word) if not word or any(letter in " \t'\"\\" for letter in word) else word


def cut(line: str) -> tuple[list[str], str, str]:
    """The words before the one that is being typed, the beginning of that one, and the line before it as it stands."""
    from shlex import split

    quote, start, escaped = "", 0, False
    for at, character in enumerate(line):
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif character in (quote or "\"'"):
            quote = "" if quote else character
        elif character.isspace() and not quote:
            start = at + 1
    last = line[start:].removesuffix("\\") if escaped else line[start:]
    return split(line[:start]), "".join(split(last + quote)), line[:start]


def _fitting(words: list[str], last: str, services: "Services", cwd: str) -> list[Candidate]:
    return [found for found in _candidates(words, last, services, cwd) if found.word.startswith(last)]


def _candidates(words: list[str], last: str, services: "Services", cwd: str) -> Iterable[Candidate]:
    if not words:
        return _verbs(services)
    verb = VERBS.get(words[0])
    if verb is None or "--" in words:
        return ()
    options = {parameter.word: parameter for parameter in verb.parameters if parameter.option}
    places = [parameter for parameter in verb.parameters if not parameter.option]
    needs: Parameter | None = None
    for word in words[1:]:
        name, glued, _ = word.partition("=")
        if needs:
            needs = None
        elif name in options:
            needs = None if glued or options[name].flag else options.pop(name)
        elif not word.startswith("--") and places and not places[0].several:
            places.pop(0)
    if needs:
        return _values(needs, words, last, services, cwd)
    found = [] if last.startswith("-") or not places else list(_values(places[0], words, last, services, cwd))
    return found or _options(verb, options.values())


def _options(verb: Verb, left: Iterable[Parameter]) -> Iterator[Candidate]:
    yield from (Candidate(parameter.word, parameter.help) for parameter in left)
    if verb.answers:
        yield Candidate("--json", "answer in JSON")


def _values(parameter: Parameter, words: list[str], last: str, services: "Services", cwd: str) -> Iterable[Candidate]:
    kind = parameter.kind
    if kind.completes == "folders":
        return _folders(last, cwd)
    listed = kind.schema.get("enum")
    if isinstance(listed, list):
        return [Candidate(str(value)) for value in listed]
    gone = kind.completes == "agents" and words[0] == "agent" and not ON_GONE.isdisjoint(words)
    names = NAMES.get("gone agents" if gone else kind.completes)
    return names(services) if names else ()


def _folders(last: str, cwd: str) -> list[Candidate]:
    """Folders within what is typed already; hidden ones for whoever begins with a dot."""
    within = last[: last.rfind("/") + 1]
    try:
        with os.scandir(os.path.join(cwd, os.path.expanduser(within)) or ".") as found:
            names = sorted(entry.name for entry in found if entry.is_dir())
    except OSError:
        return []
    hidden = last[len(within) :].startswith(".")
    return [Candidate(f"{within}{name}/") for name in names if hidden or not name.startswith(".")]


# ---- names of what there is now


def _panes(services: "Services") -> Iterator[Candidate]:
    for pane in services.panes.living.values():
        tab = services.stage.tab_of(pane.id)
        yield Candidate(pane.name, f"tab {tab}" if tab else "floating")


def _agents(services: "Services") -> Iterator[Candidate]:
    for agent in services.agents.living.values():
        yield Candidate(services.agents.facts(agent).name, agent.cli.title)


def _gone_agents(services: "Services") -> Iterator[Candidate]:
    for name in dict.fromkeys(services.agents.left.values()):
        yield Candidate(name, "gone")


def _tabs(services: "Services") -> list[Candidate]:
    tabs = dict.fromkeys(services.stage.tab_of(pane) for pane in services.panes.living)
    return [Candidate(tab) for tab in tabs if tab]


def _shipped(kind: str) -> Callable[["Services"], list[Candidate]]:
    def named(_services: "Services") -> list[Candidate]:
        from muxer.shipped import names

        return [Candidate(name) for name in names(kind)]

    return named


def _projects(services: "Services") -> list[Candidate]:
    return [Candidate(project.name, project.folder) for project in services.projects.known]


def _clis(_services: "Services") -> list[Candidate]:
    from muxer.agents.reading import cli_names
    from muxer.paths import config_folder

    return [Candidate(name) for name in cli_names(os.path.join(config_folder(), "clis"))]


def _verbs(_services: "Services") -> list[Candidate]:
    return [Candidate(verb.name, verb.summary) for verb in VERBS.values() if not verb.hidden]


def _actions(_services: "Services") -> list[Candidate]:
    from muxer.settings.actions import ACTIONS

    return [Candidate(action.id, action.words) for action in ACTIONS.values()]


def _settings(_services: "Services") -> list[Candidate]:
    from muxer.config import every_key

    return [Candidate(".".join(key)) for key in every_key()]


NAMES: dict[str, Callable[["Services"], Iterable[Candidate]]] = {
    "panes": _panes,
    "agents": _agents,
    "gone agents": _gone_agents,
    "tabs": _tabs,
    "themes": _shipped("themes"),
    "keymaps": _shipped("keymaps"),
    "layouts": _shipped("layouts"),
    "projects": _projects,
    "clis": _clis,
    "verbs": _verbs,
    "actions": _actions,
    "settings": _settings,
}
"""What a kind of argument is completed with."""


# ---- for shells


@command(hidden=True)
async def complete(services: "Services", line: str, *, cwd: Folder = "") -> str:
    """Say what a line of a shell could go on with.

    Each line of the answer is a word, a tab and its help.

    Arguments:
        line: what is typed, muxer's own name first
        cwd: the folder it is typed in

    Example:
        muxer complete "muxer kill "
    """
    words, last, _ = cut(line)
    del words[:1]
    while words and words[0].startswith("-L"):
        del words[: 2 if words[0] == "-L" else 1]
    found = _fitting(words, last, services, cwd)
    return "\n".join(f"{one.word}\t{one.help}" for one in found if one.word.isprintable())


BASH = r"""_muxer() {
    local line=${COMP_LINE:0:COMP_POINT} typed=${COMP_WORDS[COMP_CWORD]} before= word help
    # bash takes a : or a = for the end of a word.
    [[ $typed == [:=] ]] && typed=
    [[ ${line##* } == *"$typed" ]] && before=${line##* } && before=${before%"$typed"}
    COMPREPLY=()
    while IFS=$'\t' read -r word help; do
        word=${word#"$before"}
        [[ $typed == [\"\']* ]] || printf -v word %q "$word"
        COMPREPLY+=("$word")
    done < <(muxer complete "$line" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == */ ]]; then compopt -o nospace; fi
    if [[ $line == *" -- "* ]]; then compopt -o default; fi
}
complete -F _muxer muxer
"""

ZSH = r"""#compdef muxer
_muxer() {
    local line
    local -a found folders shown
    (( ${words[(I)--]} && ${words[(I)--]} < CURRENT )) && { _default; return }
    for line in "${(@f)$(muxer complete "${(j: :)words[1,CURRENT]}" 2>/dev/null)}"; do
        if [[ $line == */$'\t'* ]]; then
            folders+=("${line%%$'\t'*}")
        elif [[ -n $line ]]; then
            found+=("${line%%$'\t'*}")
            shown+=("${line%%$'\t'*}  ${line#*$'\t'}")
        fi
    done
    compadd -l -d shown -a found
    compadd -S '' -a folders
}
if [[ $funcstack[1] == _muxer ]]; then _muxer "$@"; else compdef _muxer muxer; fi
"""

FISH = r"""complete -c muxer -f -a '(muxer complete (commandline -cp | string collect) 2>/dev/null)'
complete -c muxer -n 'contains -- -- (commandline -opc)' -F
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@command(local=True)
async def completion(_services: object, shell: Literal["bash", "zsh", "fish"]) -> str:
    """Print the script that teaches a shell muxer's words.

    Arguments:
        shell: the one that reads it

    Example:
        source <(muxer completion bash)
    """
    return SCRIPTS[shell]
