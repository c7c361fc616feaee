# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What the clock process and those who ask it say to each other, and what the answers tell (as NTP does, RFC 5905 section 8)."""

import re
from typing import Iterable, NamedTuple, Optional, Tuple

# The process speaks first, so that nothing is ever sent to a program that is not it.
GREETING = "oceanbase.cluster clock 1\n"
_QUESTION = re.compile(r"(time|done) (\S{1,128})\n$")
_ANSWER = re.compile(r"now (\d{1,12}\.\d{1,9}) (\d{1,12}\.\d{1,9})\n$")


class Peer(NamedTuple):
    """A server whose clock is asked for."""

    host: str
    address: str
    rpc_port: int

    @property
    def server(self):
        # type: () -> str
        """The server as the cluster sees it."""
        return "{0}:{1}".format(self.address, self.rpc_port)


class Sample(NamedTuple):
    """One question and its answer, in seconds."""

    offset: float  # the peer's clock minus ours
    delay: float  # time on the way, there and back; the offset is right within half of it


def question(word, caller):
    # type: (str, str) -> bytes
    """Return the line that asks for the time (``time``) or tells that no more questions follow (``done``)."""
    return "{0} {1}\n".format(word, caller).encode("ascii", "replace")


def parse_question(data):
    # type: (bytes) -> Optional[Tuple[str, str]]
    """Return word and caller; None for anything else."""
    match = _QUESTION.match(data.decode("ascii", "replace"))
    return (match.group(1), match.group(2)) if match else None


def answer(received, sent):
    # type: (float, float) -> bytes
    """Return the line with the times at which the question came in and the answer goes out."""
    return "now {0:.7f} {1:.7f}\n".format(received, sent).encode("ascii")


def sample(asked, data, heard):
    # type: (float, bytes, float) -> Optional[Sample]
    """Return what one answer tells; None where it is none."""
    match = _ANSWER.match(data.decode("ascii", "replace"))
    if not match:
        return None
    received, sent = float(match.group(1)), float(match.group(2))
    return Sample(((received - asked) + (sent - heard)) / 2, max((heard - asked) - (sent - received), 0.0))


def best(samples):
    # type: (Iterable[Sample]) -> Optional[Sample]
    """Return the sample that was least on the way: queues and schedulers only ever add."""
    return min(samples, key=lambda item: item.delay, default=None)
