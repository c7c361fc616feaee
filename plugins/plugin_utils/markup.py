# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""HTML that cannot be forgotten to be escaped: whatever is not Html already is text."""

from __future__ import annotations

from html import escape

VOID = frozenset({"meta", "br", "line", "rect", "circle", "path"})


class Html(str):
    """A piece of finished HTML."""

    __slots__ = ()


def el(element: str, /, *children: object, **attributes: object) -> Html:
    """Return an element. A child that is not Html is escaped; an attribute that is None is left out, ``class_`` and ``data_x`` lose their underscores."""
    head = element + "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items() if value is not None
    )
    if element in VOID and not children:
        return Html(f"<{head}/>" if element not in ("meta", "br") else f"<{head}>")
    return Html(f"<{head}>{join(*children)}</{element}>")


def join(*children: object) -> Html:
    """Return pieces one after the other."""
    return Html("".join(child if isinstance(child, Html) else "" if child is None else escape(str(child)) for child in children))
