"""{% load chat %}{% chat_button order.no label %}: the way into an order's chat, with what is unread."""

from django import template

from chat import rooms

register = template.Library()


@register.inclusion_tag("chat/_button.html", takes_context=True)
def chat_button(context, no: str, label: str) -> dict:
    room = rooms.of_order(context["request"].user, no)
    return {"no": no, "key": room.key, "label": label, "unread": room.unread()}
