"""Where papers come from, and when they are asked for. docs/settings.md explains each."""

from pathlib import Path

from digest_project import environment

env = environment.read(Path(__file__).resolve().parent.parent.parent / ".env")

# Trying it out must not depend on a network.
INGEST_SCHEDULED = env.flag("INGEST_SCHEDULED", default=not (env.flag("DEBUG") or env.flag("DEMO")))
INGEST_TOPICS = env.words("INGEST_TOPICS")
ARXIV_API_URL = env.service_url("ARXIV_API_URL", "https://export.arxiv.org/api/query")
ARXIV_FEED_URL = env.service_url("ARXIV_FEED_URL", "https://rss.arxiv.org/atom")
ARXIV_OAI_URL = env.service_url("ARXIV_OAI_URL", "https://oaipmh.arxiv.org/oai")
DAILY_PAPERS_URL = env.service_url("DAILY_PAPERS_URL", "https://huggingface.co/api/daily_papers")
SEMANTIC_SCHOLAR_URL = env.service_url(
    "SEMANTIC_SCHOLAR_URL", "https://api.semanticscholar.org/graph/v1"
)
SEMANTIC_SCHOLAR_KEY = env.text("SEMANTIC_SCHOLAR_KEY")
