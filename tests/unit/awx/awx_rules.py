# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX itself demands beyond what the modules of awx.awx check: its rules for surveys, credential types and workflows.

Written from AWX's documentation of its API (job_templates/N/survey_spec, credential_types, workflow nodes) and its behaviour as of AWX 24.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

DEFAULT_TYPES = {"text": str, "textarea": str, "password": str, "multiplechoice": str, "multiselect": str, "integer": int, "float": float}
QUESTION_KEYS = {"type", "question_name", "question_description", "variable", "required", "default", "choices", "min", "max", "new_question"}


def is_kind(value: Any, kind: type) -> bool:
    """Whether a value is of a kind; a boolean is no whole number."""
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def survey_faults(survey: Any) -> Iterator[str]:
    """Yield what AWX would refuse of a survey."""
    if not isinstance(survey, Mapping):
        yield "not an object"
        return
    for key, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(survey.get(key), kind):
            yield f"{key}: missing, or not a {kind.__name__}"
    if set(survey) - {"name", "description", "spec"}:
        yield f"unknown keys {sorted(set(survey) - {'name', 'description', 'spec'})}"
    spec = survey.get("spec") or []
    if not spec:
        yield "spec: empty"
    seen: set[str] = set()
    for index, question in enumerate(spec):
        for fault in question_faults(question):
            yield f"question {index} ({question.get('variable')}): {fault}"
        if question.get("variable") in seen:
            yield f"question {index}: variable {question['variable']} is asked twice"
        seen.add(question.get("variable"))


def question_faults(question: Mapping[str, Any]) -> Iterator[str]:
    """Yield what AWX would refuse of one question, a default that is no valid answer included."""
    for key in ("type", "question_name", "variable"):
        if not isinstance(question.get(key), str):
            yield f"{key}: missing, or not a text"
    if not isinstance(question.get("required"), bool):
        yield "required: missing, or not a boolean"
    if set(question) - QUESTION_KEYS:
        yield f"unknown keys {sorted(set(question) - QUESTION_KEYS)}"
    kind = question.get("type")
    if kind not in DEFAULT_TYPES:
        yield f"type: {kind} is none of {', '.join(DEFAULT_TYPES)}"
        return
    for key in ("min", "max"):
        if key in question and question[key] is not None and not is_kind(question[key], int):
            yield f"{key}: not a whole number"
    if re.search(r"\s", question.get("variable", "")):
        yield "variable: holds white space"
    if kind in ("multiplechoice", "multiselect"):
        choices = question.get("choices")
        if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
            yield "choices: missing, or not a list of texts"
            return
    default = question.get("default", "")
    if default == "":
        return
    if not is_kind(default, DEFAULT_TYPES[kind]):
        yield f"default: {default!r} is not a {DEFAULT_TYPES[kind].__name__}"
    elif default.startswith("$encrypted$") if isinstance(default, str) else False:
        yield "default: begins with a word that AWX keeps for itself"
    else:
        yield from answer_faults(question, default)


def answer_faults(question: Mapping[str, Any], answer: Any) -> Iterator[str]:
    """Yield why AWX would refuse an answer."""
    low, high = question.get("min"), question.get("max")
    if question["type"] in ("text", "textarea", "password"):
        if not isinstance(answer, str):
            yield "a text is expected"
            return
        size: float = len(answer)
    elif question["type"] == "integer":
        if not is_kind(answer, int):
            yield "a whole number is expected"
            return
        size = answer
    else:
        if answer not in question["choices"]:
            yield f"{answer!r} is none of the choices"
        return
    if low is not None and size < low:
        yield f"{size} is less than {low}"
    if high is not None and size > high:
        yield f"{size} is more than {high}"


def credential_type_faults(inputs: Mapping[str, Any], injectors: Mapping[str, Any]) -> Iterator[str]:
    """Yield what AWX would refuse of a credential type."""
    fields = {field.get("id"): field for field in inputs.get("fields", [])}
    for name, field in fields.items():
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or name == "tower":
            yield f"field {name}: not a usable id"
        if set(field) - {"id", "label", "type", "format", "secret", "multiline", "choices", "default", "help_text", "ask_at_runtime"}:
            yield f"field {name}: unknown keys"
        if not isinstance(field.get("label"), str) or field.get("type") not in ("string", "boolean"):
            yield f"field {name}: label or type"
    for name in inputs.get("required", []):
        if name not in fields:
            yield f"required: {name} is no field"
    if set(injectors) - {"file", "env", "extra_vars"}:
        yield "injectors: unknown kind"
    for variable, template in injectors.get("extra_vars", {}).items():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable):
            yield f"{variable}: not the name of a variable"
        for name in re.findall(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}", template):
            if name not in fields:
                yield f"{variable}: {name} is no field"


def run_workflow(nodes: list[dict[str, Any]], failing: set[str]) -> tuple[list[str], str]:
    """Return which nodes AWX would run, in order, and the status it would give the workflow, where the nodes named fail.

    A node starts when one of its parents ended the way its edge wants. The workflow is failed when a node failed from which no edge
    leads on for that case, and successful otherwise.
    """
    by_name = {node["identifier"]: node for node in nodes}
    reached = {name for node in nodes for edges in node.get("related", {}).values() for name in map(_identifier, edges)}
    waiting = [node["identifier"] for node in nodes if node["identifier"] not in reached]
    ran: list[str] = []
    status = "successful"
    while waiting:
        name = waiting.pop(0)
        ran.append(name)
        related = by_name[name].get("related", {})
        ways = related.get("always_nodes", []) + related.get("failure_nodes" if name in failing else "success_nodes", [])
        waiting += [one for one in map(_identifier, ways) if one not in ran + waiting]
        if name in failing and not ways:
            status = "failed"
    return ran, status


def _identifier(edge: Mapping[str, str]) -> str:
    return edge["identifier"]
