"""The tables, as numbered steps: step N makes schema N out of schema N - 1. A step that was released never changes.

Facts only: what a thing's state is follows from them and is never stored. Every change that a person could see is
logged by a trigger, in the transaction that made it.
"""

from muxer.store.schema_log import NOW, log, moment
from muxer.store.schema_mesh import MESH
from muxer.store.schema_work import WORK

WAITING = "coalesce(submitted_at, cancelled_at, expired_at, failed_at) IS NULL"
"""Text in the inbox that is still to be typed. In these very words, an index finds it."""

FACTS = f"""
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    folder TEXT NOT NULL UNIQUE,
    added_at REAL NOT NULL
) STRICT;

-- Repositories that a person was asked about and does not want as projects.
CREATE TABLE declined (folder TEXT PRIMARY KEY, declined_at REAL NOT NULL) STRICT;

-- Files whose commands a person let run, as they read them then.
CREATE TABLE agreed (file TEXT PRIMARY KEY, digest TEXT NOT NULL, agreed_at REAL NOT NULL) STRICT;

CREATE TABLE panes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    command TEXT NOT NULL CHECK (json_valid(command)),
    cwd TEXT NOT NULL,
    shell INTEGER NOT NULL,
    policy TEXT NOT NULL CHECK (policy IN ('never', 'on-failure', 'always')),
    opened_at REAL NOT NULL,
    closed_at REAL
) STRICT;
CREATE INDEX panes_open ON panes (number) WHERE closed_at IS NULL;

-- Each time that a pane's program was started. `asked`: a person ended it.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pane INTEGER NOT NULL REFERENCES panes (number) ON DELETE CASCADE,
    pid INTEGER NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    status INTEGER,
    signal INTEGER,
    asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_pane ON runs (pane, id);

CREATE TABLE layout (id INTEGER PRIMARY KEY CHECK (id = 1), bench TEXT NOT NULL CHECK (json_valid(bench))) STRICT;

CREATE TABLE agents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    pane INTEGER REFERENCES panes (number) ON DELETE SET NULL,
    project INTEGER REFERENCES projects (id) ON DELETE SET NULL,
    cli TEXT NOT NULL,
    session TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL DEFAULT '',
    circle TEXT NOT NULL DEFAULT '',
    workspace TEXT NOT NULL DEFAULT '',
    spawned_at REAL NOT NULL,
    gone_at REAL
) STRICT;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    reply_to INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    sent_at REAL NOT NULL
) STRICT;

-- Text that waits to be typed, or was. Each moment is a fact of its own.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pane INTEGER NOT NULL REFERENCES panes (number) ON DELETE CASCADE,
    message INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    text TEXT NOT NULL,
    queued_at REAL NOT NULL,
    typed_at REAL,
    submitted_at REAL,
    seen_at REAL,
    answered_at REAL,
    cancelled_at REAL,
    expired_at REAL,
    failed_at REAL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
-- In this order: of two that would do, SQLite takes the younger.
CREATE INDEX inbox_pane ON inbox (pane);
CREATE INDEX inbox_waiting ON inbox (pane, id) WHERE {WAITING};

CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER REFERENCES projects (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    agent INTEGER REFERENCES agents (id) ON DELETE SET NULL,
    added_at REAL NOT NULL,
    claimed_at REAL,
    done_at REAL,
    dropped_at REAL
) STRICT;

CREATE TABLE locks (
    path TEXT PRIMARY KEY,
    agent INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    taken_at REAL NOT NULL
) STRICT;

-- Commits that were announced; `patch` knows them again after a rebase.
CREATE TABLE commits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder TEXT NOT NULL,
    sha TEXT NOT NULL,
    patch TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    summary TEXT NOT NULL,
    announced_at REAL NOT NULL,
    UNIQUE (folder, sha)
) STRICT;

CREATE TABLE pulls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    agent INTEGER REFERENCES agents (id) ON DELETE SET NULL,
    number INTEGER NOT NULL,
    url TEXT NOT NULL,
    head TEXT NOT NULL,
    opened_at REAL NOT NULL,
    merged_at REAL,
    closed_at REAL,
    UNIQUE (project, number)
) STRICT;

CREATE TABLE checks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pull INTEGER NOT NULL REFERENCES pulls (id) ON DELETE CASCADE,
    sha TEXT NOT NULL,
    name TEXT NOT NULL,
    conclusion TEXT NOT NULL DEFAULT '',
    seen_at REAL NOT NULL,
    UNIQUE (pull, sha, name)
) STRICT;

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL CHECK (json_valid(data))
) STRICT;
CREATE INDEX events_kind ON events (kind, id);

-- Who is pointed at may go without a look at every row of those who point.
CREATE INDEX inbox_message ON inbox (message) WHERE message IS NOT NULL;
CREATE INDEX messages_reply ON messages (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX agents_pane ON agents (pane) WHERE pane IS NOT NULL;
CREATE INDEX agents_project ON agents (project) WHERE project IS NOT NULL;
CREATE INDEX tasks_agent ON tasks (agent) WHERE agent IS NOT NULL;
CREATE INDEX tasks_project ON tasks (project) WHERE project IS NOT NULL;
CREATE INDEX locks_agent ON locks (agent);
CREATE INDEX pulls_agent ON pulls (agent) WHERE agent IS NOT NULL;
"""


