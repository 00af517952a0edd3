from tocsin.cli.checks.finding import counted, some


def test_counts_in_words() -> None:
    assert [counted(n, "job") for n in (0, 1, 2300)] == ["0 jobs", "1 job", "2,300 jobs"]
    assert counted(2, "delivery", "deliveries") == "2 deliveries"


def test_names_a_few() -> None:
    assert some(["a", "b", "c"]) == "a, b, c"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
