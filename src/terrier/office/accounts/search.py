"""Search by the beginnings of words, at 100,000 accounts in milliseconds, by what each database brings along.

SQLite keeps two FTS5 tables in step by triggers, PostgreSQL two generated columns under a GIN index; so imports, bulk edits
and undo never forget to. Accounts are found by name, external id, city, postal code and phone, and by their contacts'
names, addresses and phones: each word typed must begin a word there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

MOST_WORDS = 8
SHORTEST_PHONE, US_DIGITS, LONGEST_COUNTRY_CODE = 7, 10, 3

TABLES = {
    "accounts_account": ("name", "external_id", "city", "postal_code", "phone"),
    "accounts_contact": ("name", "email", "phone"),
}

_ACCENTS = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ"
_PLAIN = "aaaaaaceeeeiiiinoooooouuuuyy"

OF_ACCOUNTS = {
    "sqlite": "SELECT rowid FROM accounts_account_words WHERE accounts_account_words MATCH %s",
    "postgresql": "SELECT id FROM accounts_account WHERE words @@ to_tsquery('simple', %s)",
}
OF_CONTACTS = {
    "sqlite": (
        "SELECT account_id FROM accounts_contact WHERE deleted_at IS NULL AND id IN"
        " (SELECT rowid FROM accounts_contact_words WHERE accounts_contact_words MATCH %s)"
    ),
    "postgresql": (
        "SELECT account_id FROM accounts_contact"
        " WHERE deleted_at IS NULL AND words @@ to_tsquery('simple', %s)"
    ),
}
HERE_OR_THERE = {
    "sqlite": f"account_id IN ({OF_ACCOUNTS['sqlite']} UNION ALL {OF_CONTACTS['sqlite']})",
    "postgresql": (
        "(EXISTS (SELECT 1 FROM accounts_account whole"
        " WHERE whole.id = accounts_contact.account_id AND whole.words @@ to_tsquery('simple', %s))"
        " OR EXISTS (SELECT 1 FROM accounts_contact other WHERE other.account_id = accounts_contact.account_id"
        " AND other.deleted_at IS NULL AND other.words @@ to_tsquery('simple', %s)))"
    ),
}
"""Whether a word is told of a contact's account, or of any contact there. SQLite asks its index; PostgreSQL looks at the few
accounts whose contacts were found: a common word is told of thousands."""


def found_by(text: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the accounts in which, or in whose contacts, each word of a text begins a word."""
    ways = ways_of_number(text)
    terms = [_any_of(ways)] if ways else [_term(word) for word in words_of(text)]
    return rows.filter(pk__in=_found(terms)) if terms else rows.none()


def _term(word: str) -> str:
    return f'"{word}" *' if connection.vendor == "sqlite" else f"{word}:*"


def _any_of(ways: list[list[str]]) -> str:
    """One term for several ways to say the same: each all of its words."""
    both, either = (" AND ", " OR ") if connection.vendor == "sqlite" else (" & ", " | ")
    return f"({either.join('(' + both.join(map(_term, words)) + ')' for words in ways)})"


def _found(terms: list[str]) -> RawSQL:
    """Accounts that hold all the words themselves; and those whose contacts hold some, if each word is here or there.

    All at once where the index can say it: to gather what holds each word, and then what is common, took much longer.
    """
    accounts, contacts = OF_ACCOUNTS[connection.vendor], OF_CONTACTS[connection.vendor]
    lite = connection.vendor == "sqlite"
    # SQLite takes doubles out of the list by itself
    found = f"{accounts} {'UNION ALL' if lite else 'UNION'} {contacts}"
    values = [(" AND " if lite else " & ").join(terms), (" OR " if lite else " | ").join(terms)]
    for term in terms if len(terms) > 1 else ():
        found += f" AND {HERE_OR_THERE[connection.vendor]}"
        values += [term, term]
    return RawSQL(found, values)


def words_of(text: str) -> list[str]:
    """The words typed, without accents and signs."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", _bare(text))))[:MOST_WORDS]


def ways_of_number(text: str) -> list[list[str]]:
    """How a long number that is typed may stand there, each way the words it takes; none for what is no such number.

    A phone shows +1 614 555-0123 of who calls; who wrote it down may have left the country out, or put it in where it is not
    typed. Of a short one, as of a ZIP code with its four more digits, the parts stand there.
    """
    bare = _bare(text).strip()
    digits = re.sub(r"[\s().+/-]", "", bare)
    if len(digits) < SHORTEST_PHONE or not (digits.isascii() and digits.isdecimal()):
        return []
    ways = [[digits]]
    if bare.startswith(("+", "00")):
        abroad = digits.removeprefix("00")
        ways += [[abroad[code:]] for code in range(LONGEST_COUNTRY_CODE + 1)]
    elif len(digits) == US_DIGITS + 1 and digits.startswith("1"):
        ways.append([digits[1:]])
    elif len(digits) == US_DIGITS:
        ways.append([f"1{digits}"])
    else:
        parts = re.findall(r"[0-9]+", bare)
        ways.append(parts if len(parts) > 1 else [digits[:3], digits[3:]])
    return [way for way in ways if sum(map(len, way)) >= SHORTEST_PHONE]


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def install(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the index up. A migration that makes SQLite rebuild one of the tables must run it again: triggers go with the old one."""
    for table, columns in TABLES.items():
        if editor.connection.vendor == "postgresql":
            _install_on_postgres(editor, table, columns)
        else:
            _install_on_sqlite(editor, table, columns)


def _install_on_postgres(editor: BaseDatabaseSchemaEditor, table: str, columns: tuple[str, ...]) -> None:
    text = f"translate(lower({_text(columns, '')}), '{_ACCENTS}', '{_PLAIN}')"
    vector = f"to_tsvector('simple', regexp_replace({text}, '[^[:alnum:]]+', ' ', 'g'))"
    editor.execute(f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ({vector}) STORED")
    editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (words)")


def _install_on_sqlite(editor: BaseDatabaseSchemaEditor, table: str, columns: tuple[str, ...]) -> None:
    index = f"{table}_words"
    editor.execute(f"DROP TABLE IF EXISTS {index}")
    editor.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5"
        "(words, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', detail = none)"
    )
    editor.execute(f"INSERT INTO {index} (rowid, words) SELECT id, {_text(columns, '')} FROM {table}")
    add = f"INSERT INTO {index} (rowid, words) VALUES (new.id, {_text(columns, 'new.')})"
    drop = f"DELETE FROM {index} WHERE rowid = old.id"
    for deed, steps in {
        "INSERT": (add,),
        "DELETE": (drop,),
        f"UPDATE OF {', '.join(columns)}": (drop, add),
    }.items():
        name = f"{index}_{deed.split(' ', maxsplit=1)[0].lower()}"
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        editor.execute(f"CREATE TRIGGER {name} AFTER {deed} ON {table} BEGIN {'; '.join(steps)}; END")


def remove(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {table} DROP COLUMN words")
        else:
            for deed in ("insert", "delete", "update"):
                editor.execute(f"DROP TRIGGER {table}_words_{deed}")
            editor.execute(f"DROP TABLE {table}_words")


def _text(columns: tuple[str, ...], row: str) -> str:
    """All that is searched of a row, in SQL; phones also as bare digits, so that 6145550123 finds (614) 555-0123."""
    digits = f"coalesce({row}phone, '')"
    for sign in " ()-.+/":
        digits = f"replace({digits}, '{sign}', '')"
    return " || ' ' || ".join([*(f"coalesce({row}{column}, '')" for column in columns), digits])
