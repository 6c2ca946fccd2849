"""Pages of rows: the preferred size, and the link to the next page with its cookie."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from dataverse_tck.emulator.errors import bad_request
from dataverse_tck.emulator.exchange import Request

MAX_ROWS = 5000  # on one page, and the highest count that is told
_COOKIE = re.compile(r'<cookie pagenumber="(\d{1,9})" pagingcookie="([^"<>]*)" istracking="False" />', re.ASCII)


def page_size_of(request: Request) -> int | None:
    """Return the page size that the request prefers, None without one."""
    text = request.preference("odata.maxpagesize")
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) == 0:
        raise bad_request(f"Invalid value '{text}' for the preference odata.maxpagesize found.")
    return min(int(text), MAX_ROWS)


def read_skiptoken(token: str | None) -> tuple[int, str | None]:
    """Return the number of the page that a ``$skiptoken`` asks for, and its cookie."""
    if token is None:
        return 1, None
    match = _COOKIE.fullmatch(token)
    if match is None:
        raise bad_request("The $skiptoken is not one that this service gave: follow @odata.nextLink as it is.")
    return int(match[1]), unquote(match[2])


def next_link(root: str, request: Request, number: int, cookie: str) -> str:
    """Return the URL of the page with that number."""
    token = f'<cookie pagenumber="{number}" pagingcookie="{quote(cookie, safe="")}" istracking="False" />'
    kept = [part for part in request.query.split("&") if part and not re.match(r"(?:\$|%24)skiptoken=", part)]
    return f"{root}/{request.path.strip('/')}?{'&'.join([*kept, f'$skiptoken={quote(token, safe=str())}'])}"
