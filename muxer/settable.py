"""What there is to set, table by table, each with a good default."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Clients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terminals attached to one host."""

    size: Annotated[
        Literal["smallest", "latest"], Meta(description="Whose size the screen has when several are attached.")
    ] = "smallest"


class Panes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every pane gets."""

    shell: Annotated[str, Meta(description="The program of a new pane; empty: $SHELL.")] = ""
    scrollback: Annotated[
        int, Meta(ge=0, le=1_000_000, description="Lines of history that a new pane keeps, at least.")
    ] = 10_000
    history: Annotated[
        bool, Meta(description="Keep every pane's history on disk, for you alone, so that a reboot does not take it?")
    ] = True
    clipboard: Annotated[bool, Meta(description="May programs put text on your clipboard (OSC 52)?")] = True


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it looks and what the keys are."""

    theme: Annotated[str, Meta(description="The colours of everything.")] = "night"
    keymap: Annotated[str, Meta(description="What every key does.")] = "tmux"
    follow: Annotated[bool, Meta(description="Change theme as your terminal turns dark or light (mode 2031).")] = False
    dark: Annotated[str, Meta(description="The theme while it is dark; for follow.")] = "night"
    light: Annotated[str, Meta(description="The theme while it is light; for follow.")] = "day"
    glyphs: Annotated[Literal["unicode", "ascii"], Meta(description="ascii: for fonts that lack shapes.")] = "unicode"
    motion: Annotated[bool, Meta(description="May anything on the screen move by itself?")] = True
    sidebar: Annotated[Literal["auto", "shown", "hidden"], Meta(description="auto: where there are 100 columns.")] = (
        "auto"
    )
    clock: Annotated[bool, Meta(description="The time, in the status line.")] = True


class Notices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How you hear of what happens in a pane that you do not look at."""

    toast: Annotated[bool, Meta(description="A note at the top right, for some seconds.")] = True
    bell: Annotated[bool, Meta(description="Ring your terminal's bell.")] = True
    desktop: Annotated[bool, Meta(description="Pass it on to your terminal, which shows it as your desktop does.")] = (
        True
    )


class Agents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every agent, whatever its project."""

    go_on: Annotated[bool, Meta(description="Tell an agent to go on once its usage limit is over?")] = False


class Mesh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What agents say to each other."""

    ask_timeout: Annotated[
        int, Meta(ge=1, le=86_400, description="Seconds that an agent waits for another's answer, unless it says so.")
    ] = 600
    pair_rate: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Messages a minute from one agent to another, at most.")
    ] = 60
    circle_rate: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Messages a minute inside one circle, at most.")
    ] = 600
    loop: Annotated[
        int,
        Meta(ge=2, le=1_000_000, description="Messages to and fro between two agents until a person is asked."),
    ] = 40


class Project(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How agents work in one project."""

    cli: Annotated[str, Meta(description="The agent's CLI; empty: the last one, or the only one here.")] = ""
    workspace: Annotated[
        Literal["worktree", "clone", "here"],
        Meta(description="Where an agent works: a worktree of its own, a clone of its own, or the folder itself."),
    ] = "worktree"
    check: Annotated[
        str | tuple[str, ...], Meta(description="Says whether work is good: a line for the shell, or a list of words.")
    ] = ""
    check_timeout: Annotated[int, Meta(ge=1, le=86_400, description="Seconds that the check may take.")] = 1800
    base: Annotated[str, Meta(description="The branch that work starts from; empty: the repository's own.")] = ""
    remote: Annotated[
        str, Meta(description="The remote that people share agents' work by; empty: it stays on this machine.")
    ] = ""
    operator: Annotated[str, Meta(description="Who you are in the names of branches; empty: as git knows you.")] = ""
    copies: Annotated[
        tuple[str, ...], Meta(description="What git does not have and a new workspace gets a copy of, as paths.")
    ] = (".env",)
    links: Annotated[
        tuple[str, ...], Meta(description="The same for big folders: files are shared where the disk can do that.")
    ] = ("node_modules",)
    setup: Annotated[
        str | tuple[str, ...], Meta(description="Run in a new workspace, before its agent: a line, or a list of words.")
    ] = ""
    ports: Annotated[int, Meta(ge=0, le=1000, description="Port numbers that each workspace has to itself.")] = 10
    roles: Annotated[tuple[str, ...], Meta(description="What agents may be.")] = ()
    spawns: Annotated[int, Meta(ge=0, le=100, description="Agents that an agent may have at once; 0: none.")] = 0
    spawns_deep: Annotated[int, Meta(ge=1, le=10, description="How far those may have agents of their own.")] = 1
    spawn_clis: Annotated[tuple[str, ...], Meta(description="The CLIs that an agent may start; empty: any.")] = ()


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings; every one has a good default."""

    clients: Clients = Clients()
    panes: Panes = Panes()
    look: Look = Look()
    notices: Notices = Notices()
    agents: Agents = Agents()
    mesh: Mesh = Mesh()
