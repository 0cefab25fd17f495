"""The API's page for people: the document as plain HTML, without a script and without another host's asset."""

from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse

from takedown.api.problems import KINDS
from takedown.api.scopes import MEANINGS
from takedown.web.rendering import environment


def docs_page(document: dict[str, Any]) -> Response:
    """Every call by subject with its parameters, body and answers; scopes, shapes and problems."""
    subjects: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            entry = {"path": path, "method": method.upper(), "parameters": [], "description": "", "x-roles": [], **call}
            entry["parameters"] = [{"required": False, "description": "", **told} for told in entry["parameters"]]
            entry["takes"] = _body_name(call)
            entry["gives"] = _shape_name(call)
            subjects.setdefault(call.get("tags", ["other"])[0], []).append(entry)
    shapes = {
        name: [_field(field, schema, told) for field, told in schema.get("properties", {}).items()]
        for name, schema in sorted(document["components"]["schemas"].items())
    }
    page = environment().get_template("api_docs.html")
    text = page.render(
        document=document, subjects=subjects, shapes=shapes, scopes=MEANINGS, problems=KINDS, word_of=type_of
    )
    return HTMLResponse(text)


def type_of(schema: dict[str, Any]) -> str:
    """A schema in one word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(type_of(entry) for entry in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(repr(value) for value in schema["enum"])
    if "const" in schema:
        return repr(schema["const"])
    if schema.get("type") == "array":
        items = schema.get("items") or {}
        return f"[{type_of(items) if items else ', '.join(map(type_of, schema.get('prefixItems', ())))}]"
    bounds = [
        f"{sign}{schema[name]}"
        for name, sign in (("minimum", "≥"), ("maximum", "≤"), ("minLength", "≥"), ("maxLength", "≤"))
        if name in schema
    ]
    return " ".join([str(schema.get("format") or schema.get("type", "any")), *bounds])


def _field(name: str, schema: dict[str, Any], told: dict[str, Any]) -> tuple[str, str, bool]:
    return name, type_of(told), name in schema.get("required", ())


def _body_name(call: dict[str, Any]) -> str:
    content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
    return type_of(content["schema"]) if "schema" in content else ""


def _shape_name(call: dict[str, Any]) -> str:
    content = call.get("responses", {}).get("200", {}).get("content", {})
    told = content.get("application/json", {}).get("schema")
    return type_of(told) if told else ", ".join(content)
