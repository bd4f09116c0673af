"""One's own page and profile."""


def test_me_shows_what_is_ones_own(client_of, student_lin):
    page = client_of(student_lin).get("/me/").content.decode()
    assert "林晓" in page
    assert student_lin.masked_phone in page
    assert student_lin.phone not in page
    assert "Become a courier" in page
    assert 'href="/admin/"' not in page


def test_a_courier_and_an_operator_find_their_sides(client_of, courier_zhao, operator_wang):
    assert "Jobs, route, earnings" in client_of(courier_zhao).get("/me/").content.decode()
    assert 'href="/admin/"' in client_of(operator_wang).get("/me/").content.decode()


def test_lin_changes_the_profile(client_of, student_lin, other_campus):
    client = client_of(student_lin)
    client.post("/me/profile/", {"name": "小林", "campus": other_campus.pk, "gender": "unknown"})
    student_lin.refresh_from_db()
    assert (student_lin.name, student_lin.campus, student_lin.gender) == ("小林", other_campus, "unknown")


def test_a_bad_profile_is_refused(client_of, student_lin):
    client = client_of(student_lin)
    response = client.post("/me/profile/", {"name": "", "campus": "", "gender": "other"})
    assert set(response.context["form"].errors) == {"name", "campus", "gender"}
    student_lin.refresh_from_db()
    assert student_lin.name == "林晓"


def test_nobody_makes_themselves_an_operator(client_of, student_lin, campus):
    client_of(student_lin).post(
        "/me/profile/",
        {"name": "x", "campus": campus.pk, "gender": "male", "is_staff": "on", "is_superuser": "on"},
    )
    student_lin.refresh_from_db()
    assert not student_lin.is_staff
    assert not student_lin.is_superuser


def test_the_documents_are_open_to_all(client, db, settings):
    assert settings.PRIVACY_VERSION in client.get("/privacy/").content.decode()
    assert settings.TERMS_VERSION in client.get("/terms/").content.decode()
