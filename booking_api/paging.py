"""Lists come in pages of one form: `limit` and `cursor` are asked, and where there is more, a `Link` to the `next` page
says where (RFC 8288). What a cursor holds is the list's own affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response


def link_next(request: Request, response: Response, page: Sequence[Any], limit: int, cursor: object) -> None:
    """`cursor`: of the last one of this page, which is full. A page that is not full is the last."""
    if page and len(page) >= limit:
        following = request.url.include_query_params(cursor=str(cursor), limit=limit)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
