"""Step 3: what is known of work in git, between two hosts."""

from muxer.store.schema_log import log, moment

TABLES = """
-- How far each agent's commits were seen: what comes after that is announced.
CREATE TABLE heads (
    agent INTEGER PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    sha TEXT NOT NULL,
    seen_at REAL NOT NULL
) STRICT;

-- What a reference of a remote pointed to when it was seen there last: nobody overwrites what he has not seen.
CREATE TABLE leases (
    root TEXT NOT NULL,
    ref TEXT NOT NULL,
    sha TEXT NOT NULL,
    seen_at REAL NOT NULL,
    PRIMARY KEY (root, ref)
) STRICT;

CREATE TABLE promotions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    agent INTEGER REFERENCES agents (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    root TEXT NOT NULL,
    trunk TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    subject TEXT NOT NULL,
    checked TEXT NOT NULL DEFAULT '',
    promoted_at REAL NOT NULL,
    undone_at REAL
) STRICT;
CREATE INDEX promotions_agent ON promotions (agent) WHERE agent IS NOT NULL;
CREATE INDEX promotions_root ON promotions (root, id);

-- Workspaces that are to be moved onto a commit, and what keeps them from it.
CREATE TABLE syncs (
    agent INTEGER PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    onto TEXT NOT NULL,
    why TEXT NOT NULL,
    told TEXT NOT NULL DEFAULT '',
    since REAL NOT NULL
) STRICT;

-- What two agents were told of, once.
CREATE TABLE clashes (
    one INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    told_at REAL NOT NULL,
    PRIMARY KEY (one, other, path)
) STRICT;
CREATE INDEX clashes_other ON clashes (other);

-- Put away: its folder is gone, its work is kept.
ALTER TABLE agents ADD COLUMN archived_at REAL;
"""

LOG = "\n".join(
    (
        log(
            "promotions",
            "work.promoted",
            "NEW.name",
            "'promotion', NEW.id, 'trunk', NEW.trunk, 'before', NEW.before, 'after', NEW.after, 'subject', NEW.subject",
            at="NEW.promoted_at",
        ),
        moment("promotions", "undone_at", "promotion.undone", "NEW.name", "'promotion', NEW.id, 'trunk', NEW.trunk"),
        log("syncs", "sync.pending", "NEW.agent", "'onto', NEW.onto, 'why', NEW.why", at="NEW.since"),
        moment("agents", "archived_at", "agent.archived", "NEW.name", "'agent', NEW.id, 'cli', NEW.cli"),
    )
)

WORK = TABLES + LOG
