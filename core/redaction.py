"""No phone number in a log: whatever is written, by whomever, passes here before it is written down."""

import logging
import re

# Mobile numbers of the mainland, also with a country code, and in groups as people type them; others as they are stored.
NUMBER = re.compile(r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d)[-\s]?\d{4}[-\s]?(\d{4})(?!\d)")
ABROAD = re.compile(r"\+(852|853|886)\d{4,5}(\d{4})(?!\d)")


def mask_numbers(text: str) -> str:
    """+86 138 1234 2046 → 138****2046, wherever it stands in the text."""
    return ABROAD.sub(r"+\1****\2", NUMBER.sub(r"\1****\2", text))


class MaskNumbers(logging.Filter):
    """For every handler: the message, the traceback and the stack of a record, with numbers masked."""

    _lines = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg, record.args = mask_numbers(record.getMessage()), None
        except (TypeError, ValueError):
            # Arguments that do not fit are reported by logging itself, with all of them: nothing of it is kept.
            record.msg, record.args = f"a message of {record.name} does not fit its arguments", None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._lines.formatException(record.exc_info)
        for part in ("exc_text", "stack_info"):
            if text := getattr(record, part):
                setattr(record, part, mask_numbers(text))
        return True
