"""A campus's prices as a sheet: downloaded, edited, looked at before anything is stored, drafts, published."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from core.errors import WrongState
from core.versioning import publish_version, save_draft
from orders.models import Kind, PriceRule
from orders.price_sheets.comparing import columns, price_fields, read_prices
from orders.price_sheets.drafts import save_price_drafts, sign_prices
from tests.factories import StaffRoleFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = reverse("admin:orders_pricerule_sheet")


@pytest.fixture
def desk(client_of, supervisor_sun):
    return client_of(supervisor_sun)


@pytest.fixture
def parcel(campus) -> PriceRule:
    return PriceRule.objects.live().get(campus=campus, kind="parcel")


def downloaded(desk, format: str = "xlsx") -> bytes:
    return desk.get(URL, {"format": format}).content


def edited(data: bytes, **figures) -> bytes:
    """The downloaded xlsx with figures of parcels changed, by the names of the rule's fields."""
    book, file = load_workbook(io.BytesIO(data)), io.BytesIO()
    keys = [column.key for column in columns()]
    row = next(row for row in book.active.iter_rows() if row[0].value == Kind.PARCEL.label)
    for name, value in figures.items():
        row[keys.index(name)].value = value
    book.save(file)
    return file.getvalue()


def upload(desk, campus, data: bytes, name: str = "prices.xlsx"):
    return desk.post(URL, {"campus": campus.pk, "file": SimpleUploadedFile(name, data)})


def keep(desk, shown, campus, **more):
    return desk.post(URL, {"campus": campus.pk, "signed": shown.context["signed"]} | more)


def drafts() -> dict[str, PriceRule]:
    return {rule.kind: rule for rule in PriceRule.objects.filter(status="draft")}


# -- Downloading -------------------------------------------------------------------------------------------


def test_the_sheet_has_a_row_for_each_kind_and_amounts_that_add_up(desk, parcel):
    rows = list(load_workbook(io.BytesIO(downloaded(desk))).active.values)
    assert len(rows) == 1 + len(Kind)
    found = dict(zip(rows[0], rows[1], strict=True))
    assert found["kind"] == "Fetch a parcel"
    assert Decimal(str(found["base fee (yuan)"])) == Decimal(parcel.base_fen) / 100
    assert found["courier's share (%)"] == parcel.courier_percent


def test_a_kind_without_a_price_has_an_empty_row(desk, campus):
    PriceRule.objects.filter(campus=campus, kind="queue").delete()
    rows = {row[0]: row[1:] for row in load_workbook(io.BytesIO(downloaded(desk))).active.values}
    assert set(rows["Queue for me"]) <= {None, ""}


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_was_downloaded_changes_nothing(desk, campus, supervisor_sun, client_of, format, language):
    supervisor_sun.language = language
    supervisor_sun.save()
    data = downloaded(client_of(supervisor_sun), format)
    with translation.override("en"):
        found = read_prices(campus, io.BytesIO(data))
    assert (found.kinds, found.problems, found.notes, found.absent) == ([], [], [], [])
    assert len(found.same) == PriceRule.objects.live().filter(campus=campus).count()


# -- Looking at it -----------------------------------------------------------------------------------------


def test_the_preview_shows_old_and_new_and_stores_nothing(desk, campus, parcel):
    shown = upload(desk, campus, edited(downloaded(desk), base_fen=4.5, courier_percent=75))
    (kind,) = shown.context["sheet"].kinds
    assert [(change.label, change.old, change.new) for change in kind.changes] == [
        ("base fee", "¥3", "¥4.5"),
        ("courier's share (%)", "80", "75"),
    ]
    assert "What would change at" in shown.text
    assert "¥4.5" in shown.text
    assert PriceRule.objects.filter(campus=campus, kind="parcel").get() == parcel


def test_every_refused_cell_is_said_and_nothing_can_be_kept(desk, campus):
    data = edited(downloaded(desk), base_fen="dear", courier_percent=101, promise_minutes=0, night_fen=None)
    shown = upload(desk, campus, data)
    assert shown.status_code == 422
    said = [str(problem) for problem in shown.context["sheet"].problems]
    assert len(said) == 4
    assert "Row 2, “base fee (yuan)”: Enter an amount in yuan, such as 12 or 12.50." in said
    assert "Row 2, “at night, 22:00 to 7:00 (yuan)”: This cell is empty." in said
    assert any("courier's share" in text and "100" in text for text in said)
    assert "Keep as drafts" not in shown.text
    assert not drafts()


