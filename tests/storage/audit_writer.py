"""Adds entries to the audit log as one of several processes. Arguments: database URL, name, number."""

import sys
from datetime import UTC, datetime

from storage.audit import record_audit
from storage.db import open_engine, write_session


def main(url: str, name: str, number: str) -> None:
    engine = open_engine(url)
    for turn in range(int(number)):
        with write_session(engine) as session:
            record_audit(session, at=datetime.now(UTC), actor=name, action="counted", subject=str(turn))
            session.commit()
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
