"""The fixed words of the five languages, and instants inside texts."""

from __future__ import annotations

from datetime import datetime, tzinfo

LOCALES = ("en", "es", "fr", "de", "tr")

_WORDS: dict[str, tuple[str, ...]] = {
    "open": ("Open", "Abierta", "Ouverte", "Offen", "Açık"),
    "pending": ("Pending", "Pendiente", "En attente", "Ausstehend", "Beklemede"),
    "closed": ("Closed", "Cerrada", "Fermée", "Geschlossen", "Kapalı"),
    "available": ("Available", "Disponible", "Disponible", "Verfügbar", "Müsait"),
    "away": ("Away", "Ausente", "Absent", "Abwesend", "Uzakta"),
    "offline": ("Offline", "Desconectado", "Hors ligne", "Offline", "Çevrimdışı"),
    "approved": ("Approved", "Aprobada", "Approuvée", "Genehmigt", "Onaylandı"),
    "rejected": ("Rejected", "Rechazada", "Refusée", "Abgelehnt", "Reddedildi"),
    "withdrawn": ("Withdrawn", "Retirada", "Retirée", "Zurückgezogen", "Geri çekildi"),
    "answered": ("Answered", "Respondida", "Répondue", "Beantwortet", "Yanıtlandı"),
    "expired": ("Expired", "Caducada", "Expirée", "Abgelaufen", "Süresi doldu"),
}

# The labels of the events' codes; presence has words of its own.
STATUS = {"new": "open", "pending": "pending", "resolved": "closed"}
DECISION = {"submitted": "pending", "approved": "approved", "rejected": "rejected", "withdrawn": "withdrawn"}
HELP = {"requested": "open", "answered": "answered", "closed": "closed", "expired": "expired"}


def word(key: str, locale: str) -> str:
    """A fixed word in a language."""
    return _WORDS[key][LOCALES.index(locale)]


def instant_text(instant: datetime | None, zone: tzinfo) -> str | None:
    """An instant as it is printed: cut to milliseconds, with its offset."""
    return None if instant is None else instant.astimezone(zone).isoformat(timespec="milliseconds")
