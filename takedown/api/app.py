"""Makes the application of the API, which the desk mounts under /api/v1; nothing of it knows a cookie."""

from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from storage.errors import StorageError
from takedown.api import problems
from takedown.api.calls import answer
from takedown.api.docs import docs_page
from takedown.api.front import Front
from takedown.api.inert_json import InertJson
from takedown.api.resources import ROUTERS
from takedown.errors import TakedownError
from takedown.web.desk import Desk
from takedown.web.throttle import Throttle

ROOT = "/api/v1"
VERSION = "1.0"
CALLS_A_MINUTE = 600  # of one token
WRONG_TOKENS = 20  # of one address in a quarter of an hour
_ABOUT = (
    "What the desk does, for programs. Every call brings a token; a token never does more than its owner. "
    "Faults are problem documents (RFC 9457) in Vietnamese and English."
)


class Health(BaseModel):
    database: str


def create_api(desk: Desk) -> FastAPI:
    """The API as an ASGI application of its own, with its own document and its own faults."""
    app = FastAPI(
        title="lachan",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        default_response_class=InertJson,
        redirect_slashes=False,
    )
    app.state.desk = desk
    app.add_middleware(
        Front, desk=desk, wrong=Throttle(WRONG_TOKENS), calls=Throttle(CALLS_A_MINUTE, timedelta(minutes=1))
    )
    app.add_exception_handler(problems.ProblemError, problems.on_problem)
    app.add_exception_handler(TakedownError, problems.on_service)
    app.add_exception_handler(StorageError, problems.on_service)
    app.add_exception_handler(RequestValidationError, problems.on_validation)
    app.add_exception_handler(HTTPException, problems.on_http)
    app.add_exception_handler(Exception, problems.on_fault)
    for router in ROUTERS:
        app.include_router(router)
    _add_public(app, desk)
    return app


def _add_public(app: FastAPI, desk: Desk) -> None:
    """What needs no token: the sign of life, the document, the page that shows it."""

    @app.get("/health", response_model=Health, tags=["health"], responses=problems.responses(("unavailable",)))
    def health() -> Response:
        """The database answers."""
        from sqlalchemy import text

        with desk.reading() as session:
            session.execute(text("SELECT 1"))
        return answer(Health(database="ok"))

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        return InertJson(document_of(app))

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return docs_page(document_of(app))


def document_of(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            description=app.description,
            routes=app.routes,
            servers=[{"url": ROOT}],
        )
        made["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        _lift_definitions(made["components"]["schemas"])
        app.openapi_schema = made
    return app.openapi_schema


def _lift_definitions(schemas: dict[str, Any]) -> None:
    """A model that was made by itself brings the models it names inside it: they move beside it."""
    for name, inner in schemas["Problem"].pop("$defs", {}).items():
        schemas.setdefault(name, inner)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
