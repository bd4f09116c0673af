from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campus.selectors import campus_for
from core import clock
from orders import selectors
from orders.cards import cards
from orders.models import FINAL
from orders.pauses import active_pauses

PAGE_SIZE = 12
MOST_LIVE = 2  # on the first page, above what can be ordered
MOST_DELIVERED = 3  # below it
TABS = ("live", "done", "all")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be ordered, what is under way, what was ordered before. Guests see what they could have."""
    campus = campus_for(request.user)
    context = {
        "tab": "home",
        "campus": campus,
        "tiles": selectors.tiles(campus),
        "pauses": active_pauses([campus]) if campus else [],
    }
    if not request.user.is_authenticated:
        return render(request, "orders/welcome.html", context)
    now = clock.now()
    live = list(selectors.live_orders_of(request.user)[: MOST_LIVE + 1])
    context |= {
        "live": cards(live[:MOST_LIVE], now=now),
        "more": len(live) > MOST_LIVE,
        "delivered": cards(selectors.delivered_orders_of(request.user)[:MOST_DELIVERED], now=now),
        "again": selectors.recent_of(request.user, now=now),
    }
    return render(request, "orders/home.html", context)


@login_required
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """All orders of a person, by tab, or those that have what was searched for."""
    searched = request.GET.get("q", "").strip()[: selectors.LONGEST_SEARCH]
    shown = request.GET.get("tab", "live")
    shown = "all" if searched else shown if shown in TABS else "live"
    orders = {
        "live": selectors.live_orders_of,
        "done": lambda user: selectors.orders_of(user).filter(status__in=FINAL),
        "all": selectors.orders_of,
    }[shown](request.user)
    if searched:
        orders = selectors.search_orders(orders, searched)
    page = Paginator(orders, PAGE_SIZE).get_page(request.GET.get("page"))
    now = clock.now()
    delivered = selectors.delivered_orders_of(request.user)[:PAGE_SIZE] if shown == "live" else []
    context = {
        "tab": "orders",
        "shown": shown,
        "searched": searched,
        "longest_search": selectors.LONGEST_SEARCH,
        "page_obj": page,
        "cards": cards(page.object_list, now=now),
        "delivered": cards(delivered, now=now) if page.number == 1 else [],
    }
    return render(request, "orders/list.html", context)
