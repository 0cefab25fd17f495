"""Lets schemathesis try every call of the document against a real desk, with right values and wrong ones.

``make api ARGS="--examples 200"`` runs it for longer; the tests run a short form.
"""

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, load_all_checks
from starlette.testclient import TestClient

from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine
from storage.vault import add_key
from takedown.api.app import ROOT
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.takedown.api.conftest import secret_of
from tests.takedown.desk import AN, CHI, DUNG, HEAD, NOW, hire, open_case, proven_case

# two identities and a time limit are what the left-out checks want; the walk over the roles and the bench are for these
_SKIPPED = {"object_level_authorization", "max_response_time"}
_RIGHT = ["2xx", "401", "403", "404", "409", "412", "422", "503"]  # the services know more than a schema can say
_WRONG = ["400", "401", "403", "404", "405", "411", "412", "415", "422", "428"]
_CONFIG = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": _RIGHT},
        "negative_data_rejection": {"expected-statuses": _WRONG},
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "422", "428"]},
    }
}


class Sealed:
    """Evidence that holds, as the crawler would lend it."""

    def faults(self, case_id: int) -> tuple[str, ...]:
        return ()

    def export(self, case_id: int, to: Path) -> None:
        to.write_bytes(b"PK\x05\x06" + bytes(18))


@contextmanager
def seeded(folder: Path) -> Iterator[Desk]:
    """A desk with people, cases, a notice and a request; its clock goes a second with every look."""
    engine = open_engine(f"sqlite:///{folder / 'desk.sqlite'}")
    migrate(engine)
    hire(engine, AN, CHI, DUNG, replace(CHI, name="boss", roles=frozenset({*CHI.roles, *AN.roles, *DUNG.roles})))
    add_key(folder / "records.key")
    store = ArtifactStore.open(f"file://{folder / 'artifacts'}")
    seconds = itertools.count()
    desk = Desk(
        engine,
        store,
        HEAD,
        secure=False,
        clock=lambda: NOW + timedelta(seconds=next(seconds)),
        evidence=Sealed(),
        records_key_file=str(folder / "records.key"),
    )
    proven_case(engine, store)
    for host in ("b.example", "c.example", "d.example"):
        open_case(engine, host)
    client = client_of(desk, "an")
    drafted = client.post(f"{ROOT}/cases/1/notices", json={"recipients": ["cloudflare"]}, headers=_key("notice"))
    document = {"document_number": "1/CV", "subjects": "shop-a.example"}
    asked = client.post(f"{ROOT}/records", json=document, headers=_key("request"))
    assert (drafted.status_code, asked.status_code) == (200, 200), drafted.text + asked.text
    try:
        yield desk
    finally:
        engine.dispose()


def _key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": f"seeded-{name}"}


def client_of(desk: Desk, name: str) -> TestClient:
    """With a token that has every scope of the person's roles."""
    return TestClient(create_app(desk), headers={"Authorization": f"Bearer {secret_of(desk, name)}"})


def try_all(desk: Desk, examples: int, only: str = "") -> list[str]:
    """One line for every call that did not keep to the document; each is tried with so many examples of both kinds."""
    load_all_checks()
    token = secret_of(desk, "boss")
    with mock.patch("takedown.api.app.WRONG_TOKENS", 1_000_000):  # wrong ones are part of the trial
        app = create_app(desk)
    schema = schemathesis.openapi.from_asgi(
        f"{ROOT}/openapi.json", app=app, config=schemathesis.Config.from_dict(_CONFIG)
    )
    checks = CHECKS.get_by_names([name for name in CHECKS.get_all_names() if name not in _SKIPPED])
    faults = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if only and only not in operation.label:
            continue
        try:
            _try(operation, checks, token, examples)
        except BaseException as error:
            faults.append(f"{operation.label}: {error}")
            if isinstance(error, KeyboardInterrupt):
                raise
    return faults


def _try(operation: schemathesis.APIOperation, checks: list[object], token: str, examples: int) -> None:
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        try:
            _try_one(operation, mode, checks, token, examples)
        except Unsatisfiable:  # a call that takes nothing cannot be asked wrongly
            assert mode is schemathesis.GenerationMode.NEGATIVE


def _try_one(
    operation: schemathesis.APIOperation,
    mode: schemathesis.GenerationMode,
    checks: list[object],
    token: str,
    examples: int,
) -> None:
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def run(case: schemathesis.Case, known: bool) -> None:
        if known and mode is schemathesis.GenerationMode.POSITIVE and "number" in (case.path_parameters or {}):
            case.path_parameters["number"] = 1  # one that is there
        case.headers["Authorization"] = f"Bearer {token}"
        case.validate_response(case.call(), checks=checks)

    run()


def main() -> int:
    """0: every call kept to the document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=50, help="of each kind, for each call")
    parser.add_argument("--only", default="", help="part of a call's name, as 'POST /cases'")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, seeded(Path(folder)) as desk:
        faults = try_all(desk, wanted.examples, wanted.only)
    print("\n\n".join(faults) or "every call kept to the document")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
