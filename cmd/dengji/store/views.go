package store

// publicViews are for SQL users. They stay, whatever becomes of the tables:
// columns are added, none is renamed, and docs/INTEGRATION.md describes each.
// No label of a form stands here; what a form has comes out of its records.
// JSON functions are those of SQLite 3.38 and newer.
const publicViews = `
CREATE VIEW v_submissions AS           -- a row per submission that is not gone
SELECT s.id, s.form, r.record ->> '$.status' AS status, r.record ->> '$.revision' AS revision,
	s.key AS folder, s.enterprise, s.created_at AS first_seen,
	(SELECT at FROM changes WHERE submission = s.id ORDER BY seq DESC LIMIT 1) AS changed_at,
	(SELECT max(seq) FROM changes WHERE submission = s.id) AS seq,
	(SELECT count(*) FROM json_each(r.record, '$.fields')) AS fields,
	(SELECT count(*) FROM json_each(r.record, '$.fields') WHERE value ->> '$.review') AS fields_to_review,
	(SELECT count(*) FROM json_each(r.record, '$.checks') WHERE value ->> '$.outcome' = 'fail') AS checks_failed,
	(SELECT count(*) FROM json_each(r.record, '$.checks') WHERE value ->> '$.outcome' = 'unknown') AS checks_unknown,
	(SELECT count(*) FROM json_each(r.record, '$.missing')) AS missing,
	r.record -> '$.data' AS data
FROM records AS r JOIN submissions AS s ON s.id = r.submission;

CREATE VIEW v_records AS               -- the whole record, JSON
SELECT submission, record FROM records;

CREATE VIEW v_fields AS                -- a row per field; list, row and name are NULL where it is in no list of rows
SELECT r.submission, f.value ->> '$.path' AS path,
	CASE WHEN instr(f.value ->> '$.path', '].') THEN substr(f.value ->> '$.path', 1, instr(f.value ->> '$.path', '[') - 1) END AS list,
	CASE WHEN instr(f.value ->> '$.path', '].') THEN CAST(substr(f.value ->> '$.path', instr(f.value ->> '$.path', '[') + 1) AS INTEGER) END AS row,
	CASE WHEN instr(f.value ->> '$.path', '].') THEN substr(f.value ->> '$.path', instr(f.value ->> '$.path', '].') + 2) END AS name,
	f.value ->> '$.label' AS label, f.value ->> '$.value' AS value, f.value ->> '$.raw' AS raw, f.value ->> '$.state' AS state,
	f.value ->> '$.confidence' AS confidence, f.value ->> '$.review' AS review, f.value -> '$.detail' AS detail
FROM records AS r, json_each(r.record, '$.fields') AS f;

CREATE VIEW v_values AS                -- a row per value; a list of texts has a row for each of its items
SELECT r.submission, f.value ->> '$.path' AS path, CASE json_type(f.value, '$.value') WHEN 'array' THEN v.key END AS item, v.value AS value
FROM records AS r, json_each(r.record, '$.fields') AS f, json_each(f.value, '$.value') AS v WHERE v.type <> 'null';

CREATE VIEW v_rows AS                  -- a row per row of a list, whatever the form calls it
SELECT r.submission, replace(substr(l.fullkey, 8), '"', '') AS list, e.key AS row, e.value AS data
FROM records AS r, json_tree(r.record, '$.data') AS l, json_each(l.value) AS e WHERE l.type = 'array' AND e.type = 'object';

CREATE VIEW v_flags AS
SELECT r.submission, f.value ->> '$.path' AS path, f.value ->> '$.label' AS label,
	g.value ->> '$.code' AS code, g.value ->> '$.message' AS message, g.value -> '$.detail' AS detail
FROM records AS r, json_each(r.record, '$.fields') AS f, json_each(f.value, '$.flags') AS g;

CREATE VIEW v_evidence AS              -- a row per place that speaks of a field; place 0 prevails
SELECT r.submission, f.value ->> '$.path' AS path, e.key AS place, substr(e.value ->> '$.document', 8) AS sha256, e.value ->> '$.path' AS file,
	e.value ->> '$.page' AS page, e.value ->> '$.box[0]' AS x0, e.value ->> '$.box[1]' AS y0, e.value ->> '$.box[2]' AS x1, e.value ->> '$.box[3]' AS y1,
	e.value ->> '$.cell' AS cell, e.value ->> '$.reader' AS reader, e.value ->> '$.raw' AS raw, e.value ->> '$.confidence' AS confidence
FROM records AS r, json_each(r.record, '$.fields') AS f, json_each(f.value, '$.evidence') AS e;

CREATE VIEW v_checks AS
SELECT r.submission, c.value ->> '$.id' AS check_id, c.value ->> '$.clause' AS clause, c.value ->> '$.outcome' AS outcome,
	c.value ->> '$.message' AS message, c.value -> '$.fields' AS fields
FROM records AS r, json_each(r.record, '$.checks') AS c;

CREATE VIEW v_missing AS               -- a row per paper that a submission lacks
SELECT r.submission, m.value ->> '$.kind' AS kind, m.value ->> '$.for' AS for_row, m.value ->> '$.message' AS message,
	COALESCE(m.value ->> '$.unsure', 0) AS unsure
FROM records AS r, json_each(r.record, '$.missing') AS m;

CREATE VIEW v_documents AS             -- a row per file and kind of page in it
SELECT r.submission, d.value ->> '$.path' AS path, d.value ->> '$.sha256' AS sha256, d.value ->> '$.kind' AS kind, d.value -> '$.pages' AS pages,
	json_array_length(d.value, '$.seals') AS seals, d.value ->> '$.superseded_by' AS superseded_by, COALESCE(d.value ->> '$.gone', 0) AS gone
FROM records AS r, json_each(r.record, '$.documents') AS d;

CREATE VIEW v_revisions AS
SELECT submission, revision, at, because, changed, data FROM revisions;

CREATE VIEW v_decisions AS             -- reviewers' words; holds is 1 for the one that counts on its field
SELECT d.id, d.submission, d.path, d.action, d.decision ->> '$.value' AS value, NULLIF(d.decision ->> '$.state', '') AS state, d.by AS decided_by, d.at, d.why, d.undoes,
	d.action <> 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = d.id)
	AND NOT EXISTS (SELECT 1 FROM decisions AS l WHERE l.submission = d.submission AND l.path = d.path AND l.id > d.id
		AND l.action <> 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = l.id)) AS holds
FROM decisions AS d;

CREATE VIEW v_changes AS               -- every time that a record became another one
SELECT seq, submission, revision, kind, at FROM changes;
`
