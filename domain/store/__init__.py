"""All SQL: schema, guards, migrations, the write path and the reads. Nobody but the engine imports it."""
