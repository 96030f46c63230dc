ALTER TABLE bookings ALTER COLUMN borough SET DEFAULT ''
;
ALTER TABLE bookings ADD CONSTRAINT bookings_borough_there CHECK (borough IS NOT NULL) NOT VALID
;
ALTER TABLE bookings VALIDATE CONSTRAINT bookings_borough_there
;
ALTER TABLE bookings ALTER COLUMN borough SET NOT NULL
;
ALTER TABLE bookings DROP CONSTRAINT bookings_borough_there
;
CREATE OR REPLACE FUNCTION dispatcher_next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id THEN RAISE EXCEPTION USING ERRCODE = 'DSP01', MESSAGE = TG_ARGV[0]; END IF; RETURN NEW; END $$
;
CREATE OR REPLACE FUNCTION bookings_text_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO bookings_text (id, body) VALUES (NEW.id, coalesce(NEW.address, '') || ' ' || coalesce(NEW.borough, '') || ' ' || coalesce(NEW.notes, '')) ON CONFLICT (id) DO UPDATE SET body = excluded.body; RETURN NULL; END $$
;
DROP TRIGGER bookings_text ON bookings
;
CREATE TRIGGER bookings_text AFTER INSERT OR UPDATE OF address, borough, notes ON bookings FOR EACH ROW EXECUTE FUNCTION bookings_text_keep()
;
UPDATE bookings_text SET body = coalesce(bookings.address, '') || ' ' || coalesce(bookings.borough, '') || ' ' || coalesce(bookings.notes, '') FROM bookings WHERE bookings.id = bookings_text.id
