"""The base page, the components and the pages that belong to no app."""

import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.money import YuanField

pytestmark = pytest.mark.urls("tests.core.ui_urls")


@pytest.fixture
def guide(client, settings):
    """guide(**cookies): the style guide's HTML."""
    settings.DEMO = True

    def fetch(**cookies):
        client.cookies.load(cookies)
        answer = client.get("/styleguide/")
        assert answer.status_code == 200
        return answer.content.decode()

    return fetch


class TipForm(forms.Form):
    tip = YuanField(required=False, label="Tip", help_text="All of it for the courier.")
    note = forms.CharField(label="Note")


def component(template, request=None, **context):
    with translation.override("en"):
        return render_to_string(f"components/{template}.html", context, request)


class TestPages:
    def test_the_style_guide_is_for_developers_and_the_demo(self, client, settings):
        settings.DEMO = False
        assert client.get("/styleguide/").status_code == 404

    def test_a_page_asks_the_database_nothing_for_a_guest(self, guide, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            html = guide()
        assert '<meta name="live"' not in html

    def test_the_theme_of_the_person_wins_over_the_device(self, guide):
        assert 'data-theme="dark"' in guide(theme="dark")
        assert "data-theme=" not in re.search(r"<html[^>]*>", guide(theme='"><script>')).group()

    def test_htmx_sends_the_token_and_neither_evaluates_nor_styles(self, guide):
        html = guide()
        assert re.search(r"hx-headers='\{\"X-CSRFToken\": \"\w{64}\"\}'", html)
        assert '"allowEval":false,"includeIndicatorStyles":false' in html

    def test_the_worker_rules_the_whole_site_and_is_never_old(self, client):
        answer = client.get("/sw.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert "no-cache" in answer["Cache-Control"]

    def test_the_offline_page_knows_nobody(self, client, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            answer = client.get("/offline/")
        assert answer.status_code == 200
        assert not answer.cookies

    @pytest.mark.parametrize("code", [400, 403, 404, 500])
    def test_error_pages_need_no_context(self, code):
        assert "<h1>" in render_to_string(f"{code}.html")


class TestFields:
    def test_an_error_is_tied_to_its_field(self):
        html = component("form_field", field=TipForm({"tip": "x"})["tip"])
        assert 'for="id_tip"' in html
        assert 'aria-invalid="true"' in html
        described = re.search(r'aria-describedby="([^"]+)"', html).group(1).split()
        assert described == ["id_tip_helptext", "id_tip_error"]
        assert all(f'id="{part}"' in html for part in described)

    def test_what_may_be_left_out_says_so(self):
        assert "(optional)" in component("form_field", field=TipForm()["tip"])
        assert "(optional)" not in component("form_field", field=TipForm()["note"])

    def test_what_a_person_typed_is_shown_and_never_run(self):
        html = component("form_field", field=TipForm({"note": "<script>", "tip": "<b>"})["note"])
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


class TestComponents:
    def test_prices_add_up_in_yuan_and_mark_what_one_saves(self):
        html = component(
            "price_lines",
            lines=[{"label": "Base", "amount": 500}, {"label": "Welcome", "amount": -200}],
            total=300,
        )
        assert "¥5<" in html
        assert re.search(r"is-off.*?-¥2<", html, re.S)
        assert re.search(r"prices-total.*¥3<", html, re.S)

    def test_a_code_is_read_digit_by_digit(self):
        assert 'aria-label="Code 4 8 2 1 "' in component("digits", code="4821", label="Code")

    def test_the_present_step_is_told_to_readers(self):
        html = component("steps", steps=[{"label": "A", "state": "done"}, {"label": "B", "state": "now"}])
        assert html.count("aria-current") == 1
        assert re.search(r'is-now" aria-current="step">B', html)

    def test_a_slide_comes_with_a_button_for_those_who_cannot(self):
        html = component("slide", label="Slide: arrived", button="Arrived", name="step", value="1")
        assert re.search(r'<button class="[^"]*" data-needs-net name="step" value="1">Arrived</button>', html)

    def test_pages_keep_the_other_parameters(self):
        request = RequestFactory().get("/orders/?kind=parcel&page=2")
        html = component("pagination", request, page_obj=Paginator(range(30), 10).page(2))
        assert "kind=parcel&amp;page=1" in html
        assert "kind=parcel&amp;page=3" in html
        assert "pager" not in component("pagination", request, page_obj=Paginator([], 10).page(1))
