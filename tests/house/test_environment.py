"""Settings are read from an environment in which passwords hold any character and secrets may be files."""

import dj_database_url
import pytest
from redis import ConnectionPool

from campus_errand.settings.environment import as_list, database_url, read_secret_files, redis_url

AWKWARD = ["a/b", "a#b", "a?b", "a%41b", "a@b:c", "a b", "密码", "$HOME", "'\"\\"]


@pytest.mark.parametrize("password", AWKWARD)
def test_a_database_password_may_hold_anything(password):
    url = database_url(
        {"POSTGRES_HOST": "postgres", "POSTGRES_USER": "errand", "POSTGRES_PASSWORD": password}
    )
    parsed = dj_database_url.parse(url)
    assert parsed["PASSWORD"] == password
    assert (parsed["HOST"], parsed["NAME"], parsed["USER"]) == ("postgres", "errand", "errand")


@pytest.mark.parametrize("password", AWKWARD)
def test_a_redis_password_may_hold_anything(password):
    url = redis_url({"REDIS_URL": "redis://redis:6379/3", "REDIS_PASSWORD": password})
    known = ConnectionPool.from_url(url).connection_kwargs
    assert (known["password"], known["host"], known["db"]) == (password, "redis", 3)


def test_an_address_that_is_given_whole_stays_as_it_is():
    given = {"DATABASE_URL": "postgres://u:p@h/n", "POSTGRES_HOST": "other", "POSTGRES_PASSWORD": "x"}
    assert database_url(given) == "postgres://u:p@h/n"
    assert redis_url({"REDIS_URL": "redis://:p@h/0", "REDIS_PASSWORD": "x"}) == "redis://:p@h/0"
    assert database_url({}) == redis_url({"REDIS_PASSWORD": "x"}) == ""


def test_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "key").write_text("from-the-file\n", encoding="utf-8")
    environ = {"SECRET_KEY_FILE": str(tmp_path / "key"), "REDIS_PASSWORD_FILE": str(tmp_path / "key"),
               "REDIS_PASSWORD": "given itself", "SSL_CERT_FILE": str(tmp_path / "not read")}  # fmt: skip
    read_secret_files(environ)
    assert environ["SECRET_KEY"] == "from-the-file"
    assert environ["REDIS_PASSWORD"] == "given itself"
    assert "SSL_CERT" not in environ


def test_a_secret_whose_file_is_missing_stops_the_start(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_secret_files({"SECRET_KEY_FILE": str(tmp_path / "none")})


def test_lists_are_parted_by_commas_or_spaces():
    assert as_list(" a.org, b.org c.org,") == ["a.org", "b.org", "c.org"]