def test_a_row_that_is_right_is_not_kept_beside_one_that_is_wrong(desk, campus):
    keys = [column.key for column in columns()]
    head = [str(column.label) for column in columns()]
    good, bad = ["Fetch a parcel"], ["Queue for me"]
    text = "\n".join([",".join(f'"{name}"' for name in head[:2]), f"{good[0]},4", f"{bad[0]},x"])
    shown = upload(desk, campus, text.encode(), "p.csv")
    assert keys[1] == "base_fen"
    assert [kind.kind for kind in shown.context["sheet"].kinds] == [Kind.PARCEL]
    assert shown.context["signed"] == ""


def test_the_lowest_fee_above_the_highest_is_said_in_a_sentence(campus):
    found = read_prices(campus, io.BytesIO(b"kind,lowest fee,highest fee\nFetch a parcel,30,20"))
    assert [str(problem) for problem in found.problems] == [
        "Row 2, “highest fee (yuan)”: The highest fee is below the lowest one."
    ]


def test_a_kind_that_stands_there_twice_is_refused(campus):
    found = read_prices(campus, io.BytesIO(b"kind,base fee\nFetch a parcel,4\nparcel,5"))
    assert [str(problem) for problem in found.problems] == [
        "Row 3, “kind”: This kind stands in row 2 already."
    ]


def test_columns_and_kinds_that_are_not_there_stay_as_they_are(campus, parcel):
    found = read_prices(campus, io.BytesIO("类型;起步费\n取快递;４．５".encode("gb18030")))
    (kind,) = found.kinds
    assert kind.figures == {column.name: getattr(parcel, column.name) for column in price_fields()} | {
        "base_fen": 450
    }
    assert "Queue for me" in found.absent


def test_a_formula_is_refused_and_not_worked_out(desk, campus):
    shown = upload(desk, campus, edited(downloaded(desk), base_fen="=1+2"))
    (problem,) = shown.context["sheet"].problems
    assert "formulas are not worked out here" in str(problem)


def test_a_file_that_is_no_table_is_refused_in_one_sentence(desk, campus):
    shown = upload(desk, campus, b"%PDF-1.7", "prices.pdf")
    assert shown.status_code == 422
    assert "The file is a PDF. Open it in your spreadsheet program" in shown.text


def test_nothing_is_asked_to_be_kept_of_what_is_so_already(desk, campus):
    shown = upload(desk, campus, downloaded(desk))
    assert "are so already" in shown.text
    assert "Keep as drafts" not in shown.text


# -- Keeping and publishing --------------------------------------------------------------------------------


def test_what_was_shown_becomes_a_draft_that_decides_nothing(desk, campus, parcel):
    shown = upload(desk, campus, edited(downloaded(desk), base_fen=4.5))
    answer = keep(desk, shown, campus, reason="winter")
    assert answer["Location"].endswith("?versions=drafts")
    draft = drafts()["parcel"]
    assert (draft.base_fen, draft.version, draft.reason) == (450, 2, "winter")
    assert PriceRule.objects.live().get(campus=campus, kind="parcel") == parcel
    page = desk.get(answer["Location"]).text
    assert "v2 · draft" in page


def test_a_draft_goes_live_from_its_page(desk, campus, parcel, supervisor_sun):
    keep(desk, upload(desk, campus, edited(downloaded(desk), base_fen=4.5)), campus)
    draft = drafts()["parcel"]
    button = reverse("admin:orders_pricerule_go_live", args=[draft.pk])
    page = desk.get(reverse("admin:orders_pricerule_change", args=[draft.pk])).text
    assert button in page
    desk.post(button, {"_form_submitted": "on"}, headers={"HX-Request": "true"})
    draft.refresh_from_db()
    parcel.refresh_from_db()
    assert (draft.status, draft.published_by, parcel.status) == ("live", supervisor_sun, "superseded")


def test_several_drafts_go_live_from_the_list(desk, campus):
    text = "kind,base fee\nFetch a parcel,4\nQueue for me,5"
    keep(desk, upload(desk, campus, text.encode(), "p.csv"), campus)
    chosen = [rule.pk for rule in drafts().values()]
    desk.post(
        f"{reverse('admin:orders_pricerule_changelist')}?versions=drafts",
        {"action": "go_live_all", "_selected_action": chosen},
    )
    assert {rule.pk for rule in PriceRule.objects.live().filter(campus=campus)} >= set(chosen)


