"""Sends notices as JSON to a URL or to the standard input of a command."""

from __future__ import annotations

import json
import shlex
import subprocess
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

TIMEOUT_S = 20
URL, COMMAND = "url", "command"


@dataclass(frozen=True)
class Notifier:
    """The addresses of notices, possibly none. A failed notification is reported and never stops a delivery."""

    url: str | None = None
    command: str | None = None
    tells_success: bool = False

    @property
    def ways(self) -> list[str]:
        """The ways that were given."""
        return [way for way, given in ((URL, self.url), (COMMAND, self.command)) if given]

    def tell(self, news: Mapping[str, Any]) -> list[str]:
        """Sends one notice to every address; returns the errors as sentences."""
        return [sentence for way in self.ways if (sentence := self.send(way, news))]

    def send(self, way: str, news: Mapping[str, Any]) -> str | None:
        """Sends one notice to one address; returns the error, without the URL, which may contain a secret."""
        content = json.dumps(news, ensure_ascii=False).encode()
        return self._post(content) if way == URL else self._run(content)

    def _post(self, content: bytes) -> str | None:
        try:
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(self.url or "", data=content, headers=headers, method="POST")
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):
                return None
        except (OSError, ValueError, HTTPException) as error:
            # Other texts of errors may repeat the URL.
            code = getattr(error, "code", None)
            reason = f"it answers {code}" if code else getattr(error, "reason", None)
            said = reason if isinstance(reason, str | OSError) and isinstance(error, OSError) else type(error).__name__
            return f"the notification was not taken by the address of CARE_NOTIFY: {said}."

    def _run(self, content: bytes) -> str | None:
        try:
            subprocess.run(shlex.split(self.command or ""), input=content, timeout=TIMEOUT_S, check=True)
        except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
            return f"the command of --notify-command failed: {_without_arguments(error)}."
        return None


def _without_arguments(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"it ended with {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it did not end within {TIMEOUT_S} s"
    return getattr(error, "strerror", None) or type(error).__name__
