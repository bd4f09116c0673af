"""What a page says, for tests."""

import re


def mentions(page: str, word: str) -> bool:
    """Whether `word` stands in the page's source by itself: never inside a random token, which holds any three digits
    now and then."""
    return re.search(rf"(?<![A-Za-z0-9_-]){re.escape(word)}(?![A-Za-z0-9_-])", page) is not None
