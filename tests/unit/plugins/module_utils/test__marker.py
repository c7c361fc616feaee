# SPDX-License-Identifier: GPL-3.0-or-later
"""The mark of a directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _marker
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._marker import Marker

MARKER = Marker("obdemo", 1, "192.0.2.1:2882")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (_marker.render(MARKER), MARKER),
        ('{"cluster": "a", "ob_cluster_id": "7", "server": "b", "more": 1}', Marker("a", 7, "b")),
        ('{"cluster": "a"}', None),
        ("[]", None),
        ("", None),
        ('{"cluster": "a", "ob_cluster_id": "x", "server": "b"}', None),
    ],
)
def test_parse(text: str, found: Marker | None) -> None:
    assert _marker.parse(text) == found


def test_read_and_require(tmp_path: Path) -> None:
    path = tmp_path / _marker.NAME
    assert _marker.read(str(tmp_path)) is None and _marker.read(str(tmp_path / "none")) is None
    with pytest.raises(ObError, match="does not bear the mark"):
        _marker.require(str(tmp_path), "obdemo", "Cannot")
    path.write_text(_marker.render(MARKER))
    assert _marker.read(str(tmp_path)) == MARKER == _marker.require(str(tmp_path), "obdemo", "Cannot")
    with pytest.raises(ObError, match="belongs to server 192.0.2.1:2882 of cluster obdemo"):
        _marker.require(str(tmp_path), "other", "Cannot")
    path.write_bytes(b"\xff")
    assert isinstance(_marker.read(str(tmp_path)), str)
    path.write_text("")
    assert isinstance(_marker.read(str(tmp_path)), str)
    with pytest.raises(ObError, match="no readable mark"):
        _marker.require(str(tmp_path), "obdemo", "Cannot")
