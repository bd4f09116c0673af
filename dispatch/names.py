"""How a courier is called before a customer."""

from django.utils.translation import gettext as _


def courier_name(user) -> str:
    """ "李师傅" for 李明; other names, which have no such short form, as they are."""
    name = user.display_name
    if user.name and "\u4e00" <= name[0] <= "\u9fff":
        return _("Courier %(surname)s") % {"surname": name[0]}
    return name