def test_a_kind_that_had_no_price_is_offered_by_a_sheet(desk, campus):
    PriceRule.objects.filter(campus=campus, kind="queue").delete()
    shown = upload(desk, campus, b"kind,base fee\nQueue for me,6", "p.csv")
    assert "new: not offered so far" in shown.text
    keep(desk, shown, campus)
    assert publish_version(drafts()["queue"]).version == 1


def test_a_second_sheet_overwrites_the_draft_and_says_so_before(desk, campus, parcel):
    keep(desk, upload(desk, campus, edited(downloaded(desk), base_fen=4.5)), campus)
    shown = upload(desk, campus, edited(downloaded(desk), base_fen=5))
    assert "overwrites the draft v2" in shown.text
    keep(desk, shown, campus)
    assert drafts()["parcel"].base_fen == 500


def test_a_preview_of_what_is_not_live_any_more_keeps_nothing(desk, campus, parcel):
    text = "kind,base fee\nQueue for me,5\nFetch a parcel,4"
    shown = upload(desk, campus, text.encode(), "p.csv")
    publish_version(parcel)
    answer = keep(desk, shown, campus)
    assert answer.status_code == 409
    assert "The prices have changed meanwhile" in answer.text
    assert not drafts()


def test_a_preview_is_kept_for_its_own_campus_and_as_it_was_shown(campus, other_campus):
    found = read_prices(campus, io.BytesIO(b"kind,base fee\nFetch a parcel,4"))
    signed = sign_prices(campus, found)
    for where, text in ((other_campus, signed), (campus, f"{signed}x"), (campus, "")):
        with pytest.raises(WrongState, match="too old"):
            save_price_drafts(campus=where, signed=text)
    assert not drafts()


def test_a_draft_is_edited_and_thrown_away(desk, parcel):
    from tests.orders.test_admin_orders import form_of

    draft = save_draft(PriceRule(campus=parcel.campus, kind="parcel", base_fen=450))
    path = reverse("admin:orders_pricerule_change", args=[draft.pk])
    assert desk.post(path, form_of(draft, base_fen="4.80")).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.base_fen) == ("draft", 480)
    desk.post(reverse("admin:orders_pricerule_delete", args=[draft.pk]), {"post": "yes"})
    assert not drafts()
    assert PriceRule.objects.live().get(campus=parcel.campus, kind="parcel") == parcel


def test_a_draft_that_went_live_meanwhile_is_not_overwritten(parcel):
    draft = save_draft(PriceRule(campus=parcel.campus, kind="parcel", base_fen=450))
    hers = PriceRule.objects.get(pk=draft.pk)
    publish_version(draft)
    hers.base_fen = 900
    with pytest.raises(WrongState):
        save_draft(hers)
    assert PriceRule.objects.live().get(campus=parcel.campus, kind="parcel").base_fen == 450


# -- Who ---------------------------------------------------------------------------------------------------


def test_support_sees_no_way_to_the_sheet(client_of, operator_wang):
    browser = client_of(operator_wang)
    assert URL not in browser.get(reverse("admin:orders_pricerule_changelist")).text
    assert browser.get(URL).status_code == 403


def test_the_price_rules_lead_to_the_sheet(desk, campus):
    assert URL in desk.get(reverse("admin:orders_pricerule_changelist")).text


def test_another_campus_s_prices_are_neither_read_nor_written(client_of, campus, other_campus):
    far = UserFactory(is_staff=True, campus=other_campus)
    StaffRoleFactory(user=far, campus=other_campus, role="supervisor")
    browser = client_of(far)
    assert (
        campus.code not in browser.get(URL, {"format": "csv", "campus": campus.code})["Content-Disposition"]
    )
    shown = upload(browser, campus, b"kind,base fee\nFetch a parcel,4", "p.csv")
    assert shown.context["sheet"] is None
    found = read_prices(campus, io.BytesIO(b"kind,base fee\nFetch a parcel,4"))
    browser.post(URL, {"campus": campus.pk, "signed": sign_prices(campus, found)})
    assert not drafts()
