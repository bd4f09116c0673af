from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campus.selectors import campus_for
from core import clock
from orders import selectors
from orders.cards import cards
from orders.models import ERRANDS, FINAL

PAGE_SIZE = 12
MOST_LIVE = 3  # on the first page, above what can be ordered
TABS = ("live", "done", "all")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be ordered, what is under way, what was ordered before. Guests see what they could have."""
    campus = campus_for(request.user)
    context = {"tab": "home", "campus": campus, "tiles": selectors.tiles(campus)}
    if not request.user.is_authenticated:
        return render(request, "orders/welcome.html", context)
    now = clock.now()
    live = list(selectors.live_orders_of(request.user)[: MOST_LIVE + 1])
    context |= {
        "live": cards(live[:MOST_LIVE], now=now),
        "more": len(live) > MOST_LIVE,
        "again": selectors.recent_of(request.user, now=now),
    }
    return render(request, "orders/home.html", context)


@login_required
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """All orders of a person, by tab."""
    shown = request.GET.get("tab", "live")
    shown = shown if shown in TABS else "live"
    orders = {
        "live": selectors.live_orders_of,
        "done": lambda user: selectors.orders_of(user).filter(status__in=FINAL),
        "all": selectors.orders_of,
    }[shown](request.user)
    page = Paginator(orders, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tab": "orders",
        "shown": shown,
        "page_obj": page,
        "cards": cards(page.object_list, now=clock.now()),
        "errands": ERRANDS,
    }
    return render(request, "orders/list.html", context)
