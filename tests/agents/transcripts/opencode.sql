-- As opencode 1.18.33 keeps a conversation, with what was not asked for left out; ses_2 belongs to a helper of ses_1.
CREATE TABLE session (
    id text PRIMARY KEY, parent_id text, cost real DEFAULT 0 NOT NULL, tokens_input integer DEFAULT 0 NOT NULL,
    tokens_output integer DEFAULT 0 NOT NULL, tokens_reasoning integer DEFAULT 0 NOT NULL,
    tokens_cache_read integer DEFAULT 0 NOT NULL, tokens_cache_write integer DEFAULT 0 NOT NULL
);
CREATE TABLE message (
    id text PRIMARY KEY, session_id text NOT NULL, time_created integer NOT NULL, data text NOT NULL
);
INSERT INTO session VALUES ('ses_1', NULL, 0.25, 20, 10, 0, 0, 0), ('ses_2', 'ses_1', 0.25, 7, 1, 0, 0, 0);
INSERT INTO message VALUES
('msg_1', 'ses_1', 1795788855806, '{"role":"user","time":{"created":1795788855806},"agent":"build"}'),
('msg_2', 'ses_1', 1795788857675, '{"role":"assistant","cost":0,"tokens":{"total":15,"input":10,"output":5,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"stub-model"}'),
('msg_3', 'ses_1', 1795788878044, '{"role":"assistant","cost":0,"tokens":{"total":15,"input":10,"output":5,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"stub-model"}'),
('msg_4', 'ses_1', 1795788879000, '{"role":"assistant","cost":0,"tokens":{"input":0,"output":0,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"stub-model"}');
