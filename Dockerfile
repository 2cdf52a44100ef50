# One image for every process of Servicelane; docker-compose.yml says which command each service runs.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG NODE_IMAGE=node:24-bookworm-slim

# The packages of the lock file in an environment of their own, without pip.
FROM ${PYTHON_IMAGE} AS packages
COPY requirements/container.txt /tmp/container.txt
RUN python -m venv --without-pip /opt/servicelane \
    && pip --python /opt/servicelane/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /tmp/container.txt

# Our code, compiled, because the final file system is read-only.
FROM ${PYTHON_IMAGE} AS code
WORKDIR /srv/servicelane
COPY booking_api booking_api
COPY data_export data_export
COPY database database
COPY diagnostics diagnostics
COPY ingest ingest
COPY maintenance_planner maintenance_planner
COPY observability observability
COPY servicelane servicelane
COPY streaming streaming
COPY telemetry_schema telemetry_schema
COPY vehicles vehicles
COPY web web
COPY deploy/mosquitto deploy/mosquitto
RUN python -m compileall -q .

# What browsers need, from npm by the lock file.
FROM ${NODE_IMAGE} AS libraries
WORKDIR /opt/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="Servicelane" \
    org.opencontainers.image.description="Backend for connected cars and after-sales service" \
    org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/servicelane/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STREAMING_HEALTH_PORT=9000
# A volume that is new takes its owner from the folder it is mounted on.
RUN groupadd --gid 10001 servicelane \
    && useradd --uid 10001 --gid servicelane --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin servicelane \
    && install -d -o servicelane -g servicelane -m 0700 /var/lib/servicelane \
        /var/lib/servicelane/broker /var/lib/servicelane/authority
WORKDIR /srv/servicelane
COPY --from=packages /opt/servicelane /opt/servicelane
COPY --from=code /srv/servicelane /srv/servicelane
COPY --from=libraries /opt/web/node_modules /srv/servicelane/var/web/node_modules
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=4 CMD ["python", "-m", "observability.probe"]
CMD ["python", "-m", "servicelane", "--help"]
