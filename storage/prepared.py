"""Statements that run for every message: compiled once for each kind of database, then given to the driver.

What the library does around a statement each time (its cache key, its result object) costs several times what
the statement does. Here it still makes the SQL and converts the values; the transaction is the same. What the
driver raises is raised as it is.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Select, Update

from storage.database import Tx

_Convert = Callable[[Any], Any] | None


class Prepared:
    """A statement with named parameters. `columns`: those that an INSERT is given; the others have their defaults.

    A parameter made with `expanding=True` takes a list (IN): the statement is compiled for 1, 2, 4, 8 … values.
    """

    def __init__(
        self,
        statement: Select[Any] | Insert | Update | Delete,
        columns: Collection[str] | None = None,
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._ready: dict[tuple[object, ...], _Ready] = {}
        self._lists: tuple[str, ...] | None = None

    def first(self, tx: Tx, values: Mapping[str, Any]) -> Any:
        """The first row, its columns by name, or None."""
        ready, values = self._for(tx.dialect, values)
        return ready.first(tx, values)

    def all(self, tx: Tx, values: Mapping[str, Any]) -> list[Any]:
        """All rows, their columns by name."""
        ready, values = self._for(tx.dialect, values)
        return ready.all(tx, values)

    def run(self, tx: Tx, values: Mapping[str, Any]) -> None:
        """Do it; nothing comes back."""
        ready, values = self._for(tx.dialect, values)
        ready.cursor(tx, values).close()

    def first_of_all(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Do it for each; the one row that each brings back."""
        return self._for(tx.dialect, rows[0])[0].first_of_all(tx, rows) if rows else []

    def run_all(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """Do it for each; nothing comes back."""
        if rows:
            ready, _ = self._for(tx.dialect, rows[0])
            ready.run_all(tx, rows)

    def _for(self, dialect: Dialect, values: Mapping[str, Any]) -> "tuple[_Ready, Mapping[str, Any]]":
        if self._lists is None:
            binds = self._statement.compile(dialect=dialect).binds
            self._lists = tuple(name for name, one in binds.items() if one.expanding and one.required)
        if self._lists:
            values = {**values, **{name: _padded(list(values[name])) for name in self._lists}}
        kind = (dialect.name, *(len(values[name]) for name in self._lists))
        ready = self._ready.get(kind)
        if ready is None:
            lists = {name: values[name] for name in self._lists}
            ready = self._ready[kind] = _Ready(self._statement, self._columns, lists, values.keys(), dialect)
        return ready, values


def _padded(values: list[Any]) -> list[Any]:
    """To the next power of two, the last value again and again: few lengths, and the same set."""
    wanted = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (wanted - len(values))


class _Ready:
    """The statement for one kind of database, and for that many values in its lists."""

    def __init__(
        self,
        statement: Any,
        columns: Collection[str] | None,
        lists: Mapping[str, Sequence[Any]],
        values: Collection[str],
        dialect: Dialect,
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) if columns else None)
        # With its lists written out: of one called ids, the SQL has ids_1, ids_2 and so on.
        state = compiled.construct_expanded_state(dict.fromkeys(values) | dict(lists), escape_names=False)
        self._sql = state.statement
        self._positional = bool(compiled.positional)
        names = list(state.positiontup if self._positional else state.parameters)
        self._members = {
            member: (name, place)
            for name, its_members in state.parameter_expansion.items()
            for place, member in enumerate(its_members)
        }
        self._parameters: list[tuple[str, _Convert]] = []
        for name in names:
            bind = compiled.binds[self._members[name][0] if name in self._members else name]
            self._parameters.append((name, bind.type.dialect_impl(dialect).bind_processor(dialect)))
        self._fixed = {name: value for name, value in compiled.params.items() if name not in values}
        self._fixed |= _defaults(compiled)
        self._dialect = dialect
        self._columns = list(getattr(statement, "exported_columns", ()))
        self._converts: list[_Convert] | None = None
        self._row = namedtuple("Row", [column.name for column in self._columns]) if self._columns else None

    def cursor(self, tx: Tx, values: Mapping[str, Any]) -> Any:
        return _driver(tx).execute(self._sql, self._converted(values))

    def first(self, tx: Tx, values: Mapping[str, Any]) -> Any:
        cursor = self.cursor(tx, values)
        row = cursor.fetchone()
        converts = self._converts or self._how_to_convert(cursor)
        cursor.close()
        return None if row is None or self._row is None else self._read(row, converts)

    def all(self, tx: Tx, values: Mapping[str, Any]) -> list[Any]:
        cursor = self.cursor(tx, values)
        rows = cursor.fetchall()
        converts = self._converts or self._how_to_convert(cursor)
        cursor.close()
        return [self._read(row, converts) for row in rows]

    def first_of_all(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        if tx.dialect.name == "sqlite":  # its driver brings nothing back of many at once
            return [self.first(tx, values) for values in rows]
        with _driver(tx).cursor() as cursor:
            cursor.executemany(self._sql, [self._converted(values) for values in rows], returning=True)
            converts = self._converts or self._how_to_convert(cursor)
            found = []
            for _ in rows:
                found.append(self._read(cursor.fetchone(), converts))
                cursor.nextset()
            return found

    def run_all(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        cursor = _driver(tx).cursor()
        cursor.executemany(self._sql, [self._converted(values) for values in rows])
        cursor.close()

    def _converted(self, values: Mapping[str, Any]) -> Any:
        given = {**self._fixed, **values}
        for name, (of, place) in self._members.items():
            given[name] = given[of][place]
        if self._positional:
            return [
                given[name] if convert is None else convert(given[name]) for name, convert in self._parameters
            ]
        return {
            name: given[name] if convert is None else convert(given[name])
            for name, convert in self._parameters
        }

    def _how_to_convert(self, cursor: Any) -> list[_Convert]:
        """A column's values, from what the driver says they are; the same for each run."""
        self._converts = [
            column.type.dialect_impl(self._dialect).result_processor(self._dialect, told[1])
            for column, told in zip(self._columns, cursor.description or (), strict=False)
        ]
        return self._converts

    def _read(self, row: Sequence[Any], converts: Sequence[_Convert]) -> Any:
        assert self._row is not None
        return self._row(
            *[
                value if convert is None else convert(value)
                for value, convert in zip(row, converts, strict=True)
            ]
        )


def _driver(tx: Tx) -> Any:
    return tx.connection.driver_connection


def _defaults(compiled: Any) -> dict[str, Any]:
    """What the table gives the columns that an INSERT is not given."""
    return {
        column.key: column.default.arg(None) if column.default.is_callable else column.default.arg
        for column in compiled.insert_prefetch or ()
    }
