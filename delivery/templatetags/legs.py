from django import template

from delivery import stages
from orders.names import courier_name, customer_name

register = template.Library()
register.filter("courier_name", courier_name)
register.filter("customer_name", customer_name)
register.filter("stage", stages.title)
