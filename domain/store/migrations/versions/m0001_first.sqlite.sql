CREATE TABLE answers (
	"key" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	asked TEXT NOT NULL, 
	name TEXT NOT NULL, 
	events TEXT NOT NULL, 
	PRIMARY KEY ("key")
)
 WITHOUT ROWID
;
CREATE INDEX answers_at ON answers (at)
;
CREATE TABLE checkpoints (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	events BIGINT NOT NULL, 
	last_event BIGINT NOT NULL, 
	digest TEXT NOT NULL, 
	PRIMARY KEY (id)
)
;
CREATE TABLE daily (
	dimension TEXT NOT NULL, 
	ref BIGINT NOT NULL, 
	day TEXT NOT NULL, 
	status TEXT NOT NULL, 
	slot INTEGER NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (dimension, ref, day, status, slot)
)
 WITHOUT ROWID
;
CREATE TABLE legal_transition (
	subject TEXT NOT NULL, 
	action TEXT NOT NULL, 
	from_status TEXT NOT NULL, 
	to_status TEXT NOT NULL, 
	role TEXT NOT NULL, 
	PRIMARY KEY (subject, action, from_status, to_status, role)
)
 WITHOUT ROWID
;
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
)
;
CREATE TABLE events (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	subject TEXT NOT NULL, 
	subject_id BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	prev_version INTEGER GENERATED ALWAYS AS (nullif(version - 1, 0)) STORED, 
	action TEXT NOT NULL, 
	from_status TEXT NOT NULL, 
	to_status TEXT NOT NULL, 
	role TEXT NOT NULL, 
	actor_id TEXT NOT NULL, 
	reason TEXT, 
	line TEXT, 
	changes TEXT NOT NULL, 
	details TEXT NOT NULL, 
	undoes BIGINT, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT events_version UNIQUE (subject, subject_id, version), 
	CONSTRAINT events_state UNIQUE (subject, subject_id, version, to_status), 
	CONSTRAINT events_numbered_from_1 CHECK (id >= 1), 
	CONSTRAINT events_version_from_1 CHECK (version >= 1), 
	CONSTRAINT events_hash_whole CHECK (length(hash) = 64), 
	CONSTRAINT events_first_is_new CHECK ((version = 1) = (from_status = 'NEW')), 
	CONSTRAINT events_reason_given CHECK (NOT (action IN ('force-assign', 'force-cancel', 'hold', 'mark-failed', 'override', 'reject', 'release')) OR (reason IS NOT NULL AND trim(reason) <> '')), 
	CONSTRAINT events_legal FOREIGN KEY(subject, action, from_status, to_status, role) REFERENCES legal_transition (subject, action, from_status, to_status, role), 
	CONSTRAINT events_follow FOREIGN KEY(subject, subject_id, prev_version, from_status) REFERENCES events (subject, subject_id, version, to_status), 
	CONSTRAINT events_undoes FOREIGN KEY(undoes) REFERENCES events (id)
)
;
CREATE TABLE customers (
	id INTEGER NOT NULL, 
	kind TEXT DEFAULT 'customer' NOT NULL, 
	version INTEGER NOT NULL, 
	chain TEXT NOT NULL, 
	status TEXT NOT NULL, 
	name TEXT NOT NULL, 
	phone TEXT, 
	email TEXT, 
	address TEXT, 
	PRIMARY KEY (id), 
	CONSTRAINT customers_kind CHECK (kind = 'customer'), 
	CONSTRAINT customers_numbered_from_1 CHECK (id >= 1), 
	CONSTRAINT customers_status_known CHECK (status IN ('ACTIVE', 'INACTIVE')), 
	CONSTRAINT customers_log_is_state FOREIGN KEY(kind, id, version, status) REFERENCES events (subject, subject_id, version, to_status) DEFERRABLE INITIALLY DEFERRED
)
;
CREATE INDEX customers_address ON customers (lower(address))
;
CREATE INDEX customers_phone ON customers (phone)
;
CREATE TABLE providers (
	id INTEGER NOT NULL, 
	kind TEXT DEFAULT 'provider' NOT NULL, 
	version INTEGER NOT NULL, 
	chain TEXT NOT NULL, 
	duty TEXT NOT NULL, 
	handle TEXT NOT NULL, 
	name TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	phone TEXT, 
	email TEXT, 
	skills TEXT NOT NULL, 
	rating FLOAT NOT NULL, 
	latitude FLOAT, 
	longitude FLOAT, 
	duty_since BIGINT NOT NULL, 
	break_until BIGINT, 
	PRIMARY KEY (id), 
	CONSTRAINT providers_kind CHECK (kind = 'provider'), 
	CONSTRAINT providers_numbered_from_1 CHECK (id >= 1), 
	CONSTRAINT providers_duty_known CHECK (duty IN ('BREAK', 'OFF', 'ON')), 
	CONSTRAINT providers_log_is_state FOREIGN KEY(kind, id, version, duty) REFERENCES events (subject, subject_id, version, to_status) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT providers_rating_0_to_5 CHECK (rating BETWEEN 0 AND 5), 
	CONSTRAINT providers_inactive_is_off CHECK (active OR duty = 'OFF'), 
	CONSTRAINT providers_until_only_on_break CHECK (break_until IS NULL OR duty = 'BREAK'), 
	CONSTRAINT providers_place_whole CHECK ((latitude IS NULL) = (longitude IS NULL)), 
	UNIQUE (handle)
)
;
CREATE INDEX providers_break_end ON providers (break_until) WHERE break_until IS NOT NULL
;
CREATE UNIQUE INDEX providers_email ON providers (lower(email))
;
CREATE TABLE services (
	id INTEGER NOT NULL, 
	kind TEXT DEFAULT 'service' NOT NULL, 
	version INTEGER NOT NULL, 
	chain TEXT NOT NULL, 
	status TEXT NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	priority TEXT NOT NULL, 
	base_price_cents BIGINT NOT NULL, 
	duration_minutes INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT services_kind CHECK (kind = 'service'), 
	CONSTRAINT services_numbered_from_1 CHECK (id >= 1), 
	CONSTRAINT services_status_known CHECK (status IN ('ACTIVE', 'INACTIVE')), 
	CONSTRAINT services_log_is_state FOREIGN KEY(kind, id, version, status) REFERENCES events (subject, subject_id, version, to_status) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT services_price_not_negative CHECK (base_price_cents >= 0), 
	CONSTRAINT services_duration_positive CHECK (duration_minutes >= 1)
)
;
CREATE UNIQUE INDEX services_name ON services (lower(name))
;
CREATE TABLE settings (
	id INTEGER NOT NULL, 
	kind TEXT DEFAULT 'setting' NOT NULL, 
	version INTEGER NOT NULL, 
	chain TEXT NOT NULL, 
	status TEXT NOT NULL, 
	policy TEXT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT settings_kind CHECK (kind = 'setting'), 
	CONSTRAINT settings_numbered_from_1 CHECK (id >= 1), 
	CONSTRAINT settings_status_known CHECK (status IN ('ACTIVE', 'INACTIVE')), 
	CONSTRAINT settings_log_is_state FOREIGN KEY(kind, id, version, status) REFERENCES events (subject, subject_id, version, to_status) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT settings_one_row CHECK (id = 1)
)
;
CREATE TABLE bookings (
	id INTEGER NOT NULL, 
	kind TEXT DEFAULT 'booking' NOT NULL, 
	version INTEGER NOT NULL, 
	chain TEXT NOT NULL, 
	status TEXT NOT NULL, 
	customer_id BIGINT NOT NULL, 
	service_id BIGINT NOT NULL, 
	address TEXT NOT NULL, 
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
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'create', 'NEW', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'create', 'NEW', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'attempt', 'NO_SHOW', 'NO_SHOW', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'attempt', 'PENDING', 'PENDING', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'attempt', 'REJECTED', 'REJECTED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'assign', 'NO_SHOW', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'assign', 'NO_SHOW', 'ASSIGNED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'assign', 'PENDING', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'assign', 'PENDING', 'ASSIGNED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'assign', 'REJECTED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'assign', 'REJECTED', 'ASSIGNED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'ACCEPTED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'CANCELLED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'EN_ROUTE', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'FAILED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'IN_PROGRESS', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'NO_SHOW', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'PENDING', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-assign', 'REJECTED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'accept', 'ASSIGNED', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reject', 'ACCEPTED', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reject', 'ASSIGNED', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reject', 'ASSIGNED', 'REJECTED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'depart', 'ACCEPTED', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'start', 'ACCEPTED', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'start', 'EN_ROUTE', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'complete', 'IN_PROGRESS', 'COMPLETED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'no-show', 'ACCEPTED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'no-show', 'ASSIGNED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'no-show', 'EN_ROUTE', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'no-show', 'IN_PROGRESS', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'no-show', 'EN_ROUTE', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'no-show', 'IN_PROGRESS', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'cancel', 'ACCEPTED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'cancel', 'ASSIGNED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'cancel', 'EN_ROUTE', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'cancel', 'IN_PROGRESS', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'cancel', 'NO_SHOW', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'cancel', 'PENDING', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'cancel', 'REJECTED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'ACCEPTED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'ASSIGNED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'EN_ROUTE', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'FAILED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'IN_PROGRESS', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'NO_SHOW', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'PENDING', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'force-cancel', 'REJECTED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'ACCEPTED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'ACCEPTED', 'FAILED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'ASSIGNED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'ASSIGNED', 'FAILED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'EN_ROUTE', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'EN_ROUTE', 'FAILED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'IN_PROGRESS', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'IN_PROGRESS', 'FAILED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'NO_SHOW', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'NO_SHOW', 'FAILED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'PENDING', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'PENDING', 'FAILED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'REJECTED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'mark-failed', 'REJECTED', 'FAILED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'retry', 'FAILED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'retry', 'FAILED', 'PENDING', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'retry', 'NO_SHOW', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'retry', 'NO_SHOW', 'PENDING', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'retry', 'REJECTED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'retry', 'REJECTED', 'PENDING', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'release', 'ACCEPTED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'release', 'ASSIGNED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'release', 'EN_ROUTE', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ACCEPTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'ASSIGNED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'CANCELLED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'EN_ROUTE', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'FAILED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'IN_PROGRESS', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'NO_SHOW', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'PENDING', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'override', 'REJECTED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'hold', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'hold', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'hold', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'hold', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'hold', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'ACCEPTED', 'ACCEPTED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'ASSIGNED', 'ASSIGNED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'NO_SHOW', 'NO_SHOW', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'PENDING', 'PENDING', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'resume', 'REJECTED', 'REJECTED', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'ACCEPTED', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'ASSIGNED', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'EN_ROUTE', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'EN_ROUTE', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'IN_PROGRESS', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'IN_PROGRESS', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'NO_SHOW', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'PENDING', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'reschedule', 'REJECTED', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'edit', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'edit', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'edit', 'EN_ROUTE', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'edit', 'IN_PROGRESS', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'edit', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'edit', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'edit', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'prioritise', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'prioritise', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'prioritise', 'EN_ROUTE', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'prioritise', 'IN_PROGRESS', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'prioritise', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'prioritise', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'prioritise', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'ACCEPTED', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'ASSIGNED', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'EN_ROUTE', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'EN_ROUTE', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'IN_PROGRESS', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'IN_PROGRESS', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'NO_SHOW', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'PENDING', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'note', 'REJECTED', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'CANCELLED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'COMPLETED', 'COMPLETED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'EN_ROUTE', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'FAILED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'IN_PROGRESS', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'ack', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ACCEPTED', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'ASSIGNED', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'CANCELLED', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'EN_ROUTE', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'FAILED', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'IN_PROGRESS', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'NO_SHOW', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'PENDING', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'ACCEPTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'ACCEPTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'ACCEPTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'ASSIGNED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'ASSIGNED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'ASSIGNED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'CANCELLED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'CANCELLED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'CANCELLED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'EN_ROUTE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'EN_ROUTE', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'EN_ROUTE', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'FAILED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'FAILED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'FAILED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'IN_PROGRESS', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'IN_PROGRESS', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'IN_PROGRESS', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'NO_SHOW', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'NO_SHOW', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'NO_SHOW', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'PENDING', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'PENDING', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'PENDING', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'REJECTED', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'REJECTED', 'customer')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'undo', 'REJECTED', 'REJECTED', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'create', 'NEW', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'edit', 'BREAK', 'BREAK', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'edit', 'OFF', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'edit', 'ON', 'ON', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'on', 'BREAK', 'ON', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'on', 'BREAK', 'ON', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'on', 'OFF', 'ON', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'on', 'OFF', 'ON', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'on', 'BREAK', 'ON', 'system')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'off', 'BREAK', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'off', 'BREAK', 'OFF', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'off', 'ON', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'off', 'ON', 'OFF', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'break', 'BREAK', 'BREAK', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'break', 'BREAK', 'BREAK', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'break', 'ON', 'BREAK', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'break', 'ON', 'BREAK', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'activate', 'OFF', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'deactivate', 'BREAK', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'deactivate', 'OFF', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'deactivate', 'ON', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'BREAK', 'BREAK', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'BREAK', 'BREAK', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'BREAK', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'BREAK', 'OFF', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'BREAK', 'ON', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'BREAK', 'ON', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'OFF', 'BREAK', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'OFF', 'BREAK', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'OFF', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'OFF', 'OFF', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'OFF', 'ON', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'OFF', 'ON', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'ON', 'BREAK', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'ON', 'BREAK', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'ON', 'OFF', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'ON', 'OFF', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'ON', 'ON', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('provider', 'undo', 'ON', 'ON', 'provider')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'create', 'NEW', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'edit', 'ACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'edit', 'INACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'activate', 'INACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'deactivate', 'ACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'undo', 'ACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'undo', 'ACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'undo', 'INACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('service', 'undo', 'INACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'create', 'NEW', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'edit', 'ACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'edit', 'INACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'activate', 'INACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'deactivate', 'ACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'undo', 'ACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'undo', 'ACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'undo', 'INACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('customer', 'undo', 'INACTIVE', 'INACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('setting', 'configure', 'NEW', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('setting', 'configure', 'ACTIVE', 'ACTIVE', 'admin')
;
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('setting', 'undo', 'ACTIVE', 'ACTIVE', 'admin')
;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'log_append_only'); END
;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'log_append_only'); END
;
CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM events WHERE subject = NEW.subject AND subject_id = NEW.subject_id AND version = NEW.version) BEGIN SELECT RAISE(ABORT, 'log_append_only'); END
;
CREATE TRIGGER events_no_late_comer AFTER INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE id > NEW.id) BEGIN SELECT RAISE(ABORT, 'log_append_only'); END
;
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'log_append_only'); END
;
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'log_append_only'); END
;
CREATE TRIGGER checkpoints_no_replace BEFORE INSERT ON checkpoints WHEN EXISTS (SELECT 1 FROM checkpoints WHERE id >= NEW.id) BEGIN SELECT RAISE(ABORT, 'log_append_only'); END
;
CREATE TRIGGER legal_transition_no_insert BEFORE INSERT ON legal_transition BEGIN SELECT RAISE(ABORT, 'lifecycle_sealed'); END
;
CREATE TRIGGER legal_transition_no_update BEFORE UPDATE ON legal_transition BEGIN SELECT RAISE(ABORT, 'lifecycle_sealed'); END
;
CREATE TRIGGER legal_transition_no_delete BEFORE DELETE ON legal_transition BEGIN SELECT RAISE(ABORT, 'lifecycle_sealed'); END
;
CREATE TRIGGER bookings_no_delete BEFORE DELETE ON bookings BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER bookings_no_replace BEFORE INSERT ON bookings WHEN EXISTS (SELECT 1 FROM bookings WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER bookings_version BEFORE UPDATE ON bookings WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id BEGIN SELECT RAISE(ABORT, 'version_jump'); END
;
CREATE TRIGGER providers_no_delete BEFORE DELETE ON providers BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER providers_no_replace BEFORE INSERT ON providers WHEN EXISTS (SELECT 1 FROM providers WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER providers_version BEFORE UPDATE ON providers WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id BEGIN SELECT RAISE(ABORT, 'version_jump'); END
;
CREATE TRIGGER services_no_delete BEFORE DELETE ON services BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER services_no_replace BEFORE INSERT ON services WHEN EXISTS (SELECT 1 FROM services WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER services_version BEFORE UPDATE ON services WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id BEGIN SELECT RAISE(ABORT, 'version_jump'); END
;
CREATE TRIGGER customers_no_delete BEFORE DELETE ON customers BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER customers_no_replace BEFORE INSERT ON customers WHEN EXISTS (SELECT 1 FROM customers WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER customers_version BEFORE UPDATE ON customers WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id BEGIN SELECT RAISE(ABORT, 'version_jump'); END
;
CREATE TRIGGER settings_no_delete BEFORE DELETE ON settings BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER settings_no_replace BEFORE INSERT ON settings WHEN EXISTS (SELECT 1 FROM settings WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'never_deleted'); END
;
CREATE TRIGGER settings_version BEFORE UPDATE ON settings WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id BEGIN SELECT RAISE(ABORT, 'version_jump'); END
;
CREATE TRIGGER bookings_overlap_insert BEFORE INSERT ON bookings WHEN NEW.provider_id IS NOT NULL AND NOT NEW.forced AND NEW.window_start IS NOT NULL AND NEW.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND EXISTS (SELECT 1 FROM bookings AS other WHERE other.provider_id = NEW.provider_id AND other.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND NOT other.forced AND other.id <> NEW.id AND other.window_start < NEW.window_end AND NEW.window_start < other.window_end) BEGIN SELECT RAISE(ABORT, 'window_overlap'); END
;
CREATE TRIGGER bookings_overlap_update BEFORE UPDATE OF provider_id, status, forced, window_start, window_end ON bookings WHEN NEW.provider_id IS NOT NULL AND NOT NEW.forced AND NEW.window_start IS NOT NULL AND NEW.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND EXISTS (SELECT 1 FROM bookings AS other WHERE other.provider_id = NEW.provider_id AND other.status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS') AND NOT other.forced AND other.id <> NEW.id AND other.window_start < NEW.window_end AND NEW.window_start < other.window_end) BEGIN SELECT RAISE(ABORT, 'window_overlap'); END
;
CREATE VIEW booking_events AS SELECT subject_id AS booking_id, * FROM events WHERE subject = 'booking'
;
CREATE VIEW bookings_body AS SELECT id, coalesce(address, '') || ' ' || coalesce(notes, '') AS body FROM bookings
;
CREATE VIRTUAL TABLE bookings_text USING fts5(body, content='bookings_body', content_rowid='id', tokenize='trigram', detail='none')
;
CREATE TRIGGER bookings_text_insert AFTER INSERT ON bookings BEGIN INSERT INTO bookings_text (rowid, body) VALUES (NEW.id, coalesce(NEW.address, '') || ' ' || coalesce(NEW.notes, '')); END
;
CREATE TRIGGER bookings_text_update AFTER UPDATE OF address, notes ON bookings WHEN coalesce(OLD.address, '') || ' ' || coalesce(OLD.notes, '') IS NOT coalesce(NEW.address, '') || ' ' || coalesce(NEW.notes, '') BEGIN INSERT INTO bookings_text (bookings_text, rowid, body) VALUES ('delete', OLD.id, coalesce(OLD.address, '') || ' ' || coalesce(OLD.notes, '')); INSERT INTO bookings_text (rowid, body) VALUES (NEW.id, coalesce(NEW.address, '') || ' ' || coalesce(NEW.notes, '')); END
;
CREATE VIEW customers_body AS SELECT id, coalesce(name, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(email, '') || ' ' || coalesce(address, '') AS body FROM customers
;
CREATE VIRTUAL TABLE customers_text USING fts5(body, content='customers_body', content_rowid='id', tokenize='trigram', detail='none')
;
CREATE TRIGGER customers_text_insert AFTER INSERT ON customers BEGIN INSERT INTO customers_text (rowid, body) VALUES (NEW.id, coalesce(NEW.name, '') || ' ' || coalesce(NEW.phone, '') || ' ' || coalesce(NEW.email, '') || ' ' || coalesce(NEW.address, '')); END
;
CREATE TRIGGER customers_text_update AFTER UPDATE OF name, phone, email, address ON customers WHEN coalesce(OLD.name, '') || ' ' || coalesce(OLD.phone, '') || ' ' || coalesce(OLD.email, '') || ' ' || coalesce(OLD.address, '') IS NOT coalesce(NEW.name, '') || ' ' || coalesce(NEW.phone, '') || ' ' || coalesce(NEW.email, '') || ' ' || coalesce(NEW.address, '') BEGIN INSERT INTO customers_text (customers_text, rowid, body) VALUES ('delete', OLD.id, coalesce(OLD.name, '') || ' ' || coalesce(OLD.phone, '') || ' ' || coalesce(OLD.email, '') || ' ' || coalesce(OLD.address, '')); INSERT INTO customers_text (rowid, body) VALUES (NEW.id, coalesce(NEW.name, '') || ' ' || coalesce(NEW.phone, '') || ' ' || coalesce(NEW.email, '') || ' ' || coalesce(NEW.address, '')); END
