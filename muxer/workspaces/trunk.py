"""Moves a trunk of this machine: by compare-and-swap, and along with its checkout where somebody has one."""

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.workspaces.git import git, printable
from muxer.workspaces.moving import keep, move_ref, move_workspace, tip
from muxer.workspaces.repository import BRANCHES, Workplace


def move_trunk(root: str, ref: str, *, old: str, new: str, why: str) -> None:
    """From one commit to another; where there is no trunk yet, it begins there. Takes its time.

    Raises Moved where somebody was faster, or MuxerError; nothing is changed then.
    """
    lies = git(root, "for-each-ref", "--format=%(worktreepath)", ref).strip()
    if not lies:
        move_ref(root, ref, old=tip(root, ref) and old, new=new, why=why)
        return
    if changed := git(lies, "status", "--porcelain", "-z", "--untracked-files=no").partition("\0")[0]:
        name = ref.removeprefix(BRANCHES)
        raise MuxerError(
            f"{name} is checked out in {homely(lies)}: commit or stash {printable(changed[3:])} there first"
        )
    move_workspace(Workplace(kind="worktree", folder=lies), old=old, new=new)


def move_trunk_back(root: str, ref: str, *, old: str, new: str, name: str) -> None:
    """The same, where the commits that it leaves may be nowhere else: they are kept."""
    keep(root, name, old, besides=ref)
    move_trunk(root, ref, old=old, new=new, why=f"took back what {printable(name)} promoted")


def branches_with(root: str, sha: str) -> tuple[str, ...]:
    """All branches and tags that hold a commit, those of remotes as well, whole."""
    places = ("refs/heads", "refs/remotes", "refs/tags")
    return tuple(git(root, "for-each-ref", "--format=%(refname)", f"--contains={sha}", *places).splitlines())
