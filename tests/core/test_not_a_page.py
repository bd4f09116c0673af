"""Who opens the address of a button reads that it is none to open; scripts get the bare answer."""


def test_the_address_of_a_button_is_no_empty_page(client_of, student_lin):
    browser = client_of(student_lin)
    answer = browser.get("/inbox/read/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This is not a page" in answer.text
    for other in ({"Accept": "application/json"}, {"Accept": "text/html", "HX-Request": "true"}):
        assert browser.get("/inbox/read/", headers=other).content == b""
