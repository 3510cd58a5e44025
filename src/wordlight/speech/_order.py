"""Which narration is due first.

A narration is long if it needs, or has received, a quantum of work. Short ones come first, whoever
needs least before the others. Long ones together get a part of the time for as long as there are
short ones too, and among them comes next who has received least.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wordlight.speech._narration import Narration

QUANTUM_S = 4.0
"""Work after which a narration counts as long, and for which a long one stays first. Shorter turns
would finish requests of one length all together, at the end."""
SHARE, FEW = 0.5, 4
"""Part of the time that four long narrations or more get together beside short ones; fewer get an
eighth each."""
BURST_S = 0.5
"""What long narrations are owed before one of them comes before short ones: less would make two
short steps of one."""
FARTHEST_QUANTA = 2
"""How far a long narration may be ahead of another: what it received while nobody else was there
is not held against it."""
AGEING = 0.25
"""Work that a second of waiting stands for, among short ones."""


@dataclass(slots=True, eq=False)
class Account:
    """What a narration has received; the pieces of a stream, which are requests of their own, have
    one together.

    ``received_s``: seconds of work done for it. ``ahead_s``: how much of that is more than the
    others have, among long ones. ``is_long``: its class.
    """

    received_s: float = 0.0
    ahead_s: float = 0.0
    is_long: bool = False


class Order:
    """Keeps count of who has received what.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_s = clock()
        self._is_contested = False
        self._owed_s = 0.0

    def charge(self, narration: Narration, took_s: float) -> None:
        """Work done for a narration."""
        account = narration.account
        narration.received_s += took_s
        account.received_s += took_s
        account.ahead_s += took_s
        if self._is_contested and account.is_long:
            self._owed_s = max(self._owed_s - took_s, -QUANTUM_S)

    def of(self, narrations: Sequence[Narration], factor: float) -> list[Narration]:
        """The narrations, who is due first before the others.

        ``factor``: time in the engine by speech made, as far as it is known.
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
            # The pieces of a stream go as they came: whoever listens waits for the first.
            account, one = one.account, first[one.account]
            left_s = factor * one.left_s
            if not account.is_long:
                return 1, 0.0, left_s - AGEING * (now_s - one.began_s)
            return (0 if self._owed_s >= BURST_S else 2), account.ahead_s // QUANTUM_S, left_s

        return sorted(narrations, key=key)

    def _note_owed(self, n_long: int, n_all: int, now_s: float) -> None:
        """What the long ones are owed for the time since the last call."""
        passed_s, self._asked_s = now_s - self._asked_s, now_s
        was_contested, self._is_contested = self._is_contested, 0 < n_long < n_all
        if not self._is_contested:
            self._owed_s = 0.0
        elif was_contested:
            share = SHARE * min(n_long, FEW) / FEW
            self._owed_s = min(self._owed_s + share * passed_s, QUANTUM_S)
