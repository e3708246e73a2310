FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt .
# Wheels alone: no compiler is needed, and no package runs code of its own to install itself.
RUN pip install --only-binary :all: --require-hashes --requirement requirements.txt

COPY . .
# The key lives for this one command: nothing secret is in the image.
RUN SECRET_KEY=for-collectstatic-only python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 --no-create-home papers \
    && mkdir --parents data && chown papers data

USER papers
EXPOSE 8000
# No access log: personal links must not end in logs.
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "digest_project.wsgi"]
