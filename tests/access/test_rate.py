from tocsin.access.rate import Rate


def test_a_minutes_worth_at_once_and_then_at_the_rate() -> None:
    rate = Rate(per_minute=60)
    assert [rate.wait(1, 100.0) for _ in range(60)] == [0.0] * 60
    assert 0 < rate.wait(1, 100.0) <= 1
    assert rate.wait(1, 101.0) == 0
    assert rate.wait(1, 101.0) > 0


def test_a_refused_request_does_not_count() -> None:
    rate = Rate(per_minute=1)
    assert rate.wait(1, 0.0) == 0
    first = rate.wait(1, 0.0)
    assert [rate.wait(1, 0.0) for _ in range(5)] == [first] * 5
    assert rate.wait(1, first) == 0


def test_callers_do_not_slow_each_other_down() -> None:
    rate = Rate(per_minute=1)
    rate.wait(1, 0.0)
    assert rate.wait(1, 0.0) > 0
    assert rate.wait(2, 0.0) == 0


def test_old_callers_are_forgotten() -> None:
    rate = Rate(per_minute=600)
    for caller in range(10_001):
        rate.wait(caller, 0.0)
    rate.wait(0, 1_000.0)
    rate.wait(1, 1_000.0)
    assert set(rate._until) == {0, 1}