_PANE = "'p' || NEW.number"


_MESSAGE = "'message', NEW.message, 'pane', 'p' || NEW.pane"

LOG = "\n".join(
    (
        log("projects", "project.added", "NEW.name", "'folder', NEW.folder", at="NEW.added_at"),
        log(
            "projects",
            "project.renamed",
            "NEW.name",
            "'before', OLD.name",
            at=NOW,
            on="UPDATE OF name",
            when="OLD.name <> NEW.name",
        ),
        log("projects", "project.removed", "OLD.name", "'folder', OLD.folder", at=NOW, on="DELETE"),
        log("agreed", "file.agreed", "NEW.file", "'digest', NEW.digest", at="NEW.agreed_at"),
        log(
            "panes",
            "pane.opened",
            _PANE,
            "'name', NEW.name, 'command', json(NEW.command), 'cwd', NEW.cwd, 'policy', NEW.policy",
            at="NEW.opened_at",
        ),
        log(
            "panes",
            "pane.renamed",
            _PANE,
            "'name', NEW.name, 'before', OLD.name",
            at=NOW,
            on="UPDATE OF name",
            when="OLD.name <> NEW.name",
        ),
        log(
            "panes",
            "pane.policy",
            _PANE,
            "'name', NEW.name, 'policy', NEW.policy",
            at=NOW,
            on="UPDATE OF policy",
            when="OLD.policy <> NEW.policy",
        ),
        moment("panes", "closed_at", "pane.closed", _PANE, "'name', NEW.name"),
        log(
            "runs",
            "run.started",
            "'p' || NEW.pane",
            "'name', (SELECT name FROM panes WHERE number = NEW.pane), 'run', NEW.id, 'pid', NEW.pid",
            at="NEW.started_at",
        ),
        moment(
            "runs",
            "ended_at",
            "run.ended",
            "'p' || NEW.pane",
            "'name', (SELECT name FROM panes WHERE number = NEW.pane), 'run', NEW.id,"
            " 'status', NEW.status, 'signal', NEW.signal, 'asked', NEW.asked",
        ),
        log("agents", "agent.spawned", "NEW.name", "'agent', NEW.id, 'cli', NEW.cli", at="NEW.spawned_at"),
        moment("agents", "gone_at", "agent.gone", "NEW.name", "'agent', NEW.id, 'cli', NEW.cli"),
        log(
            "messages",
            "message.sent",
            "NEW.recipient",
            "'message', NEW.id, 'kind', NEW.kind, 'sender', NEW.sender, 'reply_to', NEW.reply_to",
            at="NEW.sent_at",
        ),
        log("inbox", "inbox.queued", "NEW.id", _MESSAGE, at="NEW.queued_at"),
        *(
            moment("inbox", f"{when}_at", f"inbox.{when}", "NEW.id", f"{_MESSAGE}, 'reason', NEW.reason")
            for when in ("typed", "submitted", "seen", "answered", "cancelled", "expired", "failed")
        ),
        log("tasks", "task.added", "NEW.id", "'title', NEW.title", at="NEW.added_at"),
        *(
            moment("tasks", f"{when}_at", f"task.{when}", "NEW.id", "'title', NEW.title, 'agent', NEW.agent")
            for when in ("claimed", "done", "dropped")
        ),
        log("locks", "lock.taken", "NEW.path", "'agent', NEW.agent", at="NEW.taken_at"),
        log("locks", "lock.freed", "OLD.path", "'agent', OLD.agent", at=NOW, on="DELETE"),
        log(
            "commits",
            "commit.announced",
            "NEW.sha",
            "'folder', NEW.folder, 'author', NEW.author, 'summary', NEW.summary",
            at="NEW.announced_at",
        ),
        log("pulls", "pull.opened", "NEW.url", "'number', NEW.number, 'head', NEW.head", at="NEW.opened_at"),
        moment("pulls", "merged_at", "pull.merged", "NEW.url", "'number', NEW.number"),
        moment("pulls", "closed_at", "pull.closed", "NEW.url", "'number', NEW.number"),
        log("checks", "check.seen", "NEW.name", "'sha', NEW.sha, 'conclusion', NEW.conclusion", at="NEW.seen_at"),
    )
)

