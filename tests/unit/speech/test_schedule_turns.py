"""Narrations share the network fairly, so that short ones pass long ones."""

from __future__ import annotations

import pytest

from speech.house import ALONE_S, STEP_S, STEPS, VOCODER_S, House


@pytest.mark.parametrize(("n_long", "after_s"), [(1, 1.0), (5, 20.0), (10, 40.0), (20, 40.0)])
def test_a_short_narration_passes_long_ones(n_long: int, after_s: float) -> None:
    house = House()
    for number in range(n_long):
        house.add(f"long {number}", 5, seed=100 * number)
    while house.machine.now_s < after_s:
        house.schedule.turn()

    house.add("short", 1, seed=9_000)
    came_s = house.machine.now_s
    house.run(until="short")

    assert house.ended_s["short"] - came_s <= 2.5 * ALONE_S


def test_a_long_narration_begins_at_once_however_many_short_ones_come() -> None:
    house = House()
    long = house.add("long", 500, seed=1_000)

    began_s = None
    for turn in range(1_000):
        while len(house.schedule.narrations) < 3:
            house.add(f"short {turn} {len(house.schedule.narrations)}", 1, seed=turn)
        house.schedule.turn()
        if began_s is None and long.received_s:
            began_s = house.machine.now_s

    assert began_s is not None
    assert began_s < 20.0
    assert long.received_s / house.machine.now_s == pytest.approx(1 / 8, abs=0.02)


def test_what_a_long_narration_got_while_it_was_alone_is_not_held_against_it() -> None:
    house = House()
    first = house.add("first", 200, seed=1_000)
    while house.machine.now_s < 200.0:
        house.schedule.turn()

    second = house.add("second", 80, seed=5_000)
    before_s, began_s = first.received_s, house.machine.now_s
    while house.machine.now_s < began_s + 100.0:
        house.schedule.turn()

    assert first.received_s - before_s == pytest.approx(second.received_s, abs=10.0)


def test_a_narration_is_answered_as_soon_as_its_last_part_is_heard() -> None:
    house = House()
    house.add("one", 1, seed=1)
    house.add("two", 1, seed=2)

    house.run()

    assert house.ended_s["one"] == pytest.approx(ALONE_S)
    assert house.ended_s["two"] == pytest.approx(2 * ALONE_S)


def test_a_row_that_others_pass_goes_on_from_where_it_was() -> None:
    house = House()
    house.add("long", 2, seed=100)
    house.schedule.turn()
    house.add("short", 1, seed=1)

    house.run()

    assert house.machine.steps[:6] == [[100], [1], [1], [1], [1], [100]]


def test_equals_are_spoken_one_after_another_and_not_all_at_the_end() -> None:
    house = House()
    for name in range(4):
        house.add(str(name), 1, seed=name)

    house.run()

    alone_s = STEPS * STEP_S + VOCODER_S
    assert [house.ended_s[str(name)] for name in range(4)] == pytest.approx(
        [alone_s * (1 + name) for name in range(4)]
    )


def test_a_long_narration_gets_on_however_many_short_ones_come() -> None:
    house = House()
    long = house.add("long", 20, seed=1_000)

    for turn in range(2_000):
        if turn % 4 == 0:
            house.add(f"short {turn}", 1, seed=turn)
        house.schedule.turn()
        if "long" in house.ended:
            break

    assert "long" in house.ended
    assert long.received_s > 20 * STEPS * STEP_S
