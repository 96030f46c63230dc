CREATE TABLE answers (
	key TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	asked TEXT NOT NULL, 
	name TEXT NOT NULL, 
	events TEXT NOT NULL, 
	PRIMARY KEY (key)
)
;
CREATE INDEX answers_at ON answers (at)
;
CREATE TABLE checkpoints (
	id BIGSERIAL NOT NULL, 
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
;
CREATE TABLE legal_transition (
	subject TEXT NOT NULL, 
	action TEXT NOT NULL, 
	from_status TEXT NOT NULL, 
	to_status TEXT NOT NULL, 
	role TEXT NOT NULL, 
	PRIMARY KEY (subject, action, from_status, to_status, role)
)
;
CREATE TABLE meta (
	key TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (key)
)
;
CREATE TABLE events (
	id BIGSERIAL NOT NULL, 
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
	id BIGSERIAL NOT NULL, 
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
	id BIGSERIAL NOT NULL, 
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
	id BIGSERIAL NOT NULL, 
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
	id BIGSERIAL NOT NULL, 
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
	id BIGSERIAL NOT NULL, 
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
INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES ('booking', 'create', 'NEW', 'PENDING', 'admin'), ('booking', 'create', 'NEW', 'PENDING', 'customer'), ('booking', 'attempt', 'NO_SHOW', 'NO_SHOW', 'system'), ('booking', 'attempt', 'PENDING', 'PENDING', 'system'), ('booking', 'attempt', 'REJECTED', 'REJECTED', 'system'), ('booking', 'assign', 'NO_SHOW', 'ASSIGNED', 'admin'), ('booking', 'assign', 'NO_SHOW', 'ASSIGNED', 'system'), ('booking', 'assign', 'PENDING', 'ASSIGNED', 'admin'), ('booking', 'assign', 'PENDING', 'ASSIGNED', 'system'), ('booking', 'assign', 'REJECTED', 'ASSIGNED', 'admin'), ('booking', 'assign', 'REJECTED', 'ASSIGNED', 'system'), ('booking', 'force-assign', 'ACCEPTED', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'CANCELLED', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'EN_ROUTE', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'FAILED', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'IN_PROGRESS', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'NO_SHOW', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'PENDING', 'ASSIGNED', 'admin'), ('booking', 'force-assign', 'REJECTED', 'ASSIGNED', 'admin'), ('booking', 'accept', 'ASSIGNED', 'ACCEPTED', 'provider'), ('booking', 'reject', 'ACCEPTED', 'REJECTED', 'provider'), ('booking', 'reject', 'ASSIGNED', 'REJECTED', 'provider'), ('booking', 'reject', 'ASSIGNED', 'REJECTED', 'system'), ('booking', 'depart', 'ACCEPTED', 'EN_ROUTE', 'provider'), ('booking', 'start', 'ACCEPTED', 'IN_PROGRESS', 'provider'), ('booking', 'start', 'EN_ROUTE', 'IN_PROGRESS', 'provider'), ('booking', 'complete', 'IN_PROGRESS', 'COMPLETED', 'provider'), ('booking', 'no-show', 'ACCEPTED', 'NO_SHOW', 'admin'), ('booking', 'no-show', 'ASSIGNED', 'NO_SHOW', 'admin'), ('booking', 'no-show', 'EN_ROUTE', 'NO_SHOW', 'admin'), ('booking', 'no-show', 'IN_PROGRESS', 'NO_SHOW', 'admin'), ('booking', 'no-show', 'EN_ROUTE', 'NO_SHOW', 'provider'), ('booking', 'no-show', 'IN_PROGRESS', 'NO_SHOW', 'provider'), ('booking', 'cancel', 'ACCEPTED', 'CANCELLED', 'customer'), ('booking', 'cancel', 'ASSIGNED', 'CANCELLED', 'customer'), ('booking', 'cancel', 'EN_ROUTE', 'CANCELLED', 'customer'), ('booking', 'cancel', 'IN_PROGRESS', 'CANCELLED', 'customer'), ('booking', 'cancel', 'NO_SHOW', 'CANCELLED', 'customer'), ('booking', 'cancel', 'PENDING', 'CANCELLED', 'customer'), ('booking', 'cancel', 'REJECTED', 'CANCELLED', 'customer'), ('booking', 'force-cancel', 'ACCEPTED', 'CANCELLED', 'admin'), ('booking', 'force-cancel', 'ASSIGNED', 'CANCELLED', 'admin'), ('booking', 'force-cancel', 'EN_ROUTE', 'CANCELLED', 'admin'), ('booking', 'force-cancel', 'FAILED', 'CANCELLED', 'admin'), ('booking', 'force-cancel', 'IN_PROGRESS', 'CANCELLED', 'admin'), ('booking', 'force-cancel', 'NO_SHOW', 'CANCELLED', 'admin'), ('booking', 'force-cancel', 'PENDING', 'CANCELLED', 'admin'), ('booking', 'force-cancel', 'REJECTED', 'CANCELLED', 'admin'), ('booking', 'mark-failed', 'ACCEPTED', 'FAILED', 'admin'), ('booking', 'mark-failed', 'ACCEPTED', 'FAILED', 'system'), ('booking', 'mark-failed', 'ASSIGNED', 'FAILED', 'admin'), ('booking', 'mark-failed', 'ASSIGNED', 'FAILED', 'system'), ('booking', 'mark-failed', 'EN_ROUTE', 'FAILED', 'admin'), ('booking', 'mark-failed', 'EN_ROUTE', 'FAILED', 'system'), ('booking', 'mark-failed', 'IN_PROGRESS', 'FAILED', 'admin'), ('booking', 'mark-failed', 'IN_PROGRESS', 'FAILED', 'system'), ('booking', 'mark-failed', 'NO_SHOW', 'FAILED', 'admin'), ('booking', 'mark-failed', 'NO_SHOW', 'FAILED', 'system'), ('booking', 'mark-failed', 'PENDING', 'FAILED', 'admin'), ('booking', 'mark-failed', 'PENDING', 'FAILED', 'system'), ('booking', 'mark-failed', 'REJECTED', 'FAILED', 'admin'), ('booking', 'mark-failed', 'REJECTED', 'FAILED', 'system'), ('booking', 'retry', 'FAILED', 'PENDING', 'admin'), ('booking', 'retry', 'FAILED', 'PENDING', 'system'), ('booking', 'retry', 'NO_SHOW', 'PENDING', 'admin'), ('booking', 'retry', 'NO_SHOW', 'PENDING', 'system'), ('booking', 'retry', 'REJECTED', 'PENDING', 'admin'), ('booking', 'retry', 'REJECTED', 'PENDING', 'system'), ('booking', 'release', 'ACCEPTED', 'PENDING', 'admin'), ('booking', 'release', 'ASSIGNED', 'PENDING', 'admin'), ('booking', 'release', 'EN_ROUTE', 'PENDING', 'admin'), ('booking', 'override', 'ACCEPTED', 'ASSIGNED', 'admin'), ('booking', 'override', 'ACCEPTED', 'CANCELLED', 'admin'), ('booking', 'override', 'ACCEPTED', 'COMPLETED', 'admin'), ('booking', 'override', 'ACCEPTED', 'EN_ROUTE', 'admin'), ('booking', 'override', 'ACCEPTED', 'FAILED', 'admin'), ('booking', 'override', 'ACCEPTED', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'ACCEPTED', 'NO_SHOW', 'admin'), ('booking', 'override', 'ACCEPTED', 'PENDING', 'admin'), ('booking', 'override', 'ACCEPTED', 'REJECTED', 'admin'), ('booking', 'override', 'ASSIGNED', 'ACCEPTED', 'admin'), ('booking', 'override', 'ASSIGNED', 'CANCELLED', 'admin'), ('booking', 'override', 'ASSIGNED', 'COMPLETED', 'admin'), ('booking', 'override', 'ASSIGNED', 'EN_ROUTE', 'admin'), ('booking', 'override', 'ASSIGNED', 'FAILED', 'admin'), ('booking', 'override', 'ASSIGNED', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'ASSIGNED', 'NO_SHOW', 'admin'), ('booking', 'override', 'ASSIGNED', 'PENDING', 'admin'), ('booking', 'override', 'ASSIGNED', 'REJECTED', 'admin'), ('booking', 'override', 'CANCELLED', 'ACCEPTED', 'admin'), ('booking', 'override', 'CANCELLED', 'ASSIGNED', 'admin'), ('booking', 'override', 'CANCELLED', 'COMPLETED', 'admin'), ('booking', 'override', 'CANCELLED', 'EN_ROUTE', 'admin'), ('booking', 'override', 'CANCELLED', 'FAILED', 'admin'), ('booking', 'override', 'CANCELLED', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'CANCELLED', 'NO_SHOW', 'admin'), ('booking', 'override', 'CANCELLED', 'PENDING', 'admin'), ('booking', 'override', 'CANCELLED', 'REJECTED', 'admin'), ('booking', 'override', 'EN_ROUTE', 'ACCEPTED', 'admin'), ('booking', 'override', 'EN_ROUTE', 'ASSIGNED', 'admin'), ('booking', 'override', 'EN_ROUTE', 'CANCELLED', 'admin'), ('booking', 'override', 'EN_ROUTE', 'COMPLETED', 'admin'), ('booking', 'override', 'EN_ROUTE', 'FAILED', 'admin'), ('booking', 'override', 'EN_ROUTE', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'EN_ROUTE', 'NO_SHOW', 'admin'), ('booking', 'override', 'EN_ROUTE', 'PENDING', 'admin'), ('booking', 'override', 'EN_ROUTE', 'REJECTED', 'admin'), ('booking', 'override', 'FAILED', 'ACCEPTED', 'admin'), ('booking', 'override', 'FAILED', 'ASSIGNED', 'admin'), ('booking', 'override', 'FAILED', 'CANCELLED', 'admin'), ('booking', 'override', 'FAILED', 'COMPLETED', 'admin'), ('booking', 'override', 'FAILED', 'EN_ROUTE', 'admin'), ('booking', 'override', 'FAILED', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'FAILED', 'NO_SHOW', 'admin'), ('booking', 'override', 'FAILED', 'PENDING', 'admin'), ('booking', 'override', 'FAILED', 'REJECTED', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'ACCEPTED', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'ASSIGNED', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'CANCELLED', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'COMPLETED', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'EN_ROUTE', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'FAILED', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'NO_SHOW', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'PENDING', 'admin'), ('booking', 'override', 'IN_PROGRESS', 'REJECTED', 'admin'), ('booking', 'override', 'NO_SHOW', 'ACCEPTED', 'admin'), ('booking', 'override', 'NO_SHOW', 'ASSIGNED', 'admin'), ('booking', 'override', 'NO_SHOW', 'CANCELLED', 'admin'), ('booking', 'override', 'NO_SHOW', 'COMPLETED', 'admin'), ('booking', 'override', 'NO_SHOW', 'EN_ROUTE', 'admin'), ('booking', 'override', 'NO_SHOW', 'FAILED', 'admin'), ('booking', 'override', 'NO_SHOW', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'NO_SHOW', 'PENDING', 'admin'), ('booking', 'override', 'NO_SHOW', 'REJECTED', 'admin'), ('booking', 'override', 'PENDING', 'ACCEPTED', 'admin'), ('booking', 'override', 'PENDING', 'ASSIGNED', 'admin'), ('booking', 'override', 'PENDING', 'CANCELLED', 'admin'), ('booking', 'override', 'PENDING', 'COMPLETED', 'admin'), ('booking', 'override', 'PENDING', 'EN_ROUTE', 'admin'), ('booking', 'override', 'PENDING', 'FAILED', 'admin'), ('booking', 'override', 'PENDING', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'PENDING', 'NO_SHOW', 'admin'), ('booking', 'override', 'PENDING', 'REJECTED', 'admin'), ('booking', 'override', 'REJECTED', 'ACCEPTED', 'admin'), ('booking', 'override', 'REJECTED', 'ASSIGNED', 'admin'), ('booking', 'override', 'REJECTED', 'CANCELLED', 'admin'), ('booking', 'override', 'REJECTED', 'COMPLETED', 'admin'), ('booking', 'override', 'REJECTED', 'EN_ROUTE', 'admin'), ('booking', 'override', 'REJECTED', 'FAILED', 'admin'), ('booking', 'override', 'REJECTED', 'IN_PROGRESS', 'admin'), ('booking', 'override', 'REJECTED', 'NO_SHOW', 'admin'), ('booking', 'override', 'REJECTED', 'PENDING', 'admin'), ('booking', 'hold', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'hold', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'hold', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'hold', 'PENDING', 'PENDING', 'admin'), ('booking', 'hold', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'resume', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'resume', 'ACCEPTED', 'ACCEPTED', 'system'), ('booking', 'resume', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'resume', 'ASSIGNED', 'ASSIGNED', 'system'), ('booking', 'resume', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'resume', 'NO_SHOW', 'NO_SHOW', 'system'), ('booking', 'resume', 'PENDING', 'PENDING', 'admin'), ('booking', 'resume', 'PENDING', 'PENDING', 'system'), ('booking', 'resume', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'resume', 'REJECTED', 'REJECTED', 'system'), ('booking', 'reschedule', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'reschedule', 'ACCEPTED', 'ACCEPTED', 'customer'), ('booking', 'reschedule', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'reschedule', 'ASSIGNED', 'ASSIGNED', 'customer'), ('booking', 'reschedule', 'EN_ROUTE', 'EN_ROUTE', 'admin'), ('booking', 'reschedule', 'EN_ROUTE', 'EN_ROUTE', 'customer'), ('booking', 'reschedule', 'IN_PROGRESS', 'IN_PROGRESS', 'admin'), ('booking', 'reschedule', 'IN_PROGRESS', 'IN_PROGRESS', 'customer'), ('booking', 'reschedule', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'reschedule', 'NO_SHOW', 'NO_SHOW', 'customer'), ('booking', 'reschedule', 'PENDING', 'PENDING', 'admin'), ('booking', 'reschedule', 'PENDING', 'PENDING', 'customer'), ('booking', 'reschedule', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'reschedule', 'REJECTED', 'REJECTED', 'customer'), ('booking', 'edit', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'edit', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'edit', 'EN_ROUTE', 'EN_ROUTE', 'admin'), ('booking', 'edit', 'IN_PROGRESS', 'IN_PROGRESS', 'admin'), ('booking', 'edit', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'edit', 'PENDING', 'PENDING', 'admin'), ('booking', 'edit', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'prioritise', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'prioritise', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'prioritise', 'EN_ROUTE', 'EN_ROUTE', 'admin'), ('booking', 'prioritise', 'IN_PROGRESS', 'IN_PROGRESS', 'admin'), ('booking', 'prioritise', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'prioritise', 'PENDING', 'PENDING', 'admin'), ('booking', 'prioritise', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'note', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'note', 'ACCEPTED', 'ACCEPTED', 'customer'), ('booking', 'note', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'note', 'ASSIGNED', 'ASSIGNED', 'customer'), ('booking', 'note', 'EN_ROUTE', 'EN_ROUTE', 'admin'), ('booking', 'note', 'EN_ROUTE', 'EN_ROUTE', 'customer'), ('booking', 'note', 'IN_PROGRESS', 'IN_PROGRESS', 'admin'), ('booking', 'note', 'IN_PROGRESS', 'IN_PROGRESS', 'customer'), ('booking', 'note', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'note', 'NO_SHOW', 'NO_SHOW', 'customer'), ('booking', 'note', 'PENDING', 'PENDING', 'admin'), ('booking', 'note', 'PENDING', 'PENDING', 'customer'), ('booking', 'note', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'note', 'REJECTED', 'REJECTED', 'customer'), ('booking', 'ack', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'ack', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'ack', 'CANCELLED', 'CANCELLED', 'admin'), ('booking', 'ack', 'COMPLETED', 'COMPLETED', 'admin'), ('booking', 'ack', 'EN_ROUTE', 'EN_ROUTE', 'admin'), ('booking', 'ack', 'FAILED', 'FAILED', 'admin'), ('booking', 'ack', 'IN_PROGRESS', 'IN_PROGRESS', 'admin'), ('booking', 'ack', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'ack', 'PENDING', 'PENDING', 'admin'), ('booking', 'ack', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'undo', 'ACCEPTED', 'ACCEPTED', 'admin'), ('booking', 'undo', 'ACCEPTED', 'ACCEPTED', 'customer'), ('booking', 'undo', 'ACCEPTED', 'ACCEPTED', 'provider'), ('booking', 'undo', 'ACCEPTED', 'ASSIGNED', 'admin'), ('booking', 'undo', 'ACCEPTED', 'ASSIGNED', 'customer'), ('booking', 'undo', 'ACCEPTED', 'ASSIGNED', 'provider'), ('booking', 'undo', 'ACCEPTED', 'CANCELLED', 'admin'), ('booking', 'undo', 'ACCEPTED', 'CANCELLED', 'customer'), ('booking', 'undo', 'ACCEPTED', 'CANCELLED', 'provider'), ('booking', 'undo', 'ACCEPTED', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'ACCEPTED', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'ACCEPTED', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'ACCEPTED', 'FAILED', 'admin'), ('booking', 'undo', 'ACCEPTED', 'FAILED', 'customer'), ('booking', 'undo', 'ACCEPTED', 'FAILED', 'provider'), ('booking', 'undo', 'ACCEPTED', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'ACCEPTED', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'ACCEPTED', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'ACCEPTED', 'NO_SHOW', 'admin'), ('booking', 'undo', 'ACCEPTED', 'NO_SHOW', 'customer'), ('booking', 'undo', 'ACCEPTED', 'NO_SHOW', 'provider'), ('booking', 'undo', 'ACCEPTED', 'PENDING', 'admin'), ('booking', 'undo', 'ACCEPTED', 'PENDING', 'customer'), ('booking', 'undo', 'ACCEPTED', 'PENDING', 'provider'), ('booking', 'undo', 'ACCEPTED', 'REJECTED', 'admin'), ('booking', 'undo', 'ACCEPTED', 'REJECTED', 'customer'), ('booking', 'undo', 'ACCEPTED', 'REJECTED', 'provider'), ('booking', 'undo', 'ASSIGNED', 'ACCEPTED', 'admin'), ('booking', 'undo', 'ASSIGNED', 'ACCEPTED', 'customer'), ('booking', 'undo', 'ASSIGNED', 'ACCEPTED', 'provider'), ('booking', 'undo', 'ASSIGNED', 'ASSIGNED', 'admin'), ('booking', 'undo', 'ASSIGNED', 'ASSIGNED', 'customer'), ('booking', 'undo', 'ASSIGNED', 'ASSIGNED', 'provider'), ('booking', 'undo', 'ASSIGNED', 'CANCELLED', 'admin'), ('booking', 'undo', 'ASSIGNED', 'CANCELLED', 'customer'), ('booking', 'undo', 'ASSIGNED', 'CANCELLED', 'provider'), ('booking', 'undo', 'ASSIGNED', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'ASSIGNED', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'ASSIGNED', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'ASSIGNED', 'FAILED', 'admin'), ('booking', 'undo', 'ASSIGNED', 'FAILED', 'customer'), ('booking', 'undo', 'ASSIGNED', 'FAILED', 'provider'), ('booking', 'undo', 'ASSIGNED', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'ASSIGNED', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'ASSIGNED', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'ASSIGNED', 'NO_SHOW', 'admin'), ('booking', 'undo', 'ASSIGNED', 'NO_SHOW', 'customer'), ('booking', 'undo', 'ASSIGNED', 'NO_SHOW', 'provider'), ('booking', 'undo', 'ASSIGNED', 'PENDING', 'admin'), ('booking', 'undo', 'ASSIGNED', 'PENDING', 'customer'), ('booking', 'undo', 'ASSIGNED', 'PENDING', 'provider'), ('booking', 'undo', 'ASSIGNED', 'REJECTED', 'admin'), ('booking', 'undo', 'ASSIGNED', 'REJECTED', 'customer'), ('booking', 'undo', 'ASSIGNED', 'REJECTED', 'provider'), ('booking', 'undo', 'CANCELLED', 'ACCEPTED', 'admin'), ('booking', 'undo', 'CANCELLED', 'ACCEPTED', 'customer'), ('booking', 'undo', 'CANCELLED', 'ACCEPTED', 'provider'), ('booking', 'undo', 'CANCELLED', 'ASSIGNED', 'admin'), ('booking', 'undo', 'CANCELLED', 'ASSIGNED', 'customer'), ('booking', 'undo', 'CANCELLED', 'ASSIGNED', 'provider'), ('booking', 'undo', 'CANCELLED', 'CANCELLED', 'admin'), ('booking', 'undo', 'CANCELLED', 'CANCELLED', 'customer'), ('booking', 'undo', 'CANCELLED', 'CANCELLED', 'provider'), ('booking', 'undo', 'CANCELLED', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'CANCELLED', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'CANCELLED', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'CANCELLED', 'FAILED', 'admin'), ('booking', 'undo', 'CANCELLED', 'FAILED', 'customer'), ('booking', 'undo', 'CANCELLED', 'FAILED', 'provider'), ('booking', 'undo', 'CANCELLED', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'CANCELLED', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'CANCELLED', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'CANCELLED', 'NO_SHOW', 'admin'), ('booking', 'undo', 'CANCELLED', 'NO_SHOW', 'customer'), ('booking', 'undo', 'CANCELLED', 'NO_SHOW', 'provider'), ('booking', 'undo', 'CANCELLED', 'PENDING', 'admin'), ('booking', 'undo', 'CANCELLED', 'PENDING', 'customer'), ('booking', 'undo', 'CANCELLED', 'PENDING', 'provider'), ('booking', 'undo', 'CANCELLED', 'REJECTED', 'admin'), ('booking', 'undo', 'CANCELLED', 'REJECTED', 'customer'), ('booking', 'undo', 'CANCELLED', 'REJECTED', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'ACCEPTED', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'ACCEPTED', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'ACCEPTED', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'ASSIGNED', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'ASSIGNED', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'ASSIGNED', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'CANCELLED', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'CANCELLED', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'CANCELLED', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'FAILED', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'FAILED', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'FAILED', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'NO_SHOW', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'NO_SHOW', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'NO_SHOW', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'PENDING', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'PENDING', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'PENDING', 'provider'), ('booking', 'undo', 'EN_ROUTE', 'REJECTED', 'admin'), ('booking', 'undo', 'EN_ROUTE', 'REJECTED', 'customer'), ('booking', 'undo', 'EN_ROUTE', 'REJECTED', 'provider'), ('booking', 'undo', 'FAILED', 'ACCEPTED', 'admin'), ('booking', 'undo', 'FAILED', 'ACCEPTED', 'customer'), ('booking', 'undo', 'FAILED', 'ACCEPTED', 'provider'), ('booking', 'undo', 'FAILED', 'ASSIGNED', 'admin'), ('booking', 'undo', 'FAILED', 'ASSIGNED', 'customer'), ('booking', 'undo', 'FAILED', 'ASSIGNED', 'provider'), ('booking', 'undo', 'FAILED', 'CANCELLED', 'admin'), ('booking', 'undo', 'FAILED', 'CANCELLED', 'customer'), ('booking', 'undo', 'FAILED', 'CANCELLED', 'provider'), ('booking', 'undo', 'FAILED', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'FAILED', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'FAILED', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'FAILED', 'FAILED', 'admin'), ('booking', 'undo', 'FAILED', 'FAILED', 'customer'), ('booking', 'undo', 'FAILED', 'FAILED', 'provider'), ('booking', 'undo', 'FAILED', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'FAILED', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'FAILED', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'FAILED', 'NO_SHOW', 'admin'), ('booking', 'undo', 'FAILED', 'NO_SHOW', 'customer'), ('booking', 'undo', 'FAILED', 'NO_SHOW', 'provider'), ('booking', 'undo', 'FAILED', 'PENDING', 'admin'), ('booking', 'undo', 'FAILED', 'PENDING', 'customer'), ('booking', 'undo', 'FAILED', 'PENDING', 'provider'), ('booking', 'undo', 'FAILED', 'REJECTED', 'admin'), ('booking', 'undo', 'FAILED', 'REJECTED', 'customer'), ('booking', 'undo', 'FAILED', 'REJECTED', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'ACCEPTED', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'ACCEPTED', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'ACCEPTED', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'ASSIGNED', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'ASSIGNED', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'ASSIGNED', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'CANCELLED', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'CANCELLED', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'CANCELLED', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'FAILED', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'FAILED', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'FAILED', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'NO_SHOW', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'NO_SHOW', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'NO_SHOW', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'PENDING', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'PENDING', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'PENDING', 'provider'), ('booking', 'undo', 'IN_PROGRESS', 'REJECTED', 'admin'), ('booking', 'undo', 'IN_PROGRESS', 'REJECTED', 'customer'), ('booking', 'undo', 'IN_PROGRESS', 'REJECTED', 'provider'), ('booking', 'undo', 'NO_SHOW', 'ACCEPTED', 'admin'), ('booking', 'undo', 'NO_SHOW', 'ACCEPTED', 'customer'), ('booking', 'undo', 'NO_SHOW', 'ACCEPTED', 'provider'), ('booking', 'undo', 'NO_SHOW', 'ASSIGNED', 'admin'), ('booking', 'undo', 'NO_SHOW', 'ASSIGNED', 'customer'), ('booking', 'undo', 'NO_SHOW', 'ASSIGNED', 'provider'), ('booking', 'undo', 'NO_SHOW', 'CANCELLED', 'admin'), ('booking', 'undo', 'NO_SHOW', 'CANCELLED', 'customer'), ('booking', 'undo', 'NO_SHOW', 'CANCELLED', 'provider'), ('booking', 'undo', 'NO_SHOW', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'NO_SHOW', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'NO_SHOW', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'NO_SHOW', 'FAILED', 'admin'), ('booking', 'undo', 'NO_SHOW', 'FAILED', 'customer'), ('booking', 'undo', 'NO_SHOW', 'FAILED', 'provider'), ('booking', 'undo', 'NO_SHOW', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'NO_SHOW', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'NO_SHOW', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'NO_SHOW', 'NO_SHOW', 'admin'), ('booking', 'undo', 'NO_SHOW', 'NO_SHOW', 'customer'), ('booking', 'undo', 'NO_SHOW', 'NO_SHOW', 'provider'), ('booking', 'undo', 'NO_SHOW', 'PENDING', 'admin'), ('booking', 'undo', 'NO_SHOW', 'PENDING', 'customer'), ('booking', 'undo', 'NO_SHOW', 'PENDING', 'provider'), ('booking', 'undo', 'NO_SHOW', 'REJECTED', 'admin'), ('booking', 'undo', 'NO_SHOW', 'REJECTED', 'customer'), ('booking', 'undo', 'NO_SHOW', 'REJECTED', 'provider'), ('booking', 'undo', 'PENDING', 'ACCEPTED', 'admin'), ('booking', 'undo', 'PENDING', 'ACCEPTED', 'customer'), ('booking', 'undo', 'PENDING', 'ACCEPTED', 'provider'), ('booking', 'undo', 'PENDING', 'ASSIGNED', 'admin'), ('booking', 'undo', 'PENDING', 'ASSIGNED', 'customer'), ('booking', 'undo', 'PENDING', 'ASSIGNED', 'provider'), ('booking', 'undo', 'PENDING', 'CANCELLED', 'admin'), ('booking', 'undo', 'PENDING', 'CANCELLED', 'customer'), ('booking', 'undo', 'PENDING', 'CANCELLED', 'provider'), ('booking', 'undo', 'PENDING', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'PENDING', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'PENDING', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'PENDING', 'FAILED', 'admin'), ('booking', 'undo', 'PENDING', 'FAILED', 'customer'), ('booking', 'undo', 'PENDING', 'FAILED', 'provider'), ('booking', 'undo', 'PENDING', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'PENDING', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'PENDING', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'PENDING', 'NO_SHOW', 'admin'), ('booking', 'undo', 'PENDING', 'NO_SHOW', 'customer'), ('booking', 'undo', 'PENDING', 'NO_SHOW', 'provider'), ('booking', 'undo', 'PENDING', 'PENDING', 'admin'), ('booking', 'undo', 'PENDING', 'PENDING', 'customer'), ('booking', 'undo', 'PENDING', 'PENDING', 'provider'), ('booking', 'undo', 'PENDING', 'REJECTED', 'admin'), ('booking', 'undo', 'PENDING', 'REJECTED', 'customer'), ('booking', 'undo', 'PENDING', 'REJECTED', 'provider'), ('booking', 'undo', 'REJECTED', 'ACCEPTED', 'admin'), ('booking', 'undo', 'REJECTED', 'ACCEPTED', 'customer'), ('booking', 'undo', 'REJECTED', 'ACCEPTED', 'provider'), ('booking', 'undo', 'REJECTED', 'ASSIGNED', 'admin'), ('booking', 'undo', 'REJECTED', 'ASSIGNED', 'customer'), ('booking', 'undo', 'REJECTED', 'ASSIGNED', 'provider'), ('booking', 'undo', 'REJECTED', 'CANCELLED', 'admin'), ('booking', 'undo', 'REJECTED', 'CANCELLED', 'customer'), ('booking', 'undo', 'REJECTED', 'CANCELLED', 'provider'), ('booking', 'undo', 'REJECTED', 'EN_ROUTE', 'admin'), ('booking', 'undo', 'REJECTED', 'EN_ROUTE', 'customer'), ('booking', 'undo', 'REJECTED', 'EN_ROUTE', 'provider'), ('booking', 'undo', 'REJECTED', 'FAILED', 'admin'), ('booking', 'undo', 'REJECTED', 'FAILED', 'customer'), ('booking', 'undo', 'REJECTED', 'FAILED', 'provider'), ('booking', 'undo', 'REJECTED', 'IN_PROGRESS', 'admin'), ('booking', 'undo', 'REJECTED', 'IN_PROGRESS', 'customer'), ('booking', 'undo', 'REJECTED', 'IN_PROGRESS', 'provider'), ('booking', 'undo', 'REJECTED', 'NO_SHOW', 'admin'), ('booking', 'undo', 'REJECTED', 'NO_SHOW', 'customer'), ('booking', 'undo', 'REJECTED', 'NO_SHOW', 'provider'), ('booking', 'undo', 'REJECTED', 'PENDING', 'admin'), ('booking', 'undo', 'REJECTED', 'PENDING', 'customer'), ('booking', 'undo', 'REJECTED', 'PENDING', 'provider'), ('booking', 'undo', 'REJECTED', 'REJECTED', 'admin'), ('booking', 'undo', 'REJECTED', 'REJECTED', 'customer'), ('booking', 'undo', 'REJECTED', 'REJECTED', 'provider'), ('provider', 'create', 'NEW', 'OFF', 'admin'), ('provider', 'edit', 'BREAK', 'BREAK', 'admin'), ('provider', 'edit', 'OFF', 'OFF', 'admin'), ('provider', 'edit', 'ON', 'ON', 'admin'), ('provider', 'on', 'BREAK', 'ON', 'admin'), ('provider', 'on', 'BREAK', 'ON', 'provider'), ('provider', 'on', 'OFF', 'ON', 'admin'), ('provider', 'on', 'OFF', 'ON', 'provider'), ('provider', 'on', 'BREAK', 'ON', 'system'), ('provider', 'off', 'BREAK', 'OFF', 'admin'), ('provider', 'off', 'BREAK', 'OFF', 'provider'), ('provider', 'off', 'ON', 'OFF', 'admin'), ('provider', 'off', 'ON', 'OFF', 'provider'), ('provider', 'break', 'BREAK', 'BREAK', 'admin'), ('provider', 'break', 'BREAK', 'BREAK', 'provider'), ('provider', 'break', 'ON', 'BREAK', 'admin'), ('provider', 'break', 'ON', 'BREAK', 'provider'), ('provider', 'activate', 'OFF', 'OFF', 'admin'), ('provider', 'deactivate', 'BREAK', 'OFF', 'admin'), ('provider', 'deactivate', 'OFF', 'OFF', 'admin'), ('provider', 'deactivate', 'ON', 'OFF', 'admin'), ('provider', 'undo', 'BREAK', 'BREAK', 'admin'), ('provider', 'undo', 'BREAK', 'BREAK', 'provider'), ('provider', 'undo', 'BREAK', 'OFF', 'admin'), ('provider', 'undo', 'BREAK', 'OFF', 'provider'), ('provider', 'undo', 'BREAK', 'ON', 'admin'), ('provider', 'undo', 'BREAK', 'ON', 'provider'), ('provider', 'undo', 'OFF', 'BREAK', 'admin'), ('provider', 'undo', 'OFF', 'BREAK', 'provider'), ('provider', 'undo', 'OFF', 'OFF', 'admin'), ('provider', 'undo', 'OFF', 'OFF', 'provider'), ('provider', 'undo', 'OFF', 'ON', 'admin'), ('provider', 'undo', 'OFF', 'ON', 'provider'), ('provider', 'undo', 'ON', 'BREAK', 'admin'), ('provider', 'undo', 'ON', 'BREAK', 'provider'), ('provider', 'undo', 'ON', 'OFF', 'admin'), ('provider', 'undo', 'ON', 'OFF', 'provider'), ('provider', 'undo', 'ON', 'ON', 'admin'), ('provider', 'undo', 'ON', 'ON', 'provider'), ('service', 'create', 'NEW', 'ACTIVE', 'admin'), ('service', 'edit', 'ACTIVE', 'ACTIVE', 'admin'), ('service', 'edit', 'INACTIVE', 'INACTIVE', 'admin'), ('service', 'activate', 'INACTIVE', 'ACTIVE', 'admin'), ('service', 'deactivate', 'ACTIVE', 'INACTIVE', 'admin'), ('service', 'undo', 'ACTIVE', 'ACTIVE', 'admin'), ('service', 'undo', 'ACTIVE', 'INACTIVE', 'admin'), ('service', 'undo', 'INACTIVE', 'ACTIVE', 'admin'), ('service', 'undo', 'INACTIVE', 'INACTIVE', 'admin'), ('customer', 'create', 'NEW', 'ACTIVE', 'admin'), ('customer', 'edit', 'ACTIVE', 'ACTIVE', 'admin'), ('customer', 'edit', 'INACTIVE', 'INACTIVE', 'admin'), ('customer', 'activate', 'INACTIVE', 'ACTIVE', 'admin'), ('customer', 'deactivate', 'ACTIVE', 'INACTIVE', 'admin'), ('customer', 'undo', 'ACTIVE', 'ACTIVE', 'admin'), ('customer', 'undo', 'ACTIVE', 'INACTIVE', 'admin'), ('customer', 'undo', 'INACTIVE', 'ACTIVE', 'admin'), ('customer', 'undo', 'INACTIVE', 'INACTIVE', 'admin'), ('setting', 'configure', 'NEW', 'ACTIVE', 'admin'), ('setting', 'configure', 'ACTIVE', 'ACTIVE', 'admin'), ('setting', 'undo', 'ACTIVE', 'ACTIVE', 'admin')
;
CREATE FUNCTION dispatcher_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'DSP01', MESSAGE = TG_ARGV[0]; END $$
;
CREATE FUNCTION dispatcher_next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id THEN RAISE EXCEPTION USING ERRCODE = 'DSP01', MESSAGE = TG_ARGV[0]; END IF; RETURN NEW; END $$
;
CREATE FUNCTION dispatcher_own_transaction() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.tx := pg_current_xact_id(); RETURN NEW; END $$
;
CREATE FUNCTION dispatcher_trigrams(body text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT coalesce(array_agg(DISTINCT substr(lower(body), place, 3)), '{}') FROM generate_series(1, length(body) - 2) AS place $$
;
ALTER TABLE events ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()
;
CREATE INDEX events_tail ON events (tx, id)
;
CREATE TRIGGER events_own_transaction BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION dispatcher_own_transaction()
;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_own_transaction
;
CREATE TRIGGER events_sealed BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('log_append_only')
;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_sealed
;
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('log_append_only')
;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_no_truncate
;
REVOKE DELETE, TRUNCATE ON events FROM CURRENT_USER
;
CREATE TRIGGER checkpoints_sealed BEFORE UPDATE OR DELETE ON checkpoints FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('log_append_only')
;
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_sealed
;
CREATE TRIGGER checkpoints_no_truncate BEFORE TRUNCATE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('log_append_only')
;
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_no_truncate
;
REVOKE DELETE, TRUNCATE ON checkpoints FROM CURRENT_USER
;
CREATE TRIGGER legal_transition_sealed BEFORE INSERT OR UPDATE OR DELETE ON legal_transition FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('lifecycle_sealed')
;
ALTER TABLE legal_transition ENABLE ALWAYS TRIGGER legal_transition_sealed
;
CREATE TRIGGER legal_transition_no_truncate BEFORE TRUNCATE ON legal_transition FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('lifecycle_sealed')
;
ALTER TABLE legal_transition ENABLE ALWAYS TRIGGER legal_transition_no_truncate
;
REVOKE DELETE, TRUNCATE ON legal_transition FROM CURRENT_USER
;
CREATE VIEW booking_events AS SELECT subject_id AS booking_id, * FROM events WHERE subject = 'booking'
;
CREATE TRIGGER bookings_sealed BEFORE DELETE ON bookings FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE bookings ENABLE ALWAYS TRIGGER bookings_sealed
;
CREATE TRIGGER bookings_no_truncate BEFORE TRUNCATE ON bookings FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE bookings ENABLE ALWAYS TRIGGER bookings_no_truncate
;
REVOKE DELETE, TRUNCATE ON bookings FROM CURRENT_USER
;
CREATE TRIGGER bookings_version BEFORE UPDATE ON bookings FOR EACH ROW EXECUTE FUNCTION dispatcher_next_version('version_jump')
;
ALTER TABLE bookings ENABLE ALWAYS TRIGGER bookings_version
;
CREATE TRIGGER providers_sealed BEFORE DELETE ON providers FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE providers ENABLE ALWAYS TRIGGER providers_sealed
;
CREATE TRIGGER providers_no_truncate BEFORE TRUNCATE ON providers FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE providers ENABLE ALWAYS TRIGGER providers_no_truncate
;
REVOKE DELETE, TRUNCATE ON providers FROM CURRENT_USER
;
CREATE TRIGGER providers_version BEFORE UPDATE ON providers FOR EACH ROW EXECUTE FUNCTION dispatcher_next_version('version_jump')
;
ALTER TABLE providers ENABLE ALWAYS TRIGGER providers_version
;
CREATE TRIGGER services_sealed BEFORE DELETE ON services FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE services ENABLE ALWAYS TRIGGER services_sealed
;
CREATE TRIGGER services_no_truncate BEFORE TRUNCATE ON services FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE services ENABLE ALWAYS TRIGGER services_no_truncate
;
REVOKE DELETE, TRUNCATE ON services FROM CURRENT_USER
;
CREATE TRIGGER services_version BEFORE UPDATE ON services FOR EACH ROW EXECUTE FUNCTION dispatcher_next_version('version_jump')
;
ALTER TABLE services ENABLE ALWAYS TRIGGER services_version
;
CREATE TRIGGER customers_sealed BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE customers ENABLE ALWAYS TRIGGER customers_sealed
;
CREATE TRIGGER customers_no_truncate BEFORE TRUNCATE ON customers FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE customers ENABLE ALWAYS TRIGGER customers_no_truncate
;
REVOKE DELETE, TRUNCATE ON customers FROM CURRENT_USER
;
CREATE TRIGGER customers_version BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION dispatcher_next_version('version_jump')
;
ALTER TABLE customers ENABLE ALWAYS TRIGGER customers_version
;
CREATE TRIGGER settings_sealed BEFORE DELETE ON settings FOR EACH ROW EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE settings ENABLE ALWAYS TRIGGER settings_sealed
;
CREATE TRIGGER settings_no_truncate BEFORE TRUNCATE ON settings FOR EACH STATEMENT EXECUTE FUNCTION dispatcher_refuse('never_deleted')
;
ALTER TABLE settings ENABLE ALWAYS TRIGGER settings_no_truncate
;
REVOKE DELETE, TRUNCATE ON settings FROM CURRENT_USER
;
CREATE TRIGGER settings_version BEFORE UPDATE ON settings FOR EACH ROW EXECUTE FUNCTION dispatcher_next_version('version_jump')
;
ALTER TABLE settings ENABLE ALWAYS TRIGGER settings_version
;
ALTER TABLE bookings ADD CONSTRAINT window_overlap EXCLUDE USING gist (int8range(provider_id, provider_id, '[]') WITH &&, int8range(window_start, window_end) WITH &&) WHERE (provider_id IS NOT NULL AND NOT forced AND window_start IS NOT NULL AND status IN ('ACCEPTED', 'ASSIGNED', 'EN_ROUTE', 'IN_PROGRESS'))
;
CREATE TABLE bookings_text (id BIGINT PRIMARY KEY, body TEXT NOT NULL)
;
CREATE INDEX bookings_text_trigrams ON bookings_text USING gin (dispatcher_trigrams(body))
;
CREATE FUNCTION bookings_text_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO bookings_text (id, body) VALUES (NEW.id, coalesce(NEW.address, '') || ' ' || coalesce(NEW.notes, '')) ON CONFLICT (id) DO UPDATE SET body = excluded.body; RETURN NULL; END $$
;
CREATE TRIGGER bookings_text AFTER INSERT OR UPDATE OF address, notes ON bookings FOR EACH ROW EXECUTE FUNCTION bookings_text_keep()
;
CREATE TABLE customers_text (id BIGINT PRIMARY KEY, body TEXT NOT NULL)
;
CREATE INDEX customers_text_trigrams ON customers_text USING gin (dispatcher_trigrams(body))
;
CREATE FUNCTION customers_text_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO customers_text (id, body) VALUES (NEW.id, coalesce(NEW.name, '') || ' ' || coalesce(NEW.phone, '') || ' ' || coalesce(NEW.email, '') || ' ' || coalesce(NEW.address, '')) ON CONFLICT (id) DO UPDATE SET body = excluded.body; RETURN NULL; END $$
;
CREATE TRIGGER customers_text AFTER INSERT OR UPDATE OF name, phone, email, address ON customers FOR EACH ROW EXECUTE FUNCTION customers_text_keep()
;
INSERT INTO meta (key, value) VALUES ('text_index', '"trigrams"')