AGENTS = """
-- What a process in its pane proves itself with, and all else that a person chose when it was spawned.
ALTER TABLE agents ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN folder TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN branch TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN transcript TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN choices TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(choices));
ALTER TABLE agents ADD COLUMN muted_at REAL;
-- Removed, with its workspace: nothing is left to be restored.
ALTER TABLE agents ADD COLUMN cleaned_at REAL;
CREATE INDEX agents_living ON agents (id) WHERE gone_at IS NULL;

-- Every conversation that it had, for its CLI may begin another at any time.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    agent INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    session TEXT NOT NULL,
    transcript TEXT NOT NULL DEFAULT '',
    began_at REAL NOT NULL,
    UNIQUE (agent, session)
) STRICT;

ALTER TABLE inbox ADD COLUMN agent INTEGER REFERENCES agents (id) ON DELETE CASCADE;
ALTER TABLE inbox ADD COLUMN sender TEXT NOT NULL DEFAULT '';
-- A person wants it in now, whatever speaks against it but a question that is open.
ALTER TABLE inbox ADD COLUMN urged_at REAL;
-- Several that went in as one have the id of the first.
ALTER TABLE inbox ADD COLUMN digest INTEGER REFERENCES inbox (id) ON DELETE SET NULL;
CREATE INDEX inbox_agent ON inbox (agent) WHERE agent IS NOT NULL;
CREATE INDEX inbox_digest ON inbox (digest) WHERE digest IS NOT NULL;

-- Each step on the way of a text, and each thing that kept it back.
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox INTEGER NOT NULL REFERENCES inbox (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX attempts_inbox ON attempts (inbox, id);
"""

_AGENT = "'agent', NEW.id, 'cli', NEW.cli"

AGENTS_LOG = "\n".join(
    (
        log(
            "agents",
            "agent.restored",
            "NEW.name",
            _AGENT,
            at=NOW,
            on="UPDATE OF gone_at",
            when="OLD.gone_at IS NOT NULL AND NEW.gone_at IS NULL",
        ),
        log(
            "agents",
            "agent.renamed",
            "NEW.name",
            f"{_AGENT}, 'before', OLD.name",
            at=NOW,
            on="UPDATE OF name",
            when="OLD.name <> NEW.name",
        ),
        moment("agents", "cleaned_at", "agent.cleaned", "NEW.name", _AGENT),
    )
)

STEPS: tuple[str, ...] = (FACTS + LOG, AGENTS + AGENTS_LOG, WORK, MESH)
"""Step 1, step 2, …"""
