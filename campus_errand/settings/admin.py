"""How the admin looks, and what stands around its pages."""

from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": _("Campus Errand"),
    "SITE_HEADER": _("Campus Errand"),
    "SITE_SUBHEADER": "campus_errand.admin_site.subheader",
    "SITE_DROPDOWN": "campus_errand.admin_site.campus_menu",
    "SITE_URL": "/",
    "SITE_SYMBOL": "two_wheeler",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "campus_errand.admin_site.favicon"},
    ],
    "ENVIRONMENT": "campus_errand.admin_site.environment",
    "GLOBAL_CALLBACK": "campus_errand.admin_site.everywhere",
    "DASHBOARD_CALLBACK": "analytics.dashboard.index",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    # live.js and console.js are not here but in templates/admin/base_site.html: they must come after its <meta>.
    "STYLES": ["campus_errand.admin_site.style"],
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": True,
        "navigation": "campus_errand.admin_site.navigation",
    },
    "COMMAND": {
        # Unfold's own search reads every matching row of every model; ours looks where operators look, with a limit.
        "search_models": False,
        "search_callback": "campus_errand.admin_site.search",
        "show_history": True,
    },
    "COLORS": {
        "base": {
            "50": "#f6f8f7",
            "100": "#eff2f0",
            "200": "#e1e6e4",
            "300": "#ccd4d0",
            "400": "#98a39d",
            "500": "#5f6a65",
            "600": "#4d5853",
            "700": "#3a4640",
            "800": "#2a3530",
            "900": "#18211d",
            "950": "#101714",
        },
        "primary": {
            "50": "#e6f5ef",
            "100": "#cfece0",
            "200": "#bfe5d6",
            "300": "#8be3c6",
            "400": "#2bbf95",
            "500": "#14a37f",
            "600": "#0b7a5f",
            "700": "#096650",
            "800": "#075843",
            "900": "#0a4736",
            "950": "#04241b",
        },
    },
}
