"""The one language: a command or a question as one line of text, and back.

Pure; may be imported by the engine, screens and shell. `words` alone is enough for what is reserved.
"""

from domain.line.context import Context
from domain.line.reading import Span, parse
from domain.line.scan import split
from domain.line.writing import render

__all__ = ["Context", "Span", "parse", "render", "split"]
