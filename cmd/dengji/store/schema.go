package store

import (
	"context"
	"database/sql"
)

// step brings a database to the next schema version: first the statements,
// then what SQL cannot do.
type step struct {
	sql  string
	then func(context.Context, *sql.Tx) error // nil for none
}

// steps has in row i what makes version i+1. A step that was released is never
// changed.
var steps = []step{
	{sql: `CREATE TABLE documents (
		sha256     TEXT PRIMARY KEY,
		size       INTEGER NOT NULL,
		first_seen TEXT NOT NULL
	 ) STRICT;
	 CREATE TABLE readings (            -- the reading cache
		sha256   TEXT NOT NULL REFERENCES documents,
		key      TEXT NOT NULL,         -- readers, their versions and settings
		status   TEXT NOT NULL,
		reason   TEXT NOT NULL,
		detail   TEXT NOT NULL,
		document BLOB,                  -- gzip of extract.Document as JSON; NULL unless status is read
		seconds  REAL NOT NULL,
		strikes  INTEGER NOT NULL,      -- times in a row a child died of it
		read_at  TEXT NOT NULL,
		PRIMARY KEY (sha256, key)
	 ) STRICT;
	 CREATE TABLE submissions (
		id         TEXT PRIMARY KEY,
		form       TEXT NOT NULL,
		key        TEXT NOT NULL,       -- folder, or path of the first form
		enterprise TEXT NOT NULL,
		created_at TEXT NOT NULL,
		gone       INTEGER NOT NULL DEFAULT 0
	 ) STRICT;
	 CREATE TABLE submission_documents (
		submission TEXT NOT NULL REFERENCES submissions,
		sha256     TEXT NOT NULL,
		path       TEXT NOT NULL,
		current    INTEGER NOT NULL,    -- 0: stood in an earlier revision
		PRIMARY KEY (submission, sha256, path)
	 ) STRICT;
	 CREATE TABLE revisions (
		submission TEXT NOT NULL REFERENCES submissions,
		revision   INTEGER NOT NULL,
		at         TEXT NOT NULL,
		because    TEXT NOT NULL,
		changed    TEXT NOT NULL,       -- JSON array of paths
		data       TEXT NOT NULL,       -- the record's data, JSON
		record     BLOB NOT NULL,       -- gzip of the record's JSON as last written
		trace      BLOB NOT NULL,       -- gzip of rules.Trace: how its confidences came about
		PRIMARY KEY (submission, revision)
	 ) STRICT;
	 CREATE TABLE runs (
		id      INTEGER PRIMARY KEY,
		started TEXT NOT NULL,
		ended   TEXT NOT NULL,
		report  BLOB NOT NULL           -- gzip of run.json
	 ) STRICT;
	 CREATE INDEX submission_documents_by_content ON submission_documents (sha256);`},

	// 2: what was seen when and where, decisions, and what need not be done again.
	{sql: `CREATE TABLE inventory (           -- every path that a content was ever found at
		path   TEXT NOT NULL,           -- relative to the inbox, as shown
		sha256 TEXT NOT NULL REFERENCES documents,
		mtime  INTEGER NOT NULL,        -- of the file when it was first found there, ns
		seen   INTEGER NOT NULL,        -- number of the sighting that found it there first
		state  TEXT NOT NULL,           -- present, moved, replaced, gone, dropped
		since  TEXT NOT NULL,
		PRIMARY KEY (path, sha256)
	 ) STRICT;
	 INSERT INTO inventory SELECT path, sha256, 0, 1, CASE max(current) WHEN 1 THEN 'present' ELSE 'dropped' END, first_seen
		FROM submission_documents JOIN documents USING (sha256) GROUP BY path, sha256;

	 CREATE TABLE setups (              -- what the children say they read with
		fingerprint TEXT PRIMARY KEY,   -- of the program, its settings and models
		hello       TEXT NOT NULL
	 ) STRICT;

	 CREATE TABLE readings2 (
		id        INTEGER PRIMARY KEY AUTOINCREMENT, -- another reading of the same content has another one
		sha256    TEXT NOT NULL REFERENCES documents,
		extension TEXT NOT NULL,        -- by which a file that is not what its name says is refused
		setup     TEXT NOT NULL,        -- readers, their versions and settings
		status    TEXT NOT NULL,
		reason    TEXT NOT NULL,
		detail    TEXT NOT NULL,
		seconds   REAL NOT NULL,
		strikes   INTEGER NOT NULL,     -- times in a row a child died of it
		read_at   TEXT NOT NULL,
		facts     TEXT,                 -- of the document: format, pages, pictures, problems, JSON; NULL where not yet taken out
		document  BLOB,                 -- gzip of extract.Document as JSON; NULL unless status is read
		UNIQUE (sha256, extension, setup)
	 ) STRICT;
	 INSERT INTO readings2 (sha256, extension, setup, status, reason, detail, seconds, strikes, read_at, document)
		SELECT sha256, substr(key, 17), substr(key, 1, 16), status, reason, detail, seconds, strikes, read_at, document
		FROM readings ORDER BY read_at, sha256;
	 DROP TABLE readings;
	 ALTER TABLE readings2 RENAME TO readings;
	 CREATE TABLE clues (               -- what a reading says about where the file belongs
		reading INTEGER PRIMARY KEY REFERENCES readings ON DELETE CASCADE,
		rules   TEXT NOT NULL,          -- key of the rules that found it
		clues   TEXT NOT NULL           -- rules.Clues, JSON
	 ) STRICT;

	 ALTER TABLE submissions ADD COLUMN built TEXT NOT NULL DEFAULT '';     -- key of all its record was made of
	 ALTER TABLE submissions ADD COLUMN decided INTEGER NOT NULL DEFAULT 0; -- last decision its record knows of
	 ALTER TABLE submissions ADD COLUMN version INTEGER NOT NULL DEFAULT 0; -- counts writes
	 ALTER TABLE submission_documents ADD COLUMN extension TEXT NOT NULL DEFAULT '';
	 ALTER TABLE submission_documents ADD COLUMN superseded_by TEXT NOT NULL DEFAULT '';
	 ALTER TABLE submission_documents ADD COLUMN reading INTEGER NOT NULL DEFAULT 0; -- that the record was made of
	 ALTER TABLE submission_documents ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;    -- no longer in the inbox
	 ALTER TABLE submission_documents ADD COLUMN replaced TEXT NOT NULL DEFAULT '';  -- sha256 of what stands under its path now
	 ALTER TABLE revisions ADD COLUMN digest TEXT NOT NULL DEFAULT '';      -- sha256 of the record's JSON on one line
	 ALTER TABLE runs ADD COLUMN state TEXT NOT NULL DEFAULT '';            -- key of all that the run depended on

	 CREATE TABLE decisions (           -- reviewers' words: only ever added to
		id         INTEGER PRIMARY KEY AUTOINCREMENT,
		submission TEXT NOT NULL REFERENCES submissions,
		path       TEXT NOT NULL,
		action     TEXT NOT NULL CHECK (action IN ('value', 'confirm', 'undo')),
		undoes     INTEGER REFERENCES decisions, -- of an undo
		decision   TEXT NOT NULL,       -- rules.Decision, JSON
		by         TEXT NOT NULL CHECK (by <> ''),
		at         TEXT NOT NULL,
		why        TEXT NOT NULL
	 ) STRICT;
	 CREATE INDEX decisions_by_field ON decisions (submission, path);
	 CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
	 CREATE TRIGGER decisions_last BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;

	 CREATE TABLE outputs (             -- files written into OUT
		path   TEXT PRIMARY KEY,        -- relative to OUT
		source TEXT NOT NULL,           -- digest of what it was written from
		sha256 TEXT NOT NULL,
		size   INTEGER NOT NULL,
		mtime  INTEGER NOT NULL         -- ns
	 ) STRICT;
	 CREATE TABLE settings (            -- what the last run was given, for commands that go on with it
		name  TEXT PRIMARY KEY,
		value TEXT NOT NULL
	 ) STRICT;`},

	// 3: what those who follow the records read.
	{sql: `CREATE TABLE records (      -- the last record of each submission that is not gone
		submission TEXT PRIMARY KEY REFERENCES submissions,
		record     TEXT NOT NULL        -- JSON on one line
	 ) STRICT;
	 CREATE TABLE changes (             -- every time that a record became another one
		seq        INTEGER PRIMARY KEY AUTOINCREMENT, -- a cursor: what came later has a higher one
		submission TEXT NOT NULL REFERENCES submissions,
		revision   INTEGER NOT NULL,
		kind       TEXT NOT NULL CHECK (kind IN ('record', 'gone')),
		at         TEXT NOT NULL
	 ) STRICT;
	 CREATE INDEX changes_by_submission ON changes (submission, seq);
	 UPDATE readings SET facts = NULL;  -- they tell the size of pages now`, then: fillRecords},

	// 4: who is told of changes, and views for SQL users.
	{sql: deliveryTables + publicViews},

	// 5: files of several applicants, and what lies beside a submission.
	{sql: `ALTER TABLE submission_documents ADD COLUMN pages TEXT NOT NULL DEFAULT ''; -- JSON array of those that count, from 0; '' for all
	 ALTER TABLE submissions ADD COLUMN beside TEXT NOT NULL DEFAULT '';                -- rules.Beside, JSON; '' for nothing
	 DROP VIEW v_missing;
	 CREATE VIEW v_missing AS           -- a row per paper that a submission lacks
	 SELECT r.submission, m.value ->> '$.kind' AS kind, m.value ->> '$.for' AS for_row, m.value ->> '$.message' AS message,
		COALESCE(m.value ->> '$.unsure', 0) AS unsure, m.value ->> '$.note' AS note
	 FROM records AS r, json_each(r.record, '$.missing') AS m;`},
}
