"""A real installation's settings, with one bare view beside its pages."""

from campus_errand.settings.prod import *

ROOT_URLCONF = "benchmarks.web_urls"
STAFF_SECOND_FACTOR = False
LOGGING["root"]["level"] = "ERROR"
