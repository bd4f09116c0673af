"""How customers and couriers are called before each other."""

from django.utils.translation import gettext as _


def customer_name(user) -> str:
    """ "林同学" for 林晓; other names, which have no such short form, as they are."""
    return _("Student %(surname)s") % {"surname": user.name[0]} if _has_surname(user) else user.display_name


def courier_name(user) -> str:
    """ "李师傅" for 李明; other names, which have no such short form, as they are."""
    return _("Courier %(surname)s") % {"surname": user.name[0]} if _has_surname(user) else user.display_name


def _has_surname(user) -> bool:
    return bool(user.name) and "\u4e00" <= user.name[0] <= "\u9fff"
