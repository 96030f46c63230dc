"""The one language: a command or a question as one line of text, and back.

Pure; the engine, screens and shell import the module that they need: `reading.parse`, `writing.render`, `scan.split`,
`context.Context`, `queries`, `showing` (colours), `following` (what can follow), `helping`, and `words.RESERVED`, which
costs nothing.
"""
