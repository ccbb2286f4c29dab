"""Prefect flows: each reads top to bottom as plain calls into rs."""

import os

# telemetry is decided when prefect is imported
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
# a busy machine needs longer than Prefect's 20 s to start the server of one run
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
