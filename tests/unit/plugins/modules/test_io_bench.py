# SPDX-License-Identifier: GPL-3.0-or-later
"""Module io_bench, with a small ob_admin."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.modules import io_bench

Result = dict[str, Any]
Run = Callable[..., Result]
MEASURES = """#!/bin/sh
echo "$@" >>calls
[ "$1" = io_bench ] && [ "$2" = -c ] && [ "$4" = -d ] || exit 3
cat >"$3/io_resource.conf" <<END
version 1
io_type io_size_byte io_ps io_rt_us
0 4096 100000 180.5
1 2097152 900 1100
submit_thread_cnt 8
getevent_thread_cnt 8
END
"""


@pytest.fixture
def options(names: Any, home: Any) -> dict[str, Any]:
    """Return the options of a home with a tool that measures."""
    (home.path / "etc").mkdir()
    (home.path / "store").mkdir()
    tool(home.path, MEASURES)
    return {"home": str(home.path), "data_dir": str(home.path / "store"), "user": names.ME}


def tool(home: Path, text: str) -> None:
    """Write the tool."""
    (home / "bin" / "ob_admin").write_text(text)
    (home / "bin" / "ob_admin").chmod(0o755)


def test_ladder(run_main: Run, options: dict[str, Any], home: Any) -> None:
    predicted = run_main("io_bench", options, check=True)
    assert predicted["changed"] and not (home.path / "calls").exists()
    assert predicted["command"] == f"{home.path}/bin/ob_admin io_bench -c {home.path}/etc -d {home.path}/store"
    done = run_main("io_bench", {**options, "file_size": "1G"})
    assert done["changed"] and done["rows"][0] == {"io_type": "read", "size": 4096, "iops": 100000.0, "latency_us": 180.5}
    assert "write 2097152 bytes: 900 a second" in done["diff"]["after"]
    again = run_main("io_bench", options)
    assert not again["changed"] and again["rows"] == done["rows"]
    assert (home.path / "calls").read_text().splitlines() == [f"io_bench -c {home.path}/etc -d {home.path}/store -f 1G"]


def test_no_tool_and_a_tool_that_cannot(run_main: Run, options: dict[str, Any], home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(io_bench._process, "which", lambda name: "")
    (home.path / "bin" / "ob_admin").unlink()
    skipped = run_main("io_bench", options)
    assert skipped["skipped"] and not skipped["changed"] and "oceanbase-ce-utils" in skipped["skip_reason"]
    tool(home.path, "#!/bin/sh\necho 'Usage: ob_admin log_tool | dump_backup' >&2; exit 1\n")
    skipped = run_main("io_bench", options)
    assert skipped["skipped"] and "has no io_bench" in skipped["skip_reason"]


def test_failures(run_main: Run, options: dict[str, Any], home: Any) -> None:
    tool(home.path, "#!/bin/sh\necho half >\"$3/io_resource.conf\"; echo x >\"$5/left\"; echo 'No space left on device' >&2; exit 5\n")
    failed = run_main("io_bench", options)
    assert failed["rc"] == 5 and "No space left on device" in failed["msg"]
    assert not os.listdir(home.path / "etc") and not os.listdir(home.path / "store")
    tool(home.path, "#!/bin/sh\nexit 0\n")
    assert "but left no result" in run_main("io_bench", options)["msg"]


def test_time_limit_ends_everything_it_started(run_main: Run, options: dict[str, Any], home: Any) -> None:
    os.mkfifo(home.path / "never")
    tool(home.path, "#!/bin/sh\n(echo $$ >inner; read line <never) &\nread line <never\n")
    failed = run_main("io_bench", {**options, "time_limit": 1})
    assert "did not end within 1 s" in failed["msg"]
    end = time.monotonic() + 20  # for the system to bring killed processes to their end
    while left := [name for name in os.listdir("/proc") if name.isdigit() and _cwd(name) == str(home.path)]:
        assert time.monotonic() < end, left
        time.sleep(0.05)


def _cwd(name: str) -> str:
    try:
        state = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[0]
        return "" if state == "Z" else os.readlink(f"/proc/{name}/cwd")
    except OSError:
        return ""
