# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a kernel made of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._kernel_settings import Setting
from ansible_collections.oceanbase.cluster.plugins.modules import kernel_settings

RunMain = Callable[..., dict[str, Any]]


class Kernel:
    """A kernel made of files, and the module's options for it."""

    def __init__(self, root: Path) -> None:
        self.proc = root / "proc"
        self.proc.mkdir()
        self.huge_pages = root / "enabled"
        self.huge_pages.write_text("always\n")
        self.drop_in, self.tmpfiles = root / "etc/sysctl.d/90.conf", root / "etc/tmpfiles.d/90.conf"
        for name, value in (("vm.swappiness", "60"), ("net.ipv4.tcp_rmem", "4096\t131072\t6291456"), ("fs.file-max", "9")):
            (self.proc / name).write_text(value + "\n")

    def options(self, **changes: Any) -> dict[str, Any]:
        """Return options."""
        sysctls = {"vm.swappiness": 0, "net.ipv4.tcp_rmem": "4096 87380 16777216", "fs.file-max": 9, "vm.nonsense": 1}
        files = {"sysctl_file": str(self.drop_in), "tmpfiles_file": str(self.tmpfiles)}
        return {"sysctls": sysctls, "huge_pages": "never", **files, **changes}

    def values(self) -> dict[str, str]:
        """Return what the kernel has."""
        return {path.name: " ".join(path.read_text().split()) for path in [*self.proc.iterdir(), self.huge_pages]}


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """Return a kernel made of files."""
    made = Kernel(tmp_path)
    monkeypatch.setattr(kernel_settings, "HUGE_PAGES", str(made.huge_pages))
    real = Setting.path.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Setting, "path", property(lambda self: real(self) if self.kind == "tmpfile" else str(made.proc / self.name)))
    return made


BEFORE = {"vm.swappiness": "60", "net.ipv4.tcp_rmem": "4096 131072 6291456", "fs.file-max": "9", "enabled": "always"}
AFTER = {"vm.swappiness": "0", "net.ipv4.tcp_rmem": "4096 87380 16777216", "fs.file-max": "9", "enabled": "never"}


def test_set_again_and_give_back(run_main: RunMain, kernel: Kernel) -> None:
    predicted = run_main("kernel_settings", kernel.options(), check=True)
    assert (kernel.values(), kernel.drop_in.exists()) == (BEFORE, False)
    first = run_main("kernel_settings", kernel.options())
    assert {key: predicted[key] for key in ("changed", "diff", "applied")} == {key: first[key] for key in ("changed", "diff", "applied")}
    assert (first["changed"], first["unknown"]) == (True, ["vm.nonsense"])
    assert kernel.values() == AFTER
    assert "# was: vm.swappiness = 60\nvm.swappiness = 0\n" in kernel.drop_in.read_text()
    assert "fs.file-max = 9\n" in kernel.drop_in.read_text()
    assert run_main("kernel_settings", kernel.options())["changed"] is False

    absent = run_main("kernel_settings", kernel.options(state="absent"))
    assert absent["changed"] is True
    assert (kernel.values(), kernel.drop_in.exists(), kernel.tmpfiles.exists()) == (BEFORE, False, False)
    assert run_main("kernel_settings", kernel.options(state="absent"))["changed"] is False


def test_the_diff_shows_files_and_kernel(run_main: RunMain, kernel: Kernel) -> None:
    diff = run_main("kernel_settings", kernel.options(), check=True)["diff"]
    assert [part["before_header"] for part in diff] == [str(kernel.drop_in), str(kernel.tmpfiles), "running kernel"]
    assert "vm.swappiness = 60\n" in diff[2]["before"]
    assert "vm.swappiness = 0\n" in diff[2]["after"]


def test_what_is_no_longer_wanted_is_given_back(run_main: RunMain, kernel: Kernel) -> None:
    run_main("kernel_settings", kernel.options())
    run_main("kernel_settings", kernel.options(sysctls={"vm.swappiness": 0}, huge_pages=""))
    assert kernel.values() == {**BEFORE, "vm.swappiness": "0"}
    assert not kernel.tmpfiles.exists()


@pytest.mark.parametrize(("least", "most", "after"), [(10, 100, "60"), (61, 100, "80"), (10, 59, "80"), (60, None, "60"), (None, 60, "60")])
def test_what_is_good_enough_is_left_as_it_is(run_main: RunMain, kernel: Kernel, least: int | None, most: int | None, after: str) -> None:
    wanted = {"value": 80, **({} if least is None else {"least": least}), **({} if most is None else {"most": most})}
    options = kernel.options(sysctls={"vm.swappiness": wanted}, huge_pages="")
    assert run_main("kernel_settings", options)["changed"] is (after != "60")
    assert kernel.values() == {**BEFORE, "vm.swappiness": after}
    assert kernel.drop_in.exists() is (after != "60")
    assert run_main("kernel_settings", options)["changed"] is False


@pytest.mark.parametrize("wanted", [{"least": 1}, {"value": 1, "most": "many"}])
def test_a_setting_of_another_shape_is_explained(run_main: RunMain, kernel: Kernel, wanted: dict[str, Any]) -> None:
    result = run_main("kernel_settings", kernel.options(sysctls={"vm.swappiness": wanted}))
    assert result["msg"].startswith("Cannot set vm.swappiness: its value is neither a value nor {value:, least:, most:}")


def test_files_only(run_main: RunMain, kernel: Kernel) -> None:
    result = run_main("kernel_settings", kernel.options(apply=False))
    assert (result["changed"], result["applied"]) == (True, {})
    assert kernel.values() == BEFORE
    assert run_main("kernel_settings", kernel.options(apply=False))["changed"] is False


def test_a_kernel_that_refuses_is_explained(run_main: RunMain, kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kernel.proc / "vm.swappiness"
    monkeypatch.setattr(kernel_settings, "text_of", lambda name: "60" if name == str(path) else None)
    path.unlink()
    path.mkdir()
    result = run_main("kernel_settings", kernel.options(sysctls={"vm.swappiness": 0}, huge_pages=""))
    assert result["failed"] is True
    assert result["msg"].startswith("Cannot set vm.swappiness to 0: ")
    assert "oceanbase_host_prepare_apply" in result["remedy"]
