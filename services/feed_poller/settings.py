"""Settings of the feed poller."""

from pydantic import PositiveFloat

from communique.settings import WebSettings

USER_AGENT = "Communique/0.1 (feed reader; {contact})"


class FeedPollerSettings(WebSettings):
    """One field an environment variable; the unit is part of the name."""

    poll_interval_seconds: PositiveFloat = 900.0

    @property
    def user_agent(self) -> str:
        """Return what we call ourselves on the web."""
        return USER_AGENT.format(contact=self.contact)
