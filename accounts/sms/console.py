"""Writes messages to the log instead of sending them. The log shows no numbers, and a real installation's no codes."""

import logging

from django.conf import settings

from accounts.sms import Sms
from core.phones import mask_phone

logger = logging.getLogger(__name__)


def send(sms: Sms) -> str:
    if settings.DEMO or settings.DEBUG:
        logger.info("SMS to %s: %s", mask_phone(sms.phone), sms.text)
    else:
        logger.info("SMS to %s: not sent, no provider is set up (SMS_PROVIDER)", mask_phone(sms.phone))
    return ""
