"""Statements that run for every message: compiled once for each kind of database, then given to the driver.

What the library does around a statement each time (its cache key, its result object) costs several times what
the statement does. Here it still makes the SQL and converts the values; the transaction is the same. Not for
lists of values (IN), whose SQL depends on their number. What the driver raises is raised as it is.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Dialect, Insert, Select, Update

from storage.database import Tx

_Convert = Callable[[Any], Any] | None


class Prepared:
    """A statement with named parameters. `columns`: those that an INSERT is given; the others have their defaults."""

    def __init__(
        self, statement: Select[Any] | Insert | Update, columns: Collection[str] | None = None
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._ready: dict[str, _Ready] = {}

    def first(self, tx: Tx, values: Mapping[str, Any]) -> Any:
        """The first row, its columns by name, or None."""
        return self._for(tx.dialect).first(tx, values)

    def run(self, tx: Tx, values: Mapping[str, Any]) -> None:
        """Do it; nothing comes back."""
        self._for(tx.dialect).cursor(tx, values).close()

    def _for(self, dialect: Dialect) -> "_Ready":
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _Ready(self._statement, self._columns, dialect)
        return ready


class _Ready:
    """The statement for one kind of database."""

    def __init__(self, statement: Any, columns: Collection[str] | None, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) if columns else None)
        self._sql = str(compiled)
        self._positional = bool(compiled.positional)
        names = compiled.positiontup if self._positional else list(compiled.binds)
        fixed = {**compiled.params, **_defaults(compiled)}
        self._parameters: list[tuple[str, _Convert]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
        ]
        self._fixed = {name: fixed.get(name) for name in names}
        found = list(getattr(statement, "exported_columns", ()))
        self._converts: list[_Convert] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in found
        ]
        self._row = namedtuple("Row", [column.name for column in found]) if found else None

    def cursor(self, tx: Tx, values: Mapping[str, Any]) -> Any:
        given = {**self._fixed, **values}
        converted = (
            given[name] if convert is None else convert(given[name]) for name, convert in self._parameters
        )
        parameters: Any = (
            tuple(converted)
            if self._positional
            else dict(zip((name for name, _ in self._parameters), converted, strict=True))
        )
        return tx.connection.driver_connection.execute(self._sql, parameters)  # type: ignore[union-attr]

    def first(self, tx: Tx, values: Mapping[str, Any]) -> Any:
        cursor = self.cursor(tx, values)
        row = cursor.fetchone()
        cursor.close()
        if row is None or self._row is None:
            return None
        return self._row(
            *(
                value if convert is None else convert(value)
                for value, convert in zip(row, self._converts, strict=True)
            )
        )


def _defaults(compiled: Any) -> dict[str, Any]:
    """What the table gives the columns that an INSERT is not given."""
    return {
        column.key: column.default.arg(None) if column.default.is_callable else column.default.arg
        for column in compiled.insert_prefetch or ()
    }
