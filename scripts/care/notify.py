"""Tells somebody else: a URL that takes JSON, or a command that reads JSON."""

from __future__ import annotations

import json
import shlex
import subprocess
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TIMEOUT_S = 20


@dataclass(frozen=True)
class Notifier:
    """Where news goes; nowhere, if neither is given. A failed notification is said, and never stops a delivery."""

    url: str | None = None
    command: str | None = None
    tells_success: bool = False

    def tell(self, news: Mapping[str, Any]) -> list[str]:
        """Sends one piece of news; returns what went wrong as sentences, without the URL, which may hold a secret."""
        if news["state"] == "delivered" and not self.tells_success:
            return []
        problems = []
        content = json.dumps(news, ensure_ascii=False).encode()
        if self.url:
            try:
                headers = {"Content-Type": "application/json"}
                request = urllib.request.Request(self.url, data=content, headers=headers, method="POST")
                with urllib.request.urlopen(request, timeout=TIMEOUT_S):
                    pass
            except (OSError, ValueError) as error:
                reason = getattr(error, "reason", None) or type(error).__name__
                problems.append(f"the notification was not taken by the address of --notify: {reason}.")
        if self.command:
            try:
                subprocess.run(shlex.split(self.command), input=content, timeout=TIMEOUT_S, check=True)
            except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
                problems.append(f"the command of --notify-command failed: {error}.")
        return problems
