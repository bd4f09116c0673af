# Read by script/backup and script/restore: where the installation is, and how its parts are called.
#   containers   docker compose, of this folder and its .env
#   local        script/server on this machine: DATABASE_URL (MIGRATE_DATABASE_URL, if the tables have an owner of
#                their own) and the other settings in the environment
# Afterwards there are: manage … (Django), and pg COMMAND … (pg_dump, pg_restore, psql) as the owner of the tables.

die() {
    echo "$*" >&2
    exit 1
}
said() { [ -n "${quiet:-}" ] || echo "$*"; }

compose() { # docker compose, or its older form
    if [ -z "${COMPOSE:-}" ]; then
        if docker compose version >/dev/null 2>&1; then COMPOSE="docker compose"; else COMPOSE=docker-compose; fi
    fi
    $COMPOSE "$@"
}

made() { # made NAME FILE: a key that is not given is the one that script/server made here
    local file
    local given=$1_FILE
    [ -z "${!1:-}${!given:-}" ] || return 0
    for file in "${VAR_DIR:-var}/$2" "var/$2"; do
        [ -s "$file" ] || continue
        export "$1=$(cat "$file")"
        return
    done
    die "$1 is not set."
}

find_installation() { # find_installation [containers|local]
    mode=${1:-}
    if [ -z "$mode" ]; then
        mode=containers
        [ -z "${DATABASE_URL:-}${DATABASE_URL_FILE:-}${POSTGRES_HOST:-}" ] || mode=local
    fi
    if [ "$mode" = containers ]; then
        [ -s .env ] || die "There is no .env here, and no DATABASE_URL: nothing says which installation is meant."
        command -v "${COMPOSE:-docker}" docker docker-compose >/dev/null || die "Neither docker compose nor DATABASE_URL is here."
        return
    fi
    [ -x .venv/bin/python ] || die "There is no .venv here: run script/prepare."
    export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-campus_errand.settings.prod}
    # What script/server takes where nothing is said, so that both mean the same installation.
    [ -n "${ALLOWED_HOSTS:-}${DOMAIN:-}" ] || export ALLOWED_HOSTS=127.0.0.1,localhost INSECURE_HTTP=1
    made SECRET_KEY secret_key
    made FIELD_ENCRYPTION_KEYS field_key
    # libpq's own names, so that no password stands among the arguments that every process may read.
    local found
    found=$(.venv/bin/python - <<'PYTHON'
import sys
from shlex import quote

sys.path.insert(0, ".")
from django.conf import settings

database = settings.MIGRATE_DATABASE or settings.DATABASES["default"]
if not database["ENGINE"].endswith("postgresql"):
    sys.exit("DATABASE_URL must name a PostgreSQL database. (In embedded mode: stop it and copy var/.)")
names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
values = {names[key]: database.get(key) for key in names} | {
    f"PG{key.upper()}": value for key, value in database.get("OPTIONS", {}).items() if key.startswith("ssl")
}
print("; ".join(f"export {name}={quote(str(value))}" for name, value in values.items() if value))
PYTHON
    ) || exit 1
    eval "$found"
}

manage() {
    if [ "$mode" = containers ]; then
        # Compose tells on stderr which containers it makes; what Django says there is let through.
        compose run --rm --no-deps -T "${service:-web}" python manage.py "$@" \
            2> >(grep -Ev '^ ?(\[\+\]|Container|Network|Volume|Creating|Created|Starting|Started)' >&2)
    else
        .venv/bin/python manage.py "$@"
    fi
}

manage_as_owner() { # of the tables: before the application's role has its rights (MIGRATE_DATABASE_URL)
    local service=migrate
    manage "$@"
}

pg() {
    if [ "$mode" = containers ]; then
        # Within the container the address of the database stands in its own environment.
        compose exec -T postgres sh -c 'PGUSER=$POSTGRES_USER PGDATABASE=$POSTGRES_DB exec "$@"' sh "$@"
    else
        "$@"
    fi
}
