CREATE TABLE stretches (until INTEGER NOT NULL PRIMARY KEY, earliest BIGINT NOT NULL, latest BIGINT NOT NULL)
;
INSERT INTO stretches (until, earliest, latest) WITH RECURSIVE ends (until) AS (SELECT 1024 WHERE 1024 <= (SELECT max(id) FROM events) UNION ALL SELECT until + 1024 FROM ends WHERE until + 1024 <= (SELECT max(id) FROM events)) SELECT until, (SELECT min(at) FROM events WHERE id >= until - 1024 AND id < until) AS earliest, (SELECT max(at) FROM events WHERE id >= until - 1024 AND id < until) FROM ends WHERE earliest IS NOT NULL
;
CREATE TRIGGER events_stretch AFTER INSERT ON events WHEN NEW.id % 32 = 0 AND NEW.id >= coalesce((SELECT max(until) FROM stretches), 1) + 1024 BEGIN INSERT INTO stretches (until, earliest, latest) SELECT NEW.id, min(at), max(at) FROM events WHERE id >= coalesce((SELECT max(until) FROM stretches), 1) AND id < NEW.id HAVING count(*) > 0; END
