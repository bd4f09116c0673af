"""How a customer is called before a courier."""

from django.utils.translation import gettext as _


def customer_name(user) -> str:
    """ "林同学" for 林晓; other names, which have no such short form, as they are."""
    name = user.display_name
    if user.name and "\u4e00" <= name[0] <= "\u9fff":
        return _("Student %(surname)s") % {"surname": name[0]}
    return name
