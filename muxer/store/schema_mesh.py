"""Step 4: what agents say to each other. An ask is a message with moments of its own."""

from muxer.store.schema_log import log, moment

TABLES = """
-- Who was meant by the names; `key` is what the sender's program calls its request: one that comes again is the same.
ALTER TABLE messages ADD COLUMN sender_id TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN recipient_id TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN circle TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN files TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(files));
ALTER TABLE messages ADD COLUMN key TEXT NOT NULL DEFAULT '';
-- By somebody who has no pane to type into.
ALTER TABLE messages ADD COLUMN read_at REAL;
CREATE UNIQUE INDEX messages_key ON messages (key, recipient_id) WHERE key <> '';
CREATE INDEX messages_unread ON messages (recipient_id, id) WHERE read_at IS NULL;

CREATE TABLE asks (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    many INTEGER,
    waits INTEGER NOT NULL,
    deadline_at REAL NOT NULL,
    answer INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    answered_by TEXT NOT NULL DEFAULT '',
    answered_at REAL,
    expired_at REAL,
    cancelled_at REAL,
    failed_at REAL,
    told_at REAL,
    reminded INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX asks_untold ON asks (message) WHERE told_at IS NULL;
CREATE INDEX asks_many ON asks (many) WHERE many IS NOT NULL;
CREATE INDEX asks_answer ON asks (answer) WHERE answer IS NOT NULL;

-- Agents that were started elsewhere and came by themselves.
CREATE TABLE guests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    cli TEXT NOT NULL DEFAULT '',
    circle TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',
    token TEXT NOT NULL UNIQUE,
    joined_at REAL NOT NULL,
    left_at REAL
) STRICT;

-- What a person holds, or is to look at first; of everything where nobody is named.
CREATE TABLE brakes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    pulled_at REAL NOT NULL,
    released_at REAL
) STRICT;

ALTER TABLE agents ADD COLUMN rank TEXT NOT NULL DEFAULT 'agent';
ALTER TABLE agents ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN described_at REAL;
-- The agent that had it spawned.
ALTER TABLE agents ADD COLUMN parent INTEGER REFERENCES agents (id) ON DELETE SET NULL;
CREATE INDEX agents_parent ON agents (parent) WHERE parent IS NOT NULL;
"""

_NAMES = "'ask', NEW.message, 'reason', NEW.reason"
_RECIPIENT = "(SELECT recipient FROM messages WHERE id = NEW.message)"

LOG = "\n".join(
    (
        *(
            moment("asks", f"{when}_at", f"ask.{when}", _RECIPIENT, _NAMES)
            for when in ("answered", "expired", "cancelled", "failed")
        ),
        log("guests", "guest.joined", "NEW.name", "'guest', NEW.id, 'circle', NEW.circle", at="NEW.joined_at"),
        moment("guests", "left_at", "guest.left", "NEW.name", "'guest', NEW.id"),
        log("brakes", "brake.pulled", "NEW.id", "'one', NEW.one, 'other', NEW.other", at="NEW.pulled_at"),
        moment("brakes", "released_at", "brake.released", "NEW.id", "'one', NEW.one, 'other', NEW.other"),
    )
)

MESH = TABLES + LOG
