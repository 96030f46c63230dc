DROP VIEW bookings_body
;
CREATE TABLE bookings_whole (
	id INTEGER NOT NULL, 
	kind TEXT DEFAULT 'booking' NOT NULL, 
	version INTEGER NOT NULL, 
	chain TEXT NOT NULL, 
	status TEXT NOT NULL, 
	customer_id BIGINT NOT NULL, 
	service_id BIGINT NOT NULL, 
	address TEXT NOT NULL, 
	borough TEXT DEFAULT '' NOT NULL, 
	latitude FLOAT, 
	longitude FLOAT, 
	window_start BIGINT, 
	window_end BIGINT, 
	duration_minutes INTEGER NOT NULL, 
	priority INTEGER NOT NULL, 
	notes TEXT NOT NULL, 
	requested_at BIGINT NOT NULL, 
	recorded_at BIGINT NOT NULL, 
	promised_at BIGINT NOT NULL, 
	status_since BIGINT NOT NULL, 
	provider_id BIGINT, 
	forced BOOLEAN NOT NULL, 
	assigned_at BIGINT, 
	travel_s INTEGER, 
	excluded TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	attempted_at BIGINT, 
	attempt_at BIGINT, 
	offer_until BIGINT, 
	give_up_at BIGINT, 
	parked_at BIGINT, 
	held_since BIGINT, 
	held_until BIGINT, 
	held_reason TEXT, 
	absent TEXT, 
	was_cancelled BOOLEAN NOT NULL, 
	acked BOOLEAN NOT NULL, 
	source TEXT, 
	external_key TEXT, 
	act_by BIGINT GENERATED ALWAYS AS (CASE WHEN status = 'EN_ROUTE' THEN promised_at ELSE promised_at - 1000 * coalesce(travel_s, 0) END) STORED, 
	PRIMARY KEY (id), 
	CONSTRAINT bookings_kind CHECK (kind = 'booking'), 
	CONSTRAINT bookings_numbered_from_1 CHECK (id >= 1), 
	CONSTRAINT bookings_status_known CHECK (status IN ('ACCEPTED', 'ASSIGNED', 'CANCELLED', 'COMPLETED', 'EN_ROUTE', 'FAILED', 'IN_PROGRESS', 'NO_SHOW', 'PENDING', 'REJECTED')), 
	CONSTRAINT bookings_log_is_state FOREIGN KEY(kind, id, version, status) REFERENCES events (subject, subject_id, version, to_status) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT bookings_source_key UNIQUE (source, external_key), 
	CONSTRAINT bookings_provider_where_due CHECK ((provider_id IS NOT NULL) = (status IN ('ACCEPTED', 'ASSIGNED', 'COMPLETED', 'EN_ROUTE', 'IN_PROGRESS'))), 
	CONSTRAINT bookings_forced_needs_provider CHECK (provider_id IS NOT NULL OR NOT forced), 
	CONSTRAINT bookings_assigned_at_with_provider CHECK ((provider_id IS NULL) = (assigned_at IS NULL)), 
	CONSTRAINT bookings_priority_1_to_4 CHECK (priority BETWEEN 1 AND 4), 
	CONSTRAINT bookings_window_whole CHECK ((window_start IS NULL) = (window_end IS NULL)), 
	CONSTRAINT bookings_window_ends_after_start CHECK (window_end > window_start), 
	CONSTRAINT bookings_place_whole CHECK ((latitude IS NULL) = (longitude IS NULL)), 
	CONSTRAINT bookings_source_with_key CHECK ((source IS NULL) = (external_key IS NULL)), 
	CONSTRAINT bookings_duration_positive CHECK (duration_minutes >= 1), 
	CONSTRAINT bookings_offer_only_assigned CHECK (offer_until IS NULL OR status = 'ASSIGNED'), 
	CONSTRAINT bookings_ladder_only_unassigned CHECK ((attempt_at IS NULL AND parked_at IS NULL) OR (status IN ('NO_SHOW', 'PENDING', 'REJECTED'))), 
	CONSTRAINT bookings_held_where_it_can CHECK (held_since IS NULL OR status IN ('ACCEPTED', 'ASSIGNED', 'NO_SHOW', 'PENDING', 'REJECTED')), 
	CONSTRAINT bookings_customer FOREIGN KEY(customer_id) REFERENCES customers (id), 
	CONSTRAINT bookings_service FOREIGN KEY(service_id) REFERENCES services (id), 
	CONSTRAINT bookings_provider FOREIGN KEY(provider_id) REFERENCES providers (id)
)
;
INSERT INTO bookings_whole (id, kind, version, chain, status, customer_id, service_id, address, borough, latitude, longitude, window_start, window_end, duration_minutes, priority, notes, requested_at, recorded_at, promised_at, status_since, provider_id, forced, assigned_at, travel_s, excluded, attempt, attempted_at, attempt_at, offer_until, give_up_at, parked_at, held_since, held_until, held_reason, absent, was_cancelled, acked, source, external_key) SELECT id, kind, version, chain, status, customer_id, service_id, address, borough, latitude, longitude, window_start, window_end, duration_minutes, priority, notes, requested_at, recorded_at, promised_at, status_since, provider_id, forced, assigned_at, travel_s, excluded, attempt, attempted_at, attempt_at, offer_until, give_up_at, parked_at, held_since, held_until, held_reason, absent, was_cancelled, acked, source, external_key FROM bookings
;
DROP TABLE bookings
;
ALTER TABLE bookings_whole RENAME TO bookings
;
CREATE INDEX bookings_attempt_due ON bookings (attempt_at) WHERE attempt_at IS NOT NULL AND held_since IS NULL
;
CREATE INDEX bookings_by_customer ON bookings (customer_id, id)
;
CREATE INDEX bookings_by_provider ON bookings (provider_id, id) WHERE provider_id IS NOT NULL
;
CREATE INDEX bookings_by_request ON bookings (requested_at, id)
;
CREATE INDEX bookings_by_service ON bookings (service_id, id)
;
CREATE INDEX bookings_by_status ON bookings (status, id)
;
CREATE INDEX bookings_give_up_due ON bookings (give_up_at) WHERE give_up_at IS NOT NULL AND held_since IS NULL AND status IN ('NO_SHOW', 'PENDING', 'REJECTED')
;
CREATE INDEX bookings_held ON bookings (id) WHERE held_since IS NOT NULL
;
CREATE INDEX bookings_hold_ends ON bookings (held_until) WHERE held_until IS NOT NULL
;
CREATE INDEX bookings_jobs ON bookings (provider_id, window_start) WHERE status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS')
;
CREATE INDEX bookings_last_used ON bookings (provider_id, assigned_at) WHERE provider_id IS NOT NULL
;
CREATE INDEX bookings_offer_due ON bookings (offer_until) WHERE offer_until IS NOT NULL AND held_since IS NULL
;
CREATE UNIQUE INDEX bookings_one_at_work ON bookings (provider_id) WHERE NOT forced AND status IN ('EN_ROUTE', 'IN_PROGRESS')
;
CREATE UNIQUE INDEX bookings_one_on_demand ON bookings (provider_id) WHERE provider_id IS NOT NULL AND NOT forced AND status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND window_start IS NULL
;
CREATE INDEX bookings_open ON bookings (act_by) WHERE status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS', 'NO_SHOW', 'PENDING', 'REJECTED')
;
CREATE INDEX bookings_parked ON bookings (act_by, service_id) WHERE parked_at IS NOT NULL AND held_since IS NULL
;
CREATE INDEX bookings_parked_by_number ON bookings (id) WHERE parked_at IS NOT NULL
;
CREATE TRIGGER bookings_no_delete BEFORE DELETE ON bookings BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER bookings_no_replace BEFORE INSERT ON bookings WHEN EXISTS (SELECT 1 FROM bookings WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER bookings_version BEFORE UPDATE ON bookings WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id BEGIN SELECT RAISE(ABORT, 'version_jump'); END
;
CREATE TRIGGER bookings_overlap_insert BEFORE INSERT ON bookings WHEN NEW.provider_id IS NOT NULL AND NOT NEW.forced AND NEW.window_start IS NOT NULL AND NEW.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND EXISTS (SELECT 1 FROM bookings AS other WHERE other.provider_id = NEW.provider_id AND other.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND NOT other.forced AND other.id <> NEW.id AND other.window_start < NEW.window_end AND NEW.window_start < other.window_end) BEGIN SELECT RAISE(ABORT, 'window_overlap'); END
;
CREATE TRIGGER bookings_overlap_update BEFORE UPDATE OF provider_id, status, forced, window_start, window_end ON bookings WHEN NEW.provider_id IS NOT NULL AND NOT NEW.forced AND NEW.window_start IS NOT NULL AND NEW.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND EXISTS (SELECT 1 FROM bookings AS other WHERE other.provider_id = NEW.provider_id AND other.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND NOT other.forced AND other.id <> NEW.id AND other.window_start < NEW.window_end AND NEW.window_start < other.window_end) BEGIN SELECT RAISE(ABORT, 'window_overlap'); END
;
CREATE TRIGGER bookings_text_insert AFTER INSERT ON bookings BEGIN INSERT INTO bookings_text (rowid, body) VALUES (NEW.id, coalesce(NEW.address, '') || ' ' || coalesce(NEW.borough, '') || ' ' || coalesce(NEW.notes, '')); END
;
CREATE TRIGGER bookings_text_update AFTER UPDATE OF address, borough, notes ON bookings WHEN coalesce(OLD.address, '') || ' ' || coalesce(OLD.borough, '') || ' ' || coalesce(OLD.notes, '') IS NOT coalesce(NEW.address, '') || ' ' || coalesce(NEW.borough, '') || ' ' || coalesce(NEW.notes, '') BEGIN INSERT INTO bookings_text (bookings_text, rowid, body) VALUES ('delete', OLD.id, coalesce(OLD.address, '') || ' ' || coalesce(OLD.borough, '') || ' ' || coalesce(OLD.notes, '')); INSERT INTO bookings_text (rowid, body) VALUES (NEW.id, coalesce(NEW.address, '') || ' ' || coalesce(NEW.borough, '') || ' ' || coalesce(NEW.notes, '')); END
;
CREATE VIEW bookings_body AS SELECT id, coalesce(address, '') || ' ' || coalesce(borough, '') || ' ' || coalesce(notes, '') AS body FROM bookings
;
INSERT INTO bookings_text (bookings_text) VALUES ('rebuild')
