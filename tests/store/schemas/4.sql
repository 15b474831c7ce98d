PRAGMA user_version = 4;
BEGIN TRANSACTION;
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
, token TEXT NOT NULL DEFAULT '', folder TEXT NOT NULL DEFAULT '', branch TEXT NOT NULL DEFAULT '', transcript TEXT NOT NULL DEFAULT '', choices TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(choices)), muted_at REAL, cleaned_at REAL, archived_at REAL, rank TEXT NOT NULL DEFAULT 'agent', description TEXT NOT NULL DEFAULT '', described_at REAL, parent INTEGER REFERENCES agents (id) ON DELETE SET NULL) STRICT;
INSERT INTO "agents" VALUES(1,'ada',2,1,'claude','0f0f','','','worktree',1.0,NULL,'secret','/trees/ada','work','/talks/0f0f','{"model": "big"}',NULL,NULL,NULL,'agent','',NULL,NULL);
INSERT INTO "agents" VALUES(2,'eve-2',1,NULL,'','','','','here',1.0,1.79581410706830859182e+09,'secret','','','','{"command": ["cat"]}',NULL,1.79581410706832122797e+09,17.0,'agent','',NULL,NULL);
CREATE TABLE agreed (file TEXT PRIMARY KEY, digest TEXT NOT NULL, agreed_at REAL NOT NULL) STRICT;
INSERT INTO "agreed" VALUES('/srv/shop/.muxer/config.toml','c0ffee',1.79581410706725883488e+09);
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
INSERT INTO "asks" VALUES(2,NULL,1,20.0,NULL,'',21.0,NULL,NULL,NULL,NULL,0,'');
INSERT INTO "asks" VALUES(3,NULL,1,20.0,NULL,'',NULL,21.0,NULL,NULL,NULL,0,'');
INSERT INTO "asks" VALUES(4,NULL,1,20.0,NULL,'',NULL,NULL,21.0,NULL,NULL,0,'');
INSERT INTO "asks" VALUES(5,NULL,1,20.0,NULL,'',NULL,NULL,NULL,21.0,NULL,0,'');
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox INTEGER NOT NULL REFERENCES inbox (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO "attempts" VALUES(1,2,3.5,'held','it works');
CREATE TABLE brakes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    pulled_at REAL NOT NULL,
    released_at REAL
) STRICT;
INSERT INTO "brakes" VALUES(1,'a1','a2',1.7958141070691943169e+09,1.79581410706922745706e+09);
CREATE TABLE checks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pull INTEGER NOT NULL REFERENCES pulls (id) ON DELETE CASCADE,
    sha TEXT NOT NULL,
    name TEXT NOT NULL,
    conclusion TEXT NOT NULL DEFAULT '',
    seen_at REAL NOT NULL,
    UNIQUE (pull, sha, name)
) STRICT;
INSERT INTO "checks" VALUES(1,1,'abc','tests','',11.0);
CREATE TABLE clashes (
    one INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    told_at REAL NOT NULL,
    PRIMARY KEY (one, other, path)
) STRICT;
INSERT INTO "clashes" VALUES(1,2,'a.py',16.0);
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
INSERT INTO "commits" VALUES(1,'/srv/shop','abc','','','Built it',9.0);
CREATE TABLE declined (folder TEXT PRIMARY KEY, declined_at REAL NOT NULL) STRICT;
INSERT INTO "declined" VALUES('/srv/other',1.7958141070672404766e+09);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL CHECK (json_valid(data))
) STRICT;
INSERT INTO "events" VALUES(1,1.79581410706712913511e+09,'project.added','shop','{"folder":"/srv/shop"}');
INSERT INTO "events" VALUES(2,1.79581410706725883488e+09,'file.agreed','/srv/shop/.muxer/config.toml','{"digest":"c0ffee"}');
INSERT INTO "events" VALUES(3,1.7958141070673694611e+09,'pane.opened','p1','{"name":"claude","command":["claude","--continue","two words"],"cwd":"/srv/shop","policy":"on-failure"}');
INSERT INTO "events" VALUES(4,1.79581410706749272348e+09,'run.started','p1','{"name":"claude","run":1,"pid":4001}');
INSERT INTO "events" VALUES(5,1.79581410706758475307e+09,'pane.opened','p2','{"name":"claude","command":["claude","--continue","two words"],"cwd":"/srv/shop","policy":"on-failure"}');
INSERT INTO "events" VALUES(6,1.79581410706761813167e+09,'run.started','p2','{"name":"claude","run":2,"pid":4002}');
INSERT INTO "events" VALUES(7,1.79581410706763911246e+09,'run.ended','p1','{"name":"claude","run":1,"status":1,"signal":null,"asked":1}');
INSERT INTO "events" VALUES(8,1.79581410706701731679e+09,'pane.renamed','p2','{"name":"zażółć 漢字","before":"claude"}');
INSERT INTO "events" VALUES(9,1.79581410706775140761e+09,'pane.closed','p1','{"name":"claude"}');
INSERT INTO "events" VALUES(10,1.0,'agent.spawned','ada','{"agent":1,"cli":"claude"}');
INSERT INTO "events" VALUES(11,1.0,'agent.spawned','eve','{"agent":2,"cli":""}');
INSERT INTO "events" VALUES(12,1.79581410706798291201e+09,'agent.renamed','eve-2','{"agent":2,"cli":"","before":"eve"}');
INSERT INTO "events" VALUES(13,1.7958141070681657791e+09,'agent.gone','eve-2','{"agent":2,"cli":""}');
INSERT INTO "events" VALUES(14,1.79581410706798291201e+09,'agent.restored','eve-2','{"agent":2,"cli":""}');
INSERT INTO "events" VALUES(15,1.79581410706830859182e+09,'agent.gone','eve-2','{"agent":2,"cli":""}');
INSERT INTO "events" VALUES(16,1.79581410706832122797e+09,'agent.cleaned','eve-2','{"agent":2,"cli":""}');
INSERT INTO "events" VALUES(17,2.0,'message.sent','ada','{"message":1,"kind":"task","sender":"human","reply_to":null}');
INSERT INTO "events" VALUES(18,3.0,'inbox.queued','1','{"message":1,"pane":"p2"}');
INSERT INTO "events" VALUES(19,3.0,'inbox.queued','2','{"message":null,"pane":"p2"}');
INSERT INTO "events" VALUES(20,4.0,'inbox.typed','2','{"message":null,"pane":"p2","reason":""}');
INSERT INTO "events" VALUES(21,4.0,'inbox.submitted','2','{"message":null,"pane":"p2","reason":""}');
INSERT INTO "events" VALUES(22,6.0,'task.added','1','{"title":"a task"}');
INSERT INTO "events" VALUES(23,8.0,'lock.taken','/srv/shop/a.py','{"agent":1}');
INSERT INTO "events" VALUES(24,9.0,'commit.announced','abc','{"folder":"/srv/shop","author":"","summary":"Built it"}');
INSERT INTO "events" VALUES(25,10.0,'pull.opened','https://example.org/7','{"number":7,"head":"work"}');
INSERT INTO "events" VALUES(26,11.0,'check.seen','tests','{"sha":"abc","conclusion":""}');
INSERT INTO "events" VALUES(27,13.0,'work.promoted','ada','{"promotion":1,"trunk":"refs/heads/muxer/trunk","before":"abc","after":"def","subject":"Built it"}');
INSERT INTO "events" VALUES(28,14.0,'promotion.undone','ada','{"promotion":1,"trunk":"refs/heads/muxer/trunk"}');
INSERT INTO "events" VALUES(29,15.0,'sync.pending','1','{"onto":"def","why":"it works"}');
INSERT INTO "events" VALUES(30,17.0,'agent.archived','eve-2','{"agent":2,"cli":""}');
INSERT INTO "events" VALUES(31,18.0,'guest.joined','gus','{"guest":1,"circle":"shop"}');
INSERT INTO "events" VALUES(32,19.0,'guest.left','gus','{"guest":1}');
INSERT INTO "events" VALUES(33,1.7958141070691943169e+09,'brake.pulled','1','{"one":"a1","other":"a2"}');
INSERT INTO "events" VALUES(34,1.79581410706922745706e+09,'brake.released','1','{"one":"a1","other":"a2"}');
INSERT INTO "events" VALUES(35,18.0,'message.sent','gus','{"message":2,"kind":"ask","sender":"ada","reply_to":null}');
INSERT INTO "events" VALUES(36,19.0,'message.sent','gus','{"message":3,"kind":"ask","sender":"ada","reply_to":null}');
INSERT INTO "events" VALUES(37,20.0,'message.sent','gus','{"message":4,"kind":"ask","sender":"ada","reply_to":null}');
INSERT INTO "events" VALUES(38,21.0,'message.sent','gus','{"message":5,"kind":"ask","sender":"ada","reply_to":null}');
INSERT INTO "events" VALUES(39,21.0,'ask.answered','gus','{"ask":2,"reason":""}');
INSERT INTO "events" VALUES(40,21.0,'ask.expired','gus','{"ask":3,"reason":""}');
INSERT INTO "events" VALUES(41,21.0,'ask.cancelled','gus','{"ask":4,"reason":""}');
INSERT INTO "events" VALUES(42,21.0,'ask.failed','gus','{"ask":5,"reason":""}');
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
INSERT INTO "guests" VALUES(1,'gus','codex','shop','','other',18.0,19.0);
CREATE TABLE heads (
    agent INTEGER PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    sha TEXT NOT NULL,
    seen_at REAL NOT NULL
) STRICT;
INSERT INTO "heads" VALUES(1,'abc',12.0);
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
, agent INTEGER REFERENCES agents (id) ON DELETE CASCADE, sender TEXT NOT NULL DEFAULT '', urged_at REAL, digest INTEGER REFERENCES inbox (id) ON DELETE SET NULL) STRICT;
INSERT INTO "inbox" VALUES(1,2,1,'build it',3.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',1,'',NULL,NULL);
INSERT INTO "inbox" VALUES(2,2,NULL,'hello',3.0,4.0,4.0,NULL,NULL,NULL,NULL,NULL,'',1,'eve',NULL,1);
CREATE TABLE layout (id INTEGER PRIMARY KEY CHECK (id = 1), bench TEXT NOT NULL CHECK (json_valid(bench))) STRICT;
INSERT INTO "layout" VALUES(1,'{"tabs": ["p2"]}');
CREATE TABLE leases (
    root TEXT NOT NULL,
    ref TEXT NOT NULL,
    sha TEXT NOT NULL,
    seen_at REAL NOT NULL,
    PRIMARY KEY (root, ref)
) STRICT;
INSERT INTO "leases" VALUES('/srv/shop','refs/heads/muxer/kim/ada/work','abc',12.0);
CREATE TABLE locks (
    path TEXT PRIMARY KEY,
    agent INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    taken_at REAL NOT NULL
) STRICT;
INSERT INTO "locks" VALUES('/srv/shop/a.py',1,8.0);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    reply_to INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    sent_at REAL NOT NULL
, sender_id TEXT NOT NULL DEFAULT '', recipient_id TEXT NOT NULL DEFAULT '', circle TEXT NOT NULL DEFAULT '', files TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(files)), key TEXT NOT NULL DEFAULT '', read_at REAL) STRICT;
INSERT INTO "messages" VALUES(1,'task','human','ada','build it',NULL,2.0,'','','','[]','',NULL);
INSERT INTO "messages" VALUES(2,'ask','ada','gus','why?',NULL,18.0,'a1','g1','shop','[]','talk:0',NULL);
INSERT INTO "messages" VALUES(3,'ask','ada','gus','why?',NULL,19.0,'a1','g1','shop','[]','talk:1',NULL);
INSERT INTO "messages" VALUES(4,'ask','ada','gus','why?',NULL,20.0,'a1','g1','shop','[]','talk:2',NULL);
INSERT INTO "messages" VALUES(5,'ask','ada','gus','why?',NULL,21.0,'a1','g1','shop','[]','talk:3',NULL);
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
INSERT INTO "panes" VALUES(1,'claude','["claude", "--continue", "two words"]','/srv/shop',0,'on-failure',1.7958141070673694611e+09,1.79581410706775140761e+09);
INSERT INTO "panes" VALUES(2,'zażółć 漢字','["claude", "--continue", "two words"]','/srv/shop',0,'on-failure',1.79581410706758475307e+09,NULL);
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    folder TEXT NOT NULL UNIQUE,
    added_at REAL NOT NULL
) STRICT;
INSERT INTO "projects" VALUES(1,'shop','/srv/shop',1.79581410706712913511e+09);
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
INSERT INTO "promotions" VALUES(1,1,'ada','/srv/shop','refs/heads/muxer/trunk','abc','def','Built it','',13.0,14.0);
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
INSERT INTO "pulls" VALUES(1,1,1,7,'https://example.org/7','work',10.0,NULL,NULL);
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
INSERT INTO "runs" VALUES(1,1,4001,1.79581410706749272348e+09,1.79581410706763911246e+09,1,NULL,1);
INSERT INTO "runs" VALUES(2,2,4002,1.79581410706761813167e+09,NULL,NULL,NULL,0);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    agent INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    session TEXT NOT NULL,
    transcript TEXT NOT NULL DEFAULT '',
    began_at REAL NOT NULL,
    UNIQUE (agent, session)
) STRICT;
INSERT INTO "sessions" VALUES(1,1,'0f0f','/talks/0f0f',1.79581410706800937652e+09);
CREATE TABLE syncs (
    agent INTEGER PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    onto TEXT NOT NULL,
    why TEXT NOT NULL,
    told TEXT NOT NULL DEFAULT '',
    since REAL NOT NULL
) STRICT;
INSERT INTO "syncs" VALUES(1,'def','it works','',15.0);
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
INSERT INTO "tasks" VALUES(1,1,'a task','',1,6.0,7.0,NULL,NULL);
CREATE INDEX panes_open ON panes (number) WHERE closed_at IS NULL;
CREATE INDEX runs_pane ON runs (pane, id);
CREATE INDEX inbox_pane ON inbox (pane);
CREATE INDEX inbox_waiting ON inbox (pane, id) WHERE coalesce(submitted_at, cancelled_at, expired_at, failed_at) IS NULL;
CREATE INDEX events_kind ON events (kind, id);
CREATE INDEX inbox_message ON inbox (message) WHERE message IS NOT NULL;
CREATE INDEX messages_reply ON messages (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX agents_pane ON agents (pane) WHERE pane IS NOT NULL;
CREATE INDEX agents_project ON agents (project) WHERE project IS NOT NULL;
CREATE INDEX tasks_agent ON tasks (agent) WHERE agent IS NOT NULL;
CREATE INDEX tasks_project ON tasks (project) WHERE project IS NOT NULL;
CREATE INDEX locks_agent ON locks (agent);
CREATE INDEX pulls_agent ON pulls (agent) WHERE agent IS NOT NULL;
CREATE TRIGGER log_project_added AFTER INSERT ON projects BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.added_at, 'project.added', NEW.name, json_object('folder', NEW.folder)); END;
CREATE TRIGGER log_project_renamed AFTER UPDATE OF name ON projects WHEN OLD.name <> NEW.name BEGIN INSERT INTO events (at, kind, subject, data) VALUES ((julianday('now') - 2440587.5) * 86400.0, 'project.renamed', NEW.name, json_object('before', OLD.name)); END;
CREATE TRIGGER log_project_removed AFTER DELETE ON projects BEGIN INSERT INTO events (at, kind, subject, data) VALUES ((julianday('now') - 2440587.5) * 86400.0, 'project.removed', OLD.name, json_object('folder', OLD.folder)); END;
CREATE TRIGGER log_file_agreed AFTER INSERT ON agreed BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.agreed_at, 'file.agreed', NEW.file, json_object('digest', NEW.digest)); END;
CREATE TRIGGER log_pane_opened AFTER INSERT ON panes BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.opened_at, 'pane.opened', 'p' || NEW.number, json_object('name', NEW.name, 'command', json(NEW.command), 'cwd', NEW.cwd, 'policy', NEW.policy)); END;
CREATE TRIGGER log_pane_renamed AFTER UPDATE OF name ON panes WHEN OLD.name <> NEW.name BEGIN INSERT INTO events (at, kind, subject, data) VALUES ((julianday('now') - 2440587.5) * 86400.0, 'pane.renamed', 'p' || NEW.number, json_object('name', NEW.name, 'before', OLD.name)); END;
CREATE TRIGGER log_pane_policy AFTER UPDATE OF policy ON panes WHEN OLD.policy <> NEW.policy BEGIN INSERT INTO events (at, kind, subject, data) VALUES ((julianday('now') - 2440587.5) * 86400.0, 'pane.policy', 'p' || NEW.number, json_object('name', NEW.name, 'policy', NEW.policy)); END;
CREATE TRIGGER log_pane_closed AFTER UPDATE OF closed_at ON panes WHEN OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.closed_at, 'pane.closed', 'p' || NEW.number, json_object('name', NEW.name)); END;
CREATE TRIGGER log_run_started AFTER INSERT ON runs BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.started_at, 'run.started', 'p' || NEW.pane, json_object('name', (SELECT name FROM panes WHERE number = NEW.pane), 'run', NEW.id, 'pid', NEW.pid)); END;
CREATE TRIGGER log_run_ended AFTER UPDATE OF ended_at ON runs WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.ended_at, 'run.ended', 'p' || NEW.pane, json_object('name', (SELECT name FROM panes WHERE number = NEW.pane), 'run', NEW.id, 'status', NEW.status, 'signal', NEW.signal, 'asked', NEW.asked)); END;
CREATE TRIGGER log_agent_spawned AFTER INSERT ON agents BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.spawned_at, 'agent.spawned', NEW.name, json_object('agent', NEW.id, 'cli', NEW.cli)); END;
CREATE TRIGGER log_agent_gone AFTER UPDATE OF gone_at ON agents WHEN OLD.gone_at IS NULL AND NEW.gone_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.gone_at, 'agent.gone', NEW.name, json_object('agent', NEW.id, 'cli', NEW.cli)); END;
CREATE TRIGGER log_message_sent AFTER INSERT ON messages BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.sent_at, 'message.sent', NEW.recipient, json_object('message', NEW.id, 'kind', NEW.kind, 'sender', NEW.sender, 'reply_to', NEW.reply_to)); END;
CREATE TRIGGER log_inbox_queued AFTER INSERT ON inbox BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.queued_at, 'inbox.queued', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane)); END;
CREATE TRIGGER log_inbox_typed AFTER UPDATE OF typed_at ON inbox WHEN OLD.typed_at IS NULL AND NEW.typed_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.typed_at, 'inbox.typed', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane, 'reason', NEW.reason)); END;
CREATE TRIGGER log_inbox_submitted AFTER UPDATE OF submitted_at ON inbox WHEN OLD.submitted_at IS NULL AND NEW.submitted_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.submitted_at, 'inbox.submitted', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane, 'reason', NEW.reason)); END;
CREATE TRIGGER log_inbox_seen AFTER UPDATE OF seen_at ON inbox WHEN OLD.seen_at IS NULL AND NEW.seen_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.seen_at, 'inbox.seen', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane, 'reason', NEW.reason)); END;
CREATE TRIGGER log_inbox_answered AFTER UPDATE OF answered_at ON inbox WHEN OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.answered_at, 'inbox.answered', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane, 'reason', NEW.reason)); END;
CREATE TRIGGER log_inbox_cancelled AFTER UPDATE OF cancelled_at ON inbox WHEN OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.cancelled_at, 'inbox.cancelled', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane, 'reason', NEW.reason)); END;
CREATE TRIGGER log_inbox_expired AFTER UPDATE OF expired_at ON inbox WHEN OLD.expired_at IS NULL AND NEW.expired_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.expired_at, 'inbox.expired', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane, 'reason', NEW.reason)); END;
CREATE TRIGGER log_inbox_failed AFTER UPDATE OF failed_at ON inbox WHEN OLD.failed_at IS NULL AND NEW.failed_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.failed_at, 'inbox.failed', NEW.id, json_object('message', NEW.message, 'pane', 'p' || NEW.pane, 'reason', NEW.reason)); END;
CREATE TRIGGER log_task_added AFTER INSERT ON tasks BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.added_at, 'task.added', NEW.id, json_object('title', NEW.title)); END;
CREATE TRIGGER log_task_claimed AFTER UPDATE OF claimed_at ON tasks WHEN OLD.claimed_at IS NULL AND NEW.claimed_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.claimed_at, 'task.claimed', NEW.id, json_object('title', NEW.title, 'agent', NEW.agent)); END;
CREATE TRIGGER log_task_done AFTER UPDATE OF done_at ON tasks WHEN OLD.done_at IS NULL AND NEW.done_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.done_at, 'task.done', NEW.id, json_object('title', NEW.title, 'agent', NEW.agent)); END;
CREATE TRIGGER log_task_dropped AFTER UPDATE OF dropped_at ON tasks WHEN OLD.dropped_at IS NULL AND NEW.dropped_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.dropped_at, 'task.dropped', NEW.id, json_object('title', NEW.title, 'agent', NEW.agent)); END;
CREATE TRIGGER log_lock_taken AFTER INSERT ON locks BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.taken_at, 'lock.taken', NEW.path, json_object('agent', NEW.agent)); END;
CREATE TRIGGER log_lock_freed AFTER DELETE ON locks BEGIN INSERT INTO events (at, kind, subject, data) VALUES ((julianday('now') - 2440587.5) * 86400.0, 'lock.freed', OLD.path, json_object('agent', OLD.agent)); END;
CREATE TRIGGER log_commit_announced AFTER INSERT ON commits BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.announced_at, 'commit.announced', NEW.sha, json_object('folder', NEW.folder, 'author', NEW.author, 'summary', NEW.summary)); END;
CREATE TRIGGER log_pull_opened AFTER INSERT ON pulls BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.opened_at, 'pull.opened', NEW.url, json_object('number', NEW.number, 'head', NEW.head)); END;
CREATE TRIGGER log_pull_merged AFTER UPDATE OF merged_at ON pulls WHEN OLD.merged_at IS NULL AND NEW.merged_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.merged_at, 'pull.merged', NEW.url, json_object('number', NEW.number)); END;
CREATE TRIGGER log_pull_closed AFTER UPDATE OF closed_at ON pulls WHEN OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.closed_at, 'pull.closed', NEW.url, json_object('number', NEW.number)); END;
CREATE TRIGGER log_check_seen AFTER INSERT ON checks BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.seen_at, 'check.seen', NEW.name, json_object('sha', NEW.sha, 'conclusion', NEW.conclusion)); END;
CREATE INDEX agents_living ON agents (id) WHERE gone_at IS NULL;
CREATE INDEX inbox_agent ON inbox (agent) WHERE agent IS NOT NULL;
CREATE INDEX inbox_digest ON inbox (digest) WHERE digest IS NOT NULL;
CREATE INDEX attempts_inbox ON attempts (inbox, id);
CREATE TRIGGER log_agent_restored AFTER UPDATE OF gone_at ON agents WHEN OLD.gone_at IS NOT NULL AND NEW.gone_at IS NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES ((julianday('now') - 2440587.5) * 86400.0, 'agent.restored', NEW.name, json_object('agent', NEW.id, 'cli', NEW.cli)); END;
CREATE TRIGGER log_agent_renamed AFTER UPDATE OF name ON agents WHEN OLD.name <> NEW.name BEGIN INSERT INTO events (at, kind, subject, data) VALUES ((julianday('now') - 2440587.5) * 86400.0, 'agent.renamed', NEW.name, json_object('agent', NEW.id, 'cli', NEW.cli, 'before', OLD.name)); END;
CREATE TRIGGER log_agent_cleaned AFTER UPDATE OF cleaned_at ON agents WHEN OLD.cleaned_at IS NULL AND NEW.cleaned_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.cleaned_at, 'agent.cleaned', NEW.name, json_object('agent', NEW.id, 'cli', NEW.cli)); END;
CREATE INDEX promotions_agent ON promotions (agent) WHERE agent IS NOT NULL;
CREATE INDEX promotions_root ON promotions (root, id);
CREATE INDEX clashes_other ON clashes (other);
CREATE TRIGGER log_work_promoted AFTER INSERT ON promotions BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.promoted_at, 'work.promoted', NEW.name, json_object('promotion', NEW.id, 'trunk', NEW.trunk, 'before', NEW.before, 'after', NEW.after, 'subject', NEW.subject)); END;
CREATE TRIGGER log_promotion_undone AFTER UPDATE OF undone_at ON promotions WHEN OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.undone_at, 'promotion.undone', NEW.name, json_object('promotion', NEW.id, 'trunk', NEW.trunk)); END;
CREATE TRIGGER log_sync_pending AFTER INSERT ON syncs BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.since, 'sync.pending', NEW.agent, json_object('onto', NEW.onto, 'why', NEW.why)); END;
CREATE TRIGGER log_agent_archived AFTER UPDATE OF archived_at ON agents WHEN OLD.archived_at IS NULL AND NEW.archived_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.archived_at, 'agent.archived', NEW.name, json_object('agent', NEW.id, 'cli', NEW.cli)); END;
CREATE UNIQUE INDEX messages_key ON messages (key, recipient_id) WHERE key <> '';
CREATE INDEX messages_unread ON messages (recipient_id, id) WHERE read_at IS NULL;
CREATE INDEX asks_untold ON asks (message) WHERE told_at IS NULL;
CREATE INDEX asks_many ON asks (many) WHERE many IS NOT NULL;
CREATE INDEX asks_answer ON asks (answer) WHERE answer IS NOT NULL;
CREATE INDEX agents_parent ON agents (parent) WHERE parent IS NOT NULL;
CREATE TRIGGER log_ask_answered AFTER UPDATE OF answered_at ON asks WHEN OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.answered_at, 'ask.answered', (SELECT recipient FROM messages WHERE id = NEW.message), json_object('ask', NEW.message, 'reason', NEW.reason)); END;
CREATE TRIGGER log_ask_expired AFTER UPDATE OF expired_at ON asks WHEN OLD.expired_at IS NULL AND NEW.expired_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.expired_at, 'ask.expired', (SELECT recipient FROM messages WHERE id = NEW.message), json_object('ask', NEW.message, 'reason', NEW.reason)); END;
CREATE TRIGGER log_ask_cancelled AFTER UPDATE OF cancelled_at ON asks WHEN OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.cancelled_at, 'ask.cancelled', (SELECT recipient FROM messages WHERE id = NEW.message), json_object('ask', NEW.message, 'reason', NEW.reason)); END;
CREATE TRIGGER log_ask_failed AFTER UPDATE OF failed_at ON asks WHEN OLD.failed_at IS NULL AND NEW.failed_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.failed_at, 'ask.failed', (SELECT recipient FROM messages WHERE id = NEW.message), json_object('ask', NEW.message, 'reason', NEW.reason)); END;
CREATE TRIGGER log_guest_joined AFTER INSERT ON guests BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.joined_at, 'guest.joined', NEW.name, json_object('guest', NEW.id, 'circle', NEW.circle)); END;
CREATE TRIGGER log_guest_left AFTER UPDATE OF left_at ON guests WHEN OLD.left_at IS NULL AND NEW.left_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.left_at, 'guest.left', NEW.name, json_object('guest', NEW.id)); END;
CREATE TRIGGER log_brake_pulled AFTER INSERT ON brakes BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.pulled_at, 'brake.pulled', NEW.id, json_object('one', NEW.one, 'other', NEW.other)); END;
CREATE TRIGGER log_brake_released AFTER UPDATE OF released_at ON brakes WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL BEGIN INSERT INTO events (at, kind, subject, data) VALUES (NEW.released_at, 'brake.released', NEW.id, json_object('one', NEW.one, 'other', NEW.other)); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',42);
INSERT INTO "sqlite_sequence" VALUES('projects',1);
INSERT INTO "sqlite_sequence" VALUES('panes',2);
INSERT INTO "sqlite_sequence" VALUES('runs',2);
INSERT INTO "sqlite_sequence" VALUES('agents',2);
INSERT INTO "sqlite_sequence" VALUES('sessions',1);
INSERT INTO "sqlite_sequence" VALUES('messages',5);
INSERT INTO "sqlite_sequence" VALUES('inbox',2);
INSERT INTO "sqlite_sequence" VALUES('attempts',1);
INSERT INTO "sqlite_sequence" VALUES('tasks',1);
INSERT INTO "sqlite_sequence" VALUES('commits',1);
INSERT INTO "sqlite_sequence" VALUES('pulls',1);
INSERT INTO "sqlite_sequence" VALUES('checks',1);
INSERT INTO "sqlite_sequence" VALUES('promotions',1);
INSERT INTO "sqlite_sequence" VALUES('guests',1);
INSERT INTO "sqlite_sequence" VALUES('brakes',1);
COMMIT;
