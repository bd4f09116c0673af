"""Somebody applies with two photos, an operator looks at them and decides, the photos go."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import StaffRole
from accounts.services import erase_person
from core.errors import NotAllowed, WrongState
from couriers import services
from couriers.models import Application, Courier
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db
APPLY = "/c/apply/"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def wish(photo):
    """wish(**changes): the filled-in form."""

    def make(**changes):
        return {
            "name": "梅雨",
            "gender": "female",
            "vehicle": "bicycle",
            "student_card": photo("card.jpg"),
            "face": photo("face.jpg"),
        } | changes

    return make


@pytest.fixture
def applied(client_of, student_mei, wish) -> Application:
    client_of(student_mei).post(APPLY, wish())
    return Application.objects.get()


def decide(client, application, what, **data):
    url = reverse(f"admin:couriers_application_{what}", args=[application.pk])
    return client.post(url, {"_form_submitted": "on"} | data)


def picture(application, name="face"):
    return reverse("admin:couriers_application_photo", args=[application.pk, name])


def test_a_student_applies_and_waits(client_of, student_mei, wish):
    client = client_of(student_mei)
    assert "Send the application" in client.get(APPLY).text
    assert "is being checked" in client.post(APPLY, wish(), follow=True).text
    courier = Courier.objects.get(user=student_mei)
    assert (courier.status, courier.gender, courier.campus, courier.on_duty) == (
        "applied", "female", student_mei.campus, False,
    )  # fmt: skip
    application = courier.applications.get()
    assert set(application.photos) == {"student_card", "face"}
    assert "face.jpg" not in application.face.name  # drawn anew, under a name that nobody can guess


def test_a_second_application_while_one_waits_changes_nothing(client_of, student_mei, applied, wish):
    client_of(student_mei).post(APPLY, wish(gender="male"))
    assert Application.objects.count() == 1
    assert Courier.objects.get().gender == "female"


@pytest.mark.parametrize(
    "wrong",
    [
        {"face": SimpleUploadedFile("a.jpg", b"no photo")},
        {"student_card": ""},
        {"gender": "unknown"},
        {"gender": "robot"},
        {"vehicle": "rocket"},
        {"name": ""},
        {"name": "x" * 41},
    ],
)
def test_what_is_missing_or_nonsense_is_told(client_of, student_mei, wish, wrong):
    answer = client_of(student_mei).post(APPLY, wish(**wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not Courier.objects.exists()


def test_without_a_campus_one_chooses_it_first(client_of, db):
    nobody = factories.UserFactory(campus=None)
    assert client_of(nobody).get(APPLY)["Location"] == reverse("accounts:profile")


def test_the_dispatcher_sees_both_photos_and_accepts(client_of, applied, supervisor_sun, student_mei):
    client = client_of(supervisor_sun)
    assert "梅雨" in client.get(reverse("admin:couriers_application_changelist")).text
    text = client.get(reverse("admin:couriers_application_change", args=[applied.pk])).text
    files = [file.name for file in applied.photos.values()]
    for name in ("student_card", "face"):
        assert picture(applied, name) in text
        answer = client.get(picture(applied, name))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert "no-store" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    decide(client, applied, "accept")
    assert Courier.objects.get().status == "vetted"
    applied.refresh_from_db()
    assert (applied.status, applied.decided_by, applied.photos) == ("accepted", supervisor_sun, {})
    assert not any(default_storage.exists(name) for name in files)
    assert client.get(picture(applied)).status_code == 404
    notice = Notice.objects.get(user=student_mei)
    assert (notice.kind, notice.link) == ("application_decided", "/c/training/")


def test_the_page_that_waits_moves_on_by_itself(client_of, applied, supervisor_sun, student_mei):
    client, rung = client_of(student_mei), {"HX-Request": "true"}
    assert 'hx-trigger="live:application' in client.get(APPLY).text
    assert "is being checked" in client.get(APPLY, headers=rung).text
    assert "being checked" in client.get("/me/").text
    decide(client_of(supervisor_sun), applied, "accept")
    assert client.get(APPLY, headers=rung)["HX-Redirect"] == "/c/training/"
    assert client.get(APPLY)["Location"] == "/c/training/"
    me = client.get("/me/").text
    assert f'href="{APPLY}"' in me
    assert "Almost there" in me


def test_a_better_photo_is_asked_for_and_sent(client_of, applied, supervisor_sun, student_mei, wish):
    decide(client_of(supervisor_sun), applied, "ask_again", reason="The card is blurred")
    applied.refresh_from_db()
    assert (applied.status, applied.photos, Courier.objects.get().status) == ("returned", {}, "applied")
    client = client_of(student_mei)
    assert "The card is blurred" in client.get(APPLY).text
    client.post(APPLY, wish())
    assert list(Application.objects.values_list("status", flat=True)) == ["returned", "waiting"]


def test_who_is_refused_reads_why_and_may_come_again_after_a_week(
    client_of, applied, supervisor_sun, student_mei, wish, simulated_clock
):
    decide(client_of(supervisor_sun), applied, "refuse", reason="Not your own card")
    client = client_of(student_mei)
    text = client.get(APPLY).text
    assert "Not your own card" in text
    assert "Send the application" not in text
    client.post(APPLY, wish())
    assert Application.objects.count() == 1
    simulated_clock.advance(days=8)
    client.post(APPLY, wish())
    assert Courier.objects.get().status == "applied"
    assert Application.objects.count() == 2


@pytest.mark.parametrize("what", ["refuse", "ask_again"])
def test_no_reason_no_decision(client_of, applied, supervisor_sun, what):
    decide(client_of(supervisor_sun), applied, what, reason="")
    assert Application.objects.get().status == "waiting"


def test_a_decision_is_made_once(client_of, applied, supervisor_sun):
    client = client_of(supervisor_sun)
    decide(client, applied, "refuse", reason="first")
    assert decide(client, applied, "accept").status_code == 403
    with pytest.raises(WrongState):
        services.accept_applicant(courier=applied.courier, actor=supervisor_sun)
    assert Application.objects.get().reason == "first"


def test_the_photos_are_for_nobody_else(
    client, client_of, applied, operator_wang, finance_li, student_lin, student_mei, other_campus
):
    stranger = factories.UserFactory(is_staff=True)
    factories.StaffRoleFactory(user=stranger, campus=other_campus, role=StaffRole.Role.SUPERVISOR)
    for person in (operator_wang, finance_li, stranger, student_lin, student_mei):
        assert client_of(person).get(picture(applied)).status_code in (302, 403, 404), person
        assert decide(client_of(person), applied, "accept").status_code in (302, 403, 404)
    assert client.get(picture(applied)).status_code == 302
    assert Application.objects.get().status == "waiting"


def test_nobody_decides_about_themselves(supervisor_sun, photo):
    application = services.submit_application(
        actor=supervisor_sun, name="孙", gender="male", vehicle="foot",
        student_card=photo(), face=photo(),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        services.accept_applicant(courier=application.courier, actor=supervisor_sun)


def test_photos_that_outlived_a_decision_are_swept(applied, monkeypatch, supervisor_sun):
    """The process died between the decision and the deletion: beat makes sure."""
    monkeypatch.setattr(services, "delete_documents", lambda: 0)
    services.accept_applicant(courier=applied.courier, actor=supervisor_sun)
    monkeypatch.undo()
    applied.refresh_from_db()
    assert len(applied.photos) == 2
    assert services.delete_documents() == 2
    assert services.delete_documents() == 0


def test_who_leaves_takes_no_more_jobs_and_may_apply_again(client_of, courier_zhao, wish):
    client = client_of(courier_zhao)
    assert "You have left the couriers" in client.post("/c/me/leave/", follow=True).text
    courier = Courier.objects.get()
    assert (courier.status, courier.on_duty) == ("left", False)
    assert client.get("/c/").status_code == 403
    client.post(APPLY, wish(gender="male"))
    courier.refresh_from_db()
    assert courier.status == "applied"


def test_who_comes_back_on_another_campus_has_no_zones_of_the_old_one(
    client_of, courier_zhao, other_campus, wish
):
    courier_zhao.zones.set(courier_zhao.campus.zones.all()[:1])
    client = client_of(courier_zhao)
    client.post("/c/me/leave/")
    client.post(APPLY, wish(gender="male"))
    assert courier_zhao.zones.exists()
    services.resign(courier=courier_zhao, actor=courier_zhao.user)
    user = courier_zhao.user
    user.campus = other_campus
    user.save(update_fields=["campus"])
    client.post(APPLY, wish(gender="male"))
    courier_zhao.refresh_from_db()
    assert (courier_zhao.status, courier_zhao.campus) == ("applied", other_campus)
    assert not courier_zhao.zones.exists()


def test_nobody_leaves_with_jobs_in_hand(client_of, courier_zhao, open_job, carry):
    carry(open_job(), courier_zhao)
    assert client_of(courier_zhao).post("/c/me/leave/").status_code in (302, 409)
    assert Courier.objects.get().status == "active"


def test_where_somebody_was_who_left_is_forgotten(courier_zhao):
    services.report_position(courier=courier_zhao, lat=31, lon=121)
    services.resign(courier=courier_zhao, actor=courier_zhao.user)
    courier = Courier.objects.get()
    assert (courier.lat, courier.lon, courier.located_at) == (None, None, None)


def test_who_was_erased_has_left(courier_zhao):
    services.set_duty(courier=courier_zhao, on=False)
    erase_person(user=courier_zhao.user)
    assert Courier.objects.get().status == "left"


def test_an_erased_applicant_has_left_and_the_application_with_them(applied, student_mei):
    erase_person(user=student_mei)
    assert Courier.objects.get().status == "left"
    assert Application.objects.get().status == "withdrawn"
    assert Application.objects.get().photos == {}


def test_who_was_suspended_stays_so_when_erased(courier_zhao, supervisor_sun):
    services.suspend(courier=courier_zhao, actor=supervisor_sun, reason="x")
    erase_person(user=courier_zhao.user)
    assert Courier.objects.get().status == "suspended"
