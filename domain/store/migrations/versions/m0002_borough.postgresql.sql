ALTER TABLE bookings ADD COLUMN borough TEXT
;
CREATE OR REPLACE FUNCTION dispatcher_next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id) AND NOT (to_jsonb(OLD) ? 'borough' AND to_jsonb(OLD)->>'borough' IS NULL AND to_jsonb(NEW)->>'borough' IS NOT NULL AND to_jsonb(NEW) - 'borough' - 'act_by' = to_jsonb(OLD) - 'borough' - 'act_by') THEN RAISE EXCEPTION USING ERRCODE = 'DSP01', MESSAGE = TG_ARGV[0]; END IF; RETURN NEW; END $$
