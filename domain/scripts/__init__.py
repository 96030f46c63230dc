"""The log as a script, said again on another database; and drills: scripts that say what must come of them."""
