# One image for every process of server mode; docker-compose.yml says which command runs where.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=campus_errand.settings.prod \
    VAR_DIR=/data STATIC_ROOT=/app/staticfiles PATH=/app/.venv/bin:$PATH

WORKDIR /app
COPY requirements.txt ./
COPY script/prepare script/prepare
RUN script/prepare && rm -rf ~/.cache

COPY . .
# Compiles the translations; then the static files with their fingerprints (no secret is used or kept).
RUN script/prepare \
    && SECRET_KEY=build DATABASE_URL=postgres://build REDIS_URL=redis://build ALLOWED_HOSTS=build \
       python manage.py collectstatic --no-input --verbosity 0 \
    && useradd --system --uid 10001 --home-dir /data --create-home errand

USER errand
VOLUME /data
EXPOSE 8000
