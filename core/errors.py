"""Errors that are meant for people: each carries a sentence in the person's language.

Services raise them; `core.middleware.DomainErrorMiddleware` shows them as a toast or a message.
Nothing has been changed when one is raised, because services run in one `atomic`.
"""

from django.utils.translation import gettext as _


class DomainError(Exception):
    """Something a person asked for cannot be done. `str(error)` is what they read."""

    code = "error"
    status = 409

    def __init__(self, message: str = "", *, code: str = "") -> None:
        super().__init__(message or self.default_message())
        if code:
            self.code = code

    def default_message(self) -> str:
        return _("That did not work. Please try again.")


class WrongState(DomainError):
    """The thing has moved on: the action does not fit its present state."""

    code = "wrong_state"

    def default_message(self) -> str:
        return _("Things have moved on. The page now shows the latest state.")


class NotAllowed(DomainError):
    """This person may not do that."""

    code = "not_allowed"
    status = 403

    def default_message(self) -> str:
        return _("You are not allowed to do that.")


class TooLate(DomainError):
    """Someone else was first, or time ran out."""

    code = "too_late"


class Invalid(DomainError):
    """What was given does not make sense."""

    code = "invalid"
    status = 422
