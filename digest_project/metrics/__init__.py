"""What Prometheus reads from /metrics.

ledger      digests, notices and what providers told of them
machinery   ticks, switches, editions, sources, subscribers
web         requests of this process, or of all that share PROMETHEUS_MULTIPROC_DIR
page        all of it, for whoever has METRICS_TOKEN

All but the web's figures come from the database, so any web process tells the same of all workers.
docs/monitoring.md explains each, and has the alerts and the dashboard that are made of them.
"""
