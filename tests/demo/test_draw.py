import numpy as np

from tocsin.demo.draw import Draw


def test_the_numbers_are_the_same_on_every_machine() -> None:
    assert Draw(1, "a").uniform(2).tolist() == [0.7839079634497955, 0.6685289572173779]
    assert Draw(1, "a", 3).integers(4, 0, 100).tolist() == [61, 68, 52, 28]
    assert Draw(7, "hex").hexadecimal(2, 20) == ["e3de0c12119af1fc0e07", "56eceafab951dac341ec"]


def test_labels_and_seeds_give_different_streams() -> None:
    streams = {tuple(Draw(seed, label).uniform(3)) for seed in (0, 1) for label in ("a", "b")}
    assert len(streams) == 4


def test_integers_stay_between_their_bounds() -> None:
    high = np.array([1, 2, 1000] * 100)
    drawn = Draw(3, "bounds").integers(300, 0, high)
    assert (drawn >= 0).all()
    assert (drawn < high).all()


def test_a_weight_of_nothing_is_never_picked_and_others_by_their_share() -> None:
    picked = np.bincount(Draw(3, "pick").pick(10_000, [1, 0, 3]), minlength=3)
    assert picked[1] == 0
    assert 0.70 < picked[2] / 10_000 < 0.80


def test_shuffled_is_a_permutation() -> None:
    assert sorted(Draw(4, "shuffle").shuffled(50).tolist()) == list(range(50))
