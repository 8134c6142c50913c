"""Settings of the page fetcher."""

from pydantic import PositiveFloat, PositiveInt

from communique.settings import WebSettings

USER_AGENT = "Communique/0.1 (press release reader; {contact})"


class PageFetcherSettings(WebSettings):
    """One field an environment variable; the unit is part of the name."""

    page_attempts: PositiveInt = 4
    """After so many failures in a row the feed's own text is taken."""
    retry_seconds: PositiveFloat = 30.0
    """Before the second attempt; doubled before each further one."""
    respect_robots: bool = True
    """Whether pages that a site's robots.txt forbids are left alone; not for feeds."""

    @property
    def user_agent(self) -> str:
        """Return what we call ourselves on the web."""
        return USER_AGENT.format(contact=self.contact)
