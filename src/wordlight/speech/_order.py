"""Decides which narration is due first.

A narration is long if it needs, or has received, a quantum of work. Short ones come first, and
among them the one that needs least. While there are short ones, all long ones together get a part
of the time. Among long ones the one that has received least comes first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wordlight.speech._narration import Narration

QUANTUM_S = 4.0
"""Work after which a narration counts as long, and for which a long one stays first. With shorter
turns, requests of one length would all finish together, at the end."""
SHARE, FEW = 0.5, 4
"""The part of the time that four or more long narrations get together while there are short ones.
Fewer get an eighth each."""
BURST_S = 0.5
"""The work that must be owed to long narrations before one of them precedes the short ones. With
less, one step would be split into two."""
FARTHEST_QUANTA = 2
"""The greatest lead in work that a long narration can have over another. It limits the disadvantage
from work received while the narration was alone."""
AGEING = 0.25
"""For a short narration, a second of waiting counts as this much less work."""


@dataclass(slots=True, eq=False)
class Account:
    """The work that a narration has received.

    The pieces of a stream are requests of their own, but share one account. ``received_s``: seconds
    of work. ``ahead_s``: among long ones, how much more work than the one with least. ``is_long``:
    whether the narration counts as long.
    """

    received_s: float = 0.0
    ahead_s: float = 0.0
    is_long: bool = False


class Order:
    """Keeps account of the work that each narration received, and puts narrations in order.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_s = clock()
        self._is_contested = False
        self._owed_s = 0.0

    def charge(self, narration: Narration, took_s: float) -> None:
        """Charges a narration for work."""
        account = narration.account
        narration.received_s += took_s
        account.received_s += took_s
        account.ahead_s += took_s
        if self._is_contested and account.is_long:
            self._owed_s = max(self._owed_s - took_s, -QUANTUM_S)

    def of(self, narrations: Sequence[Narration], factor: float) -> list[Narration]:
        """The narrations in the order in which they are due.

        ``factor``: an estimate of the time in the engine divided by the speech made.
        """
        now_s = self._clock()
        for one in narrations:
            expected_s = max(factor * one.plan.expected_s, one.account.received_s)
            one.account.is_long = one.account.is_long or expected_s >= QUANTUM_S
        accounts = list(dict.fromkeys(one.account for one in narrations))
        longs = [account for account in accounts if account.is_long]
        self._note_owed(len(longs), len(accounts), now_s)
        least_s = min((account.ahead_s for account in longs), default=0.0)
        for account in longs:
            account.ahead_s = min(account.ahead_s - least_s, FARTHEST_QUANTA * QUANTUM_S)

        first: dict[Account, Narration] = {}
        for one in narrations:
            first.setdefault(one.account, one)

        def key(one: Narration) -> tuple[int, float, float]:
            # The pieces of a stream stay in their order: whoever listens waits for the first.
            account, one = one.account, first[one.account]
            left_s = factor * one.left_s
            if not account.is_long:
                return 1, 0.0, left_s - AGEING * (now_s - one.began_s)
            return (0 if self._owed_s >= BURST_S else 2), account.ahead_s // QUANTUM_S, left_s

        return sorted(narrations, key=key)

    def _note_owed(self, n_long: int, n_all: int, now_s: float) -> None:
        """Adds what the long narrations are owed for the time since the last call."""
        passed_s, self._asked_s = now_s - self._asked_s, now_s
        was_contested, self._is_contested = self._is_contested, 0 < n_long < n_all
        if not self._is_contested:
            self._owed_s = 0.0
        elif was_contested:
            share = SHARE * min(n_long, FEW) / FEW
            self._owed_s = min(self._owed_s + share * passed_s, QUANTUM_S)
