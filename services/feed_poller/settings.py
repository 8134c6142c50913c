"""Settings of the feed poller."""

from typing import Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from communique.settings import WorkerSettings

USER_AGENT = "Communique/0.1 (feed reader; {contact})"


class FeedPollerSettings(WorkerSettings):
    """One field an environment variable; the unit is part of the name."""

    contact: str = "no contact address set"
    """Who answers for our visits; ministries read it in the User-Agent."""
    poll_interval_seconds: PositiveFloat = Field(
        900.0, description="to begin with; each feed's own rhythm changes it"
    )
    min_visit_interval_seconds: PositiveFloat = 300.0
    max_visit_interval_seconds: PositiveFloat = 3600.0
    retry_after_scope: Literal["by_status", "host", "feed"] = Field(
        "by_status",
        description="whom Retry-After stops: by_status: the host for 429, the feed for "
        "any other status",
    )
    host_spacing_seconds: NonNegativeFloat = 5.0
    request_timeout_seconds: PositiveFloat = 30.0
    max_document_bytes: PositiveInt = 15 * 1024 * 1024
    allow_private_networks: tuple[str, ...] = ()
    """Networks that may be visited although they are not public, as CIDR (JSON)."""

    @property
    def user_agent(self) -> str:
        """Return what we call ourselves on the web."""
        return USER_AGENT.format(contact=self.contact)
