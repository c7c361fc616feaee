# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What the rpm program is asked and what its answers mean. Nothing is run here."""

import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

# \t and \n are rpm's own escapes.
_FORMAT = "%{NAME}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t[%{INSTPREFIXES}:]\\t[%{PREFIXES}:]\\n"
SERVERS = ("oceanbase", "oceanbase-ce")


class Package(NamedTuple):
    """A package, in a file or installed."""

    name: str
    version: str
    release: str
    arch: str
    installed_at: str  # prefix it was installed under, "" for a file
    prefix: str  # prefix it was built for

    @property
    def nevra(self):
        # type: () -> str
        """Name, version, release and architecture in one word."""
        return "{0}-{1}-{2}.{3}".format(self.name, self.version, self.release, self.arch)


class Check(NamedTuple):
    """What ``rpm -K`` found out about a file."""

    intact: bool
    signature: str  # "none", "good", "bad", "no key"
    lines: Tuple[str, ...]  # what it said of what is not in order


def query_installed(names):
    # type: (Sequence[str]) -> List[str]
    """Return the command that asks for installed packages."""
    return ["rpm", "-q", "--qf", _FORMAT] + list(names)


def query_files(paths):
    # type: (Sequence[str]) -> List[str]
    """Return the command that asks package files what they are."""
    return ["rpm", "-q", "--nosignature", "--qf", _FORMAT, "-p"] + list(paths)


def parse_query(text):
    # type: (str) -> List[Package]
    """Return the packages of an answer; "package x is not installed" is none."""
    found = []
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) == 6:
            at, prefix = [(part.split(":")[0] if part != "(none):" else "").rstrip("/") for part in fields[4:]]
            found.append(Package(fields[0], fields[1], fields[2], fields[3], at, prefix))
    return found


def check(paths):
    # type: (Sequence[str]) -> List[str]
    """Return the command that checks digests and signatures."""
    return ["rpm", "-Kv"] + list(paths)


def parse_check(text):
    # type: (str) -> Check
    """Read the answer for one file.

    A line each: ``Header SHA256 digest: OK``, ``Payload SHA256 digest: BAD (Expected ...)``, ``MD5 digest: OK (...)``,
    ``Header V4 RSA/SHA512 Signature, key ID 1a2b3c4d: OK`` (or NOKEY, NOTTRUSTED, BAD); rpm 4.11 to 4.18 alike.
    """
    intact, seen, states, bad = True, False, [], []
    for line in text.splitlines():
        match = re.match(r"^\s+(.*?(digest|[Ss]ignature|SIGNATURE)\b.*?): *(OK|NOKEY|NOTTRUSTED|BAD|NOTFOUND|UNKNOWN)\b", line)
        if not match:
            continue
        what, state = match.group(2).lower(), match.group(3)
        if what == "digest":
            seen = True
            intact = intact and state in ("OK", "NOTFOUND")
        elif state != "NOTFOUND":
            states.append(state)
        if state not in ("OK", "NOTFOUND"):
            bad.append(line.strip())
    if not states:
        signature = "none"
    elif "BAD" in states:
        signature = "bad"
    else:
        signature = "good" if set(states) == set(["OK"]) else "no key"
    return Check(intact and seen, signature, tuple(bad))


def per_file(text, paths):
    # type: (str, Sequence[str]) -> List[str]
    """Cut the answer for several files into one for each: every part begins with the file's path and a colon."""
    parts = dict((path, []) for path in paths)  # type: Dict[str, List[str]]
    current = None  # type: Optional[str]
    for line in text.splitlines():
        if line.endswith(":") and line[:-1] in parts:
            current = line[:-1]
        elif current is not None:
            parts[current].append(line)
    return ["\n".join(parts[path]) for path in paths]


def install(paths, prefix):
    # type: (Sequence[str], str) -> List[str]
    """Return the command that installs; ``prefix`` is "" where the package's own is wanted."""
    return ["rpm", "-i"] + (["--prefix", prefix] if prefix else []) + list(paths)


def erase(packages):
    # type: (Sequence[str]) -> List[str]
    """Return the command that removes packages named in full."""
    return ["rpm", "-e"] + list(packages)


def why_failed(text):
    # type: (str) -> Tuple[str, str]
    """Return cause and remedy of a failed installation, from what rpm said."""
    # "rpm: RPM should not be used directly" and the like is what Debian's rpm says to everybody.
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("warning:", "rpm: "))]
    said = "; ".join(lines[:6])
    needed = re.findall(r"^\s*(\S.*?) is needed by ", text, re.MULTILINE)
    if needed:
        own = [name for name in needed if name.startswith("oceanbase")]
        if own:
            remedy = "Put the package of {0}, of the same version, beside the server's package, so that both are installed together.".format(own[0].split()[0])
        else:
            remedy = "Install {0} from the distribution's repositories first.".format(", ".join(needed))
        return "rpm says: " + said, remedy
    if re.search(r"needs \S+ on the .* filesystem|No space left on device", text):
        return "the disk is too small; rpm says: " + said, "Free space on it and run again."
    if "conflicts" in text:
        return "rpm says: " + said, "Remove the other package, or use method extract with a home directory of its own."
    if "already installed" in text:
        return "rpm says: " + said, "Another run installs on this host at the same time; run again."
    if "transaction lock" in text:
        return "rpm says: " + said, "Another program uses the rpm database; wait for it to end and run again."
    if "not relocatable" in text:
        return "rpm says: " + said, "This package has a fixed place: use it as the home directory, or use method extract."
    return "rpm says: " + said if said else "rpm said nothing", "See the words of rpm."
