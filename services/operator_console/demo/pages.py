"""Releases as web pages, with all that surrounds the text on a ministry's site."""

from collections.abc import Mapping, Sequence
from html import escape
from string import Template

from operator_console.demo.releases import Ministry, Release

_WORDS: Mapping[str, Mapping[str, str | Sequence[str]]] = {
    "en": {
        "sections": ("Home", "About the ministry", "Services", "Newsroom", "Careers"),
        "topics_title": "Most visited",
        "topics": ("Opening hours and contact", "Forms", "Annual report", "Tenders"),
        "cookies": "This site uses cookies to improve your visit. Manage your choices.",
        "accept": "Accept all cookies",
        "share": "Share this page",
        "footer": "Accessibility statement. Privacy policy. All rights reserved.",
    },
    "fr": {
        "sections": ("Accueil", "Le ministère", "Démarches", "Presse", "Recrutement"),
        "topics_title": "Les plus consultés",
        "topics": ("Horaires et contact", "Formulaires", "Rapport annuel", "Marchés"),
        "cookies": "Ce site utilise des cookies pour améliorer votre visite. Choisir.",
        "accept": "Tout accepter",
        "share": "Partager cette page",
        "footer": "Accessibilité. Données personnelles. Tous droits réservés.",
    },
    "es": {
        "sections": ("Inicio", "El ministerio", "Trámites", "Prensa", "Empleo público"),
        "topics_title": "Lo más visitado",
        "topics": (
            "Horarios y contacto",
            "Formularios",
            "Memoria anual",
            "Licitaciones",
        ),
        "cookies": "Este sitio utiliza cookies para mejorar su visita. Configurar.",
        "accept": "Aceptar todas las cookies",
        "share": "Compartir esta página",
        "footer": "Accesibilidad. Protección de datos. Todos los derechos reservados.",
    },
}

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title | $ministry</title>
$alternate
</head>
<body>
<div class="cookie-banner" role="dialog">
<p>$cookies</p><button type="button">$accept</button>
</div>
<header class="site-header"><a href="/">$ministry</a>
<nav class="main-menu"><ul>$sections</ul></nav>
</header>
<main>
$main
</main>
<aside class="sidebar"><h2>$topics_title</h2><ul>$topics</ul></aside>
<footer class="site-footer"><p>$footer</p><p>© $ministry</p></footer>
</body>
</html>
""")


def render_page(ministry: Ministry, release: Release, *, feed_path: str) -> bytes:
    """Return the page of one release: its text in an article, the site around it."""
    words = _words(ministry)
    published_at = ministry.local(release.published_at)
    text = "\n".join(f"<p>{escape(text)}</p>" for text in release.paragraphs)
    return _around(
        ministry,
        title=release.title,
        feed_path=feed_path,
        main=f"""<article lang="{escape(ministry.language)}">
<h1>{escape(release.title)}</h1>
<time datetime="{published_at.isoformat()}">{published_at:%d.%m.%Y %H:%M}</time>
{text}
</article>
<div class="share-buttons"><button>{words["share"]}</button></div>""",
    )


def render_index(
    ministry: Ministry, releases: Sequence[tuple[str, Release]], *, feed_path: str
) -> bytes:
    """Return the site's first page; `releases` are pairs of page path and release."""
    links = "\n".join(
        f'<li><a href="{escape(path)}">{escape(release.title)}</a></li>'
        for path, release in releases
    )
    return _around(
        ministry,
        title=ministry.feed_title,
        feed_path=feed_path,
        main=f"<h1>{escape(ministry.feed_title)}</h1>\n<ul>\n{links}\n</ul>",
    )


def _around(ministry: Ministry, *, title: str, feed_path: str, main: str) -> bytes:
    words = _words(ministry)
    page = _PAGE.substitute(
        {name: escape(word) for name, word in words.items() if isinstance(word, str)},
        language=escape(ministry.language),
        title=escape(title),
        ministry=escape(ministry.name),
        alternate=_alternate(ministry, feed_path),
        sections=_links(words["sections"]),
        topics=_links(words["topics"]),
        main=main,
    )
    return page.encode()


def _alternate(ministry: Ministry, feed_path: str) -> str:
    """Return the element that names the feed, if there is one to subscribe to."""
    types = {"json": "feed+json", "rss": "rss+xml", "atom": "atom+xml"}
    if ministry.feed_format not in types:
        return ""
    return (
        f'<link rel="alternate" type="application/{types[ministry.feed_format]}" '
        f'href="{escape(feed_path)}" title="{escape(ministry.feed_title)}">'
    )


def _words(ministry: Ministry) -> Mapping[str, str | Sequence[str]]:
    return _WORDS.get(ministry.language, _WORDS["en"])


def _links(words: Sequence[str]) -> str:
    return "".join(f'<li><a href="#">{escape(word)}</a></li>' for word in words)
