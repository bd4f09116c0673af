"""Sessions in the database, each with its person, device and last action, so that they can be listed and ended."""

from datetime import UTC, datetime

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from core import clock
from core.realtime import SESSION_REF

# In the data of a session, written at login (accounts.sessions.begin); the row's columns follow them.
REF, LOGGED_IN_AT, DEVICE, ADDRESS = SESSION_REF, "logged_in_at", "device", "address"


class SessionStore(DatabaseStore):
    """Django's store, on rows that tell whose they are."""

    last_action_at: datetime | None = None

    @classmethod
    def get_model_class(cls):
        from accounts.models import Session  # settings name this module before the apps are loaded

        return Session

    def _get_session_from_db(self):
        row = super()._get_session_from_db()
        self.last_action_at = row and row.last_action_at
        return row

    def create_model_instance(self, data: dict):
        row = super().create_model_instance(data)
        since = data.get(LOGGED_IN_AT)
        row.user_id = data.get(SESSION_KEY)
        row.ref = data.get(REF, "")
        row.logged_in_at = datetime.fromtimestamp(since, UTC) if since else None
        row.device, row.address = data.get(DEVICE, ""), data.get(ADDRESS)
        row.second_factor = any(
            record.get("method") == "mfa" for record in data.get(AUTHENTICATION_METHODS_SESSION_KEY, ())
        )
        row.last_action_at = self.last_action_at = self.last_action_at or clock.now()
        return row

    def note_action(self) -> None:
        """The person has just done something: the time without an action begins anew."""
        self.last_action_at = clock.now()
        self.model.objects.filter(session_key=self.session_key).update(last_action_at=self.last_action_at)
