"""Notices by e-mail, through Django. A mail that is sent again keeps its Message-ID, so that mailboxes keep one."""

import smtplib

from django import forms
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.outside import OutcomeUnknown, PermanentError, RetryableError, ServiceUnavailable
from notifications.channels.base import Channel, Message
from notifications.kinds import ChannelName, Topic


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class EmailChannel(Channel):
    name = ChannelName.EMAIL
    repeats = True
    default_topics = frozenset({Topic.PLATFORM})
    address_template = "notifications/channels/email.html"

    @property
    def configured(self) -> bool:
        return bool(settings.EMAIL_HOST) or settings.DEMO

    def address_context(self, person):
        return {"email_form": EmailForm(initial={"email": person.email})}

    def reaches(self, people):
        return {one.user_id for one in people if one.email}

    def send(self, message: Message) -> str:
        mail_id = f"<{message.key}@{settings.DEFAULT_FROM_EMAIL.partition('@')[2].rstrip('>')}>"
        text = "\n\n".join(filter(None, [message.body or message.title, message.url]))
        text += "\n\n-- \n" + _("What we write to you about is up to you: Me, Notices.")
        send_mail(message.to.email, message.title, text, {"Message-ID": mail_id})
        return mail_id


def send_mail(to: str, subject: str, text: str, headers: dict[str, str] | None = None) -> None:
    """One mail, now. Raises as `Channel.send`."""
    mail = EmailMessage(subject.replace("\n", " "), text, to=[to], headers=headers or {})
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        (code, _words) = next(iter(error.recipients.values()))
        raise (PermanentError if code >= 500 else RetryableError)(f"SMTP {code}") from error
    except (smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError) as error:
        raise ServiceUnavailable(f"SMTP {error.smtp_code}") from error
    except smtplib.SMTPResponseException as error:  # answered, and not with a yes
        raise (PermanentError if error.smtp_code >= 500 else RetryableError)(
            f"SMTP {error.smtp_code}"
        ) from error
    except (ConnectionRefusedError, smtplib.SMTPNotSupportedError) as error:
        raise ServiceUnavailable(type(error).__name__) from error
    except (smtplib.SMTPException, OSError) as error:
        raise OutcomeUnknown(type(error).__name__) from error


CHANNEL = EmailChannel()
