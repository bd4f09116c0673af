"""Server mode under fire (script/chaos): servers of its own, people who use the site, faults, and what is left.

servers    PostgreSQL, Redis, a media disk of limited size, a clock that can be set, the product itself
stand_ins  payment gateways and an SMS provider, in a process of their own
world      the campus and its people
browser    one person's browser: session, forms, and the patience to press again
students · couriers · staff    what people do with it
faults     what is broken, when, and whether it took effect
checks     what must be there afterwards, and only once
report     the figures
"""
