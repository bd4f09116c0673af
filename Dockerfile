# One image for every process of server mode; docker-compose.yml says which command runs where.
#   docker build --build-arg VERSION=1.2.0 -t campus-errand:1.2.0 .
FROM python:3.11.14-slim-bookworm AS build

# The settings with which the engine is compiled here and run later: Numba's code is for one kind of processor, and this
# kind is every one.
ENV PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=campus_errand.settings.prod VAR_DIR=/var/build \
    STATIC_ROOT=/app/staticfiles PATH=/app/.venv/bin:$PATH NUMBA_CPU_NAME=generic

WORKDIR /app
COPY requirements.txt requirements-uv.txt ./
COPY script/prepare script/prepare
# (A file of a package that is a template and no Python is not compiled: no reason to stop.)
RUN script/prepare && .venv/bin/python -m pip uninstall --quiet --yes uv && rm -rf ~/.cache \
    && { .venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash .venv/lib || true; }

COPY . .
# Compiled here, once, instead of at every start: translations, bytecode, the engine. Then the static files with their
# fingerprints (no secret is used or kept).
RUN script/prepare \
    && SECRET_KEY=build DATABASE_URL=postgres://build REDIS_URL=redis://build ALLOWED_HOSTS=build \
       python manage.py collectstatic --no-input --verbosity 0 \
    && NUMBA_CACHE_DIR=/app/engine-cache python -m dispatch.engine.jit_warmup \
    && python -m compileall -q --invalidation-mode unchecked-hash -x '/\.venv/' . \
    && rm -rf requirements*.in requirements-uv.txt


FROM python:3.11.14-slim-bookworm

ARG VERSION=unversioned
LABEL org.opencontainers.image.title="Campus Errand" org.opencontainers.image.version=$VERSION
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=1 DJANGO_SETTINGS_MODULE=campus_errand.settings.prod \
    VAR_DIR=/data STATIC_ROOT=/app/staticfiles PATH=/app/.venv/bin:$PATH \
    NUMBA_CPU_NAME=generic RUN_DIR=/run/errand NUMBA_CACHE_DIR=/run/errand/engine-cache

# (A tmpfs over a folder takes the folder's rights, but root has it.)
RUN useradd --uid 10001 --no-log-init --no-create-home --home-dir /data --shell /usr/sbin/nologin errand \
    && install --directory --owner=errand --group=errand /data \
    && install --directory --mode=1777 /run/errand
WORKDIR /app
COPY --from=build /app /app

USER errand
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["/app/deploy/entrypoint"]
