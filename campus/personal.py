"""A campus's map and calendar tell nothing about a person."""

from core.personal_data import not_personal

not_personal(
    "campus.Campus", "campus.Zone", "campus.Place", "campus.BaseMap", "campus.PathNetwork", "campus.PeakPeriod",
    "campus.MapImport", "campus.CalendarEntry", "campus.CalendarYear",
)  # fmt: skip
