DROP TRIGGER bookings_text_insert
;
DROP TRIGGER bookings_text_update
;
DROP TRIGGER customers_text_insert
;
DROP TRIGGER customers_text_update
;
CREATE TRIGGER bookings_text_update AFTER UPDATE OF address, borough, notes ON bookings WHEN coalesce(OLD.address, '') || ' ' || coalesce(OLD.borough, '') || ' ' || coalesce(OLD.notes, '') IS NOT coalesce(NEW.address, '') || ' ' || coalesce(NEW.borough, '') || ' ' || coalesce(NEW.notes, '') AND EXISTS (SELECT 1 FROM bookings_text_docsize WHERE id = OLD.id) BEGIN INSERT INTO bookings_text (bookings_text, rowid, body) VALUES ('delete', OLD.id, coalesce(OLD.address, '') || ' ' || coalesce(OLD.borough, '') || ' ' || coalesce(OLD.notes, '')); INSERT INTO bookings_text (rowid, body) VALUES (NEW.id, coalesce(NEW.address, '') || ' ' || coalesce(NEW.borough, '') || ' ' || coalesce(NEW.notes, '')); END
;
CREATE TRIGGER customers_text_update AFTER UPDATE OF name, phone, email, address ON customers WHEN coalesce(OLD.name, '') || ' ' || coalesce(OLD.phone, '') || ' ' || coalesce(OLD.email, '') || ' ' || coalesce(OLD.address, '') IS NOT coalesce(NEW.name, '') || ' ' || coalesce(NEW.phone, '') || ' ' || coalesce(NEW.email, '') || ' ' || coalesce(NEW.address, '') AND EXISTS (SELECT 1 FROM customers_text_docsize WHERE id = OLD.id) BEGIN INSERT INTO customers_text (customers_text, rowid, body) VALUES ('delete', OLD.id, coalesce(OLD.name, '') || ' ' || coalesce(OLD.phone, '') || ' ' || coalesce(OLD.email, '') || ' ' || coalesce(OLD.address, '')); INSERT INTO customers_text (rowid, body) VALUES (NEW.id, coalesce(NEW.name, '') || ' ' || coalesce(NEW.phone, '') || ' ' || coalesce(NEW.email, '') || ' ' || coalesce(NEW.address, '')); END
