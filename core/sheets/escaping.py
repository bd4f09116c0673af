"""Text that a spreadsheet would run: written so that it stays text, and read as it was."""

# What begins a formula, also in full width, or lets a spreadsheet look at what stands behind it.
FORMULA = tuple("=+-@＝＋－＠\t\r\n")
MARK = "'"


def _runs(text: str) -> bool:
    """Whether it would be run without its marks: marks themselves are marked too, so that reading is the reverse of writing."""
    return text.lstrip(MARK).startswith(FORMULA)


def escape(text: str) -> str:
    """For csv, where a program takes what looks like a formula for one: "=1" becomes "'=1"."""
    return MARK + text if _runs(text) else text


def escape_marked(text: str) -> str:
    """For xlsx, where text is text: only what `unescape` would take for escaped becomes so."""
    return MARK + text if text.startswith(MARK) and _runs(text) else text


def unescape(text: str) -> str:
    """The text that `escape` or `escape_marked` was given, also after a program has saved the csv as xlsx."""
    return text.removeprefix(MARK) if _runs(text) else text


def printable(text: str) -> str:
    """Without the characters that neither format can hold: controls, and what Unicode says is none."""
    return "".join(char for char in text if (char >= " " or char in "\t\n") and char not in "\ufffe\uffff")
