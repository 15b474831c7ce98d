"""How a step logs: triggers, in the transaction that made the change."""

NOW = "(julianday('now') - 2440587.5) * 86400.0"
"""As `time.time()` counts."""


def log(table: str, kind: str, subject: str, data: str, *, at: str, on: str = "INSERT", when: str = "") -> str:
    """A trigger that logs a change. Its words are SQL in which NEW and OLD are rows."""
    condition = f" WHEN {when}" if when else ""
    name = f"log_{kind}".replace(".", "_").replace("-", "_")
    entry = f"{at}, '{kind}', {subject}, json_object({data})"
    head = f"CREATE TRIGGER {name} AFTER {on} ON {table}{condition} BEGIN "
    return f"{head}INSERT INTO events (at, kind, subject, data) VALUES ({entry}); END;"  # noqa: S608 - our own words


def moment(table: str, column: str, kind: str, subject: str, data: str) -> str:
    """A trigger for a moment that comes once."""
    when = f"OLD.{column} IS NULL AND NEW.{column} IS NOT NULL"
    return log(table, kind, subject, data, at=f"NEW.{column}", on=f"UPDATE OF {column}", when=when)
