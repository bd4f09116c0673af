"""The console as an operator's browser sees it."""

import re
from html import unescape

from django.urls import reverse

from exceptions.models import Ticket


def url(name: str, ticket: Ticket, *args) -> str:
    return reverse(f"exceptions:{name}", args=[ticket.no, *args])


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))
