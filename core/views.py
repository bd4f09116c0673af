"""Pages that belong to no app: the service worker, the offline page and, for developers, the style guide."""

from datetime import timedelta
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from core import clock
from core.money import YuanField


@require_GET
@cache_control(max_age=0, no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """static/js/sw.js at the root, because a worker rules only what lies below its own address."""
    if settings.DEBUG or not staticfiles_storage.exists("js/sw.js"):
        text = Path(str(finders.find("js/sw.js"))).read_text(encoding="utf-8")
    else:
        with staticfiles_storage.open("js/sw.js") as file:
            text = file.read().decode()
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows when a page cannot be fetched. Knows nobody: it is kept on the device."""
    return render(request, "offline.html")


@require_GET
def wechat_domain(request: HttpRequest, code: str) -> HttpResponse:
    """The file by which WeChat sees that a name which is registered with an account of its own is ours."""
    if not settings.WECHAT_DOMAIN_CODE or code != settings.WECHAT_DOMAIN_CODE:
        raise Http404
    return HttpResponse(code, content_type="text/plain")


class _SampleForm(forms.Form):
    """One field of each kind, for the style guide."""

    where = forms.CharField(label="送到哪里", help_text="写到寝室门牌，骑手接单后才看得到。")
    place = forms.ChoiceField(label="楼栋", choices=[("1", "杏园 3 号楼"), ("2", "杏园 4 号楼")])
    size = forms.ChoiceField(
        label="多大",
        choices=[("s", "小件"), ("m", "中件"), ("l", "大件")],
        widget=forms.RadioSelect,
        initial="s",
    )
    when = forms.ChoiceField(
        label="什么时候要",
        choices=[("now", "尽快送达"), ("later", "预约时间")],
        widget=forms.RadioSelect,
        initial="now",
    )
    pieces = forms.IntegerField(
        label="件数",
        widget=forms.NumberInput(attrs={"min": 1, "max": 9}),
        initial=2,
        help_text="第 3 件起每件加 ¥1。",
    )
    tip = YuanField(label="小费", required=False, help_text="全部给骑手。")
    note = forms.CharField(
        label="备注", required=False, widget=forms.Textarea(attrs={"rows": 3, "placeholder": "例如：放门口"})
    )
    photo = forms.FileField(label="照片", required=False)
    agree = forms.BooleanField(label="包裹里没有违禁品")
    kinds = forms.MultipleChoiceField(
        label="可以送什么",
        choices=[("a", "取快递"), ("b", "代买"), ("c", "搬运")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with sample content, in Chinese only. For developers and tests: DEBUG or the demo."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    if "message" in request.GET:
        messages.success(request, "已保存")
        messages.error(request, "余额不足，请先充值。")
    now = clock.now()
    context = {
        "tab": "home",
        "now": now,
        "soon": now + timedelta(minutes=4, seconds=12),
        "hour": now + timedelta(minutes=31),
        "past": now - timedelta(minutes=3),
        "form": _SampleForm(),
        "bad_form": _SampleForm(
            {"bad-where": "", "bad-place": "1", "bad-pieces": "x", "bad-tip": "一百"}, prefix="bad"
        ),
        "icons": {"now": "zap", "later": "calendar-clock"},
        "subs": {"now": "预计 12:24 前送达", "later": "今天 18:00 之后"},
        "ends": {"now": "¥6", "later": "¥5"},
        "lines": [
            {"label": "起步价", "amount": 500, "note": "取快递 · 小件"},
            {"label": "送上楼", "amount": 100, "note": "5 层，没有电梯"},
            {"label": "新人优惠", "amount": -200},
        ],
        "entries": [
            {"at": now, "text": "骑手已取件，正飞奔向你", "note": "菜鸟驿站 → 杏园 3 号楼"},
            {"at": now - timedelta(minutes=4), "text": "骑手已到驿站"},
            {"at": now - timedelta(minutes=9), "text": "取件排队，预计晚到 5 分钟", "level": "warn"},
            {"at": now - timedelta(minutes=16), "text": "赵同学已接单"},
        ],
        "steps": [
            {"label": "已下单", "state": "done"},
            {"label": "已接单", "state": "done"},
            {"label": "已取件", "state": "done"},
            {"label": "配送中", "state": "now"},
            {"label": "已送达", "state": "todo"},
        ],
        "page_obj": Paginator(range(60), 10).page(2),
    }
    return render(request, "styleguide.html", context)
