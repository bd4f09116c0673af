"""One tap to be somebody of the demo, and nowhere else."""

import pytest

from accounts import demo, services


@pytest.fixture
def demo_lin(campus):
    login = demo.LOGINS[0]
    return services.create_user(
        phone=login.phone, name=login.name, campus=campus, language="en", phone_verified=True
    )


def test_in_the_demo_the_login_page_offers_its_people(client, demo_lin, settings):
    settings.DEMO = True
    for page in ("/accounts/login/", "/accounts/login/code/"):
        assert demo_lin.phone in client.get(page).content.decode()


def test_one_tap(client, demo_lin, settings):
    settings.DEMO = True
    response = client.post(f"/accounts/demo/{demo_lin.phone}/")
    assert response.url == demo.LOGINS[0].next
    assert client.session["_auth_user_id"] == str(demo_lin.pk)


def test_outside_the_demo_it_does_not_exist(client, demo_lin):
    assert demo_lin.phone not in client.get("/accounts/login/").content.decode()
    assert client.post(f"/accounts/demo/{demo_lin.phone}/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_only_the_listed_people(client, student_lin, demo_lin, settings):
    settings.DEMO = True
    assert client.post(f"/accounts/demo/{student_lin.phone}/").status_code == 404
    assert client.get(f"/accounts/demo/{demo_lin.phone}/").status_code == 405
