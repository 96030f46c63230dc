"""What people see: one module a screen, widgets beside them. May import the domain, never its store."""
