"""Settings of the page fetcher."""

from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from communique.settings import WorkerSettings

USER_AGENT = "Communique/0.1 (press release reader; {contact})"


class PageFetcherSettings(WorkerSettings):
    """One field an environment variable; the unit is part of the name."""

    contact: str = "no contact address set"
    """Who answers for our visits; ministries read it in the User-Agent."""
    host_spacing_seconds: NonNegativeFloat = 5.0
    request_timeout_seconds: PositiveFloat = 30.0
    page_attempts: PositiveInt = 4
    """After so many failures in a row the feed's own text is taken."""
    retry_seconds: PositiveFloat = 30.0
    """Before the second attempt; doubled before each further one."""
    max_document_bytes: PositiveInt = 15 * 1024 * 1024
    respect_robots: bool = True
    """Whether pages that a site's robots.txt forbids are left alone; not for feeds."""
    allow_private_networks: tuple[str, ...] = ()
    """Networks that may be visited although they are not public, as CIDR (JSON)."""

    @property
    def user_agent(self) -> str:
        """Return what we call ourselves on the web."""
        return USER_AGENT.format(contact=self.contact)
