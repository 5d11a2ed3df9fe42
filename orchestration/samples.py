"""Which folders articles come from: the embedded samples and the user's own."""

from __future__ import annotations

from pathlib import Path

from orchestration.intake import Source
from orchestration.settings import Settings


def sources(settings: Settings, sample_paths: list[Path]) -> list[Source]:
    """The user's folder, and that of the samples unless they are switched off; labels keep equal names apart."""
    folders = sorted({path.parent for path in sample_paths}) if settings.samples else []
    return [Source(settings.articles), *(Source(folder, "samples") for folder in folders)]
