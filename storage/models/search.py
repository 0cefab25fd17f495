"""What a case is found by: its words, folded, in a table of their own that an index of letter triples stands on, and
by which rules they were made."""

from sqlmodel import Field, SQLModel

from storage.models.columns import Prose


class CaseWords(SQLModel, table=True):
    """Derived from a case and its sites in the same transaction, see storage/search.py; it can be made anew."""

    __tablename__ = "case_words"

    case_id: int = Field(primary_key=True, foreign_key="case.id", sa_column_kwargs={"autoincrement": False})
    words: str = Field(sa_type=Prose(8000))


class SearchForm(SQLModel, table=True):
    """One row: the ``FORM`` of storage/search.py by which all that cases are found by was made."""

    __tablename__ = "search_form"

    id: int = Field(primary_key=True)  # 1
    form: int
