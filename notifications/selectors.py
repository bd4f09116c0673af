"""Reading the inbox, and where a person is found."""

from django.db.models import QuerySet

from notifications.models import Notice, Preference


def inbox(user) -> QuerySet[Notice]:
    """The person's notices, newest first."""
    return Notice.objects.filter(user=user)


def unread_count(user) -> int:
    """How many are unread; 100 stands for "or more", so that the badge costs the same for everybody."""
    return Notice.objects.filter(user=user, read_at__isnull=True).order_by()[:100].count()


def wechat_of(user) -> str:
    """The name under which our account at WeChat knows the person; "" where it does not."""
    return Preference.objects.filter(user=user).values_list("wechat", flat=True).first() or ""
