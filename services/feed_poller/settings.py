"""Settings of the feed poller and of the listener that hubs reach."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr, model_validator

from communique.errors import UsageError
from communique.settings import PREFIX, WebSettings
from feed_poller.websub import Callbacks

USER_AGENT = "Communique/0.1 (feed reader; {contact})"


class FeedPollerSettings(WebSettings):
    """One field an environment variable; the unit is part of the name."""

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
    push_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="where hubs reach our listener (WebSub); absent: nobody is asked",
    )
    push_secret: SecretStr | None = Field(
        None, min_length=16, description="callbacks are made of it; as long as you can"
    )
    push_secret_file: Path | None = None

    @property
    def user_agent(self) -> str:
        """Return what we call ourselves on the web."""
        return USER_AGENT.format(contact=self.contact)

    @property
    def callbacks(self) -> Callbacks | None:
        """Return how hubs reach us; None: they do not."""
        if self.push_url is None or self.push_secret is None:
            return None
        secret = self.push_secret.get_secret_value().encode()
        return Callbacks(self.push_url.rstrip("/"), secret)

    @model_validator(mode="after")
    def _check_push(self) -> Self:
        if (self.push_url is None) != (self.push_secret is None):
            raise UsageError(
                f"{PREFIX}PUSH_URL and {PREFIX}PUSH_SECRET (or …_FILE) go together; "
                "set both, or none."
            )
        return self


class PushListenerSettings(FeedPollerSettings):
    """What the listener needs beside what the poller says to hubs."""

    push_host: str = Field("127.0.0.1", description="0.0.0.0 behind a proxy with TLS")
    push_port: PositiveInt = 8088
