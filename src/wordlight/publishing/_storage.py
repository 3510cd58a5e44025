"""The S3 client that many threads share."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from typing import Any

from wordlight.errors import SetupError

logger = logging.getLogger(__name__)

_PATH = re.compile(r"(?<![\w./:~])~?/[^\s;,'\"]+")
"""A path of this machine, but no part of a URL. Only the log may show such a path, no answer."""


class Storage:
    """Opens S3 for the first request that needs it, so that S3 cannot keep a model from loading.

    If S3 cannot be opened, the request fails, and the next one tries again.
    """

    def __init__(self, open_s3: Callable[[], Any]) -> None:
        self._open_s3 = open_s3
        self._s3: Any = None
        self._opening = threading.Lock()

    def client(self) -> Any:
        """boto3's client.

        Raises:
            SetupError: A setting is wrong. The message names no path.
            botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: As `connect` raises.
        """
        with self._opening:
            if self._s3 is None:
                try:
                    self._s3 = self._open_s3()
                except SetupError as error:
                    logger.error("S3 cannot be used: %s", error)
                    sentence = _PATH.sub("a file", str(error))
                    raise error.revive(sentence, error.remedy) from error
            return self._s3
