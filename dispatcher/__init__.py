"""The program: command line, settings, the Textual app, the background loop, demos."""
