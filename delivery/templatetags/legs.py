from django import template

from delivery import stages
from orders.names import courier_name, customer_name

register = template.Library()
register.filter("courier_name", courier_name)
register.filter("customer_name", customer_name)


@register.filter
def receiver_name(order) -> str:
    """Whom the courier hands it to: the customer as they are called everywhere else, or the name that was given for another."""
    own = not order.has_other_receiver and order.contact_name in ("", order.customer.name)
    return customer_name(order.customer) if own else order.contact_name


register.filter("stage", stages.title)
