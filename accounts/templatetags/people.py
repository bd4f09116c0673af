from django import template

from accounts import demo
from core.phones import mask_phone

register = template.Library()
register.filter("mask_phone", mask_phone)
register.simple_tag(demo.logins, name="demo_logins")
