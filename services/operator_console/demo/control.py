"""How another process steers a site: JSON posted to /_control/<what to do>."""

from datetime import datetime

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from operator_console.demo.ministry import Site
from operator_console.demo.releases import Changes, Release


class _Order(BaseModel):
    """What publish, edit and withdraw are told; only `slug` is always needed."""

    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str | None = None
    summary: str | None = None
    paragraphs: tuple[str, ...] | None = None
    published_at: AwareDatetime | None = None

    def changes(self) -> Changes:
        """Return the fields of a text that the order names."""
        changes = Changes()
        if self.title is not None:
            changes["title"] = self.title
        if self.summary is not None:
            changes["summary"] = self.summary
        if self.paragraphs is not None:
            changes["paragraphs"] = self.paragraphs
        return changes


def control_routes(site: Site) -> list[web.RouteDef]:
    """Return the routes that publish, edit and withdraw releases of `site`."""

    async def steer(request: web.Request) -> web.Response:
        # A browser does not send this type to another origin without asking first.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send application/json")
        try:
            order = _Order.model_validate_json(await request.read())
            _obey(site, request.match_info["action"], order)
        except ValidationError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        except KeyError as error:
            raise web.HTTPNotFound(text=f"{order.slug} is not published") from error
        except ValueError as error:
            raise web.HTTPConflict(text=str(error)) from error
        return web.json_response({"page": site.page_path(order.slug)})

    return [web.post("/_control/{action:publish|edit|withdraw}", steer)]


def _obey(site: Site, action: str, order: _Order) -> None:
    if action == "publish":
        site.publish(_release(site, order, site.clock()))
    elif action == "edit":
        site.edit(order.slug, **order.changes())
    else:
        site.withdraw(order.slug)


def _release(site: Site, order: _Order, now: datetime) -> Release:
    return Release(
        slug=order.slug,
        ministry=site.ministry.key,
        title=order.title or order.slug,
        summary=order.summary or "",
        paragraphs=order.paragraphs or (),
        published_at=order.published_at or now,
    )
