"""A PostgreSQL database that is as it was filled again before each test, in milliseconds: the tables a test wrote to get their rows back.

Making a database anew for each test took four times as long as the tests themselves: whoever connects to a new one first reads its
whole catalogue.
"""

import psycopg
from psycopg import sql

NOTING = """
CREATE SCHEMA kept;
CREATE TABLE kept.touched (name text NOT NULL);
CREATE FUNCTION kept.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO kept.touched VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
CREATE FUNCTION kept.altered() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO kept.touched VALUES ('*'); END $$;
"""
"""Each statement that writes adds a row here: rows, not a set, so that two transactions never wait for each other. `*`: the tables themselves were changed."""

TOUCHED = """
SELECT name FROM kept.touched UNION SELECT '*' FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid WHERE datname = current_database()
"""
"""`*` too when a setting was given to the database itself."""

OTHERS_IN_THE_MIDDLE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'
"""


class Refilled:
    """The database `name` on this server, a copy of the filled database `world`."""

    def __init__(self, server: str, name: str) -> None:
        """`server` is the address of its database `postgres`."""
        self._server, self._name = server, name
        self._connection: psycopg.Connection | None = None
        self._sequences = dict[str, int | None]()

    def fill_anew(self) -> bool:
        """Let nothing of an earlier test be left. True when the database was made anew: then no connection to it lives on."""
        if self._connection is None:
            return self._made()
        self._connection.execute(OTHERS_IN_THE_MIDDLE)
        touched = {name for (name,) in self._connection.execute(TOUCHED)}
        if "*" in touched:
            return self._made()
        if touched:
            with self._connection.transaction():
                self._connection.execute("SET LOCAL session_replication_role = replica")
                for name in touched:
                    table, kept = sql.Identifier("public", name), sql.Identifier("kept", f"of {name}")
                    self._connection.execute(sql.SQL("DELETE FROM {}").format(table))
                    self._connection.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(table, kept))
                self._connection.execute("DELETE FROM kept.touched")
                for name, value in self._sequences.items():
                    self._connection.execute("SELECT setval(%s::regclass, %s, %s)", (name, value or 1, value is not None))
        return False

    def close(self) -> None:
        """Let go of it."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _made(self) -> bool:
        self.close()
        execute(self._server, f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)', f'CREATE DATABASE "{self._name}" TEMPLATE world STRATEGY file_copy')
        self._connection = psycopg.connect(on(self._server, self._name), autocommit=True)
        self._connection.execute(NOTING)
        for (name,) in self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            table = sql.Identifier("public", name)
            self._connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(sql.Identifier("kept", f"of {name}"), table))
            self._connection.execute(
                sql.SQL("CREATE TRIGGER touched AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION kept.touch()").format(table)
            )
        self._sequences = dict(self._connection.execute("SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences").fetchall())
        self._connection.execute("CREATE EVENT TRIGGER altered ON ddl_command_end EXECUTE FUNCTION kept.altered()")
        return True


def on(server: str, name: str) -> str:
    """The address of another database on the same server."""
    return server.replace("/postgres?", f"/{name}?")


def execute(server: str, *statements: str) -> None:
    """Run these, each in a transaction of its own."""
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
