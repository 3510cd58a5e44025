"""The health of a server, asked over HTTP."""

from __future__ import annotations

import json
from http import HTTPStatus

from wordlight.serving._http import ask

HEALTH_WITHIN_S = 1.0


def is_healthy(address: str, http_port: int, what: str) -> bool:
    """Whether the server there reports that it is ``what``: ``live`` or ``ready``."""
    answer = ask(address, http_port, f"v2/health/{what}", timeout_s=HEALTH_WITHIN_S)
    return answer is not None and answer[0] == HTTPStatus.OK


def why_not_ready(address: str, http_port: int) -> str:
    """Which models did not load, and why, in Triton's words."""
    answer = ask(address, http_port, "v2/repository/index", method="POST")
    index = json.loads(answer[1]) if answer and answer[0] == HTTPStatus.OK else []
    reasons = [
        f"{model['name']}: {model.get('reason', '').partition(chr(10))[0] or 'no reason given'}"
        for model in index
        if model.get("state") != "READY"
    ]
    return f"these models did not load: {', '.join(reasons) or 'Triton does not say which'}"
