from tocsin.kinds.prose import Block, blocks, spans, unwrap

WRAPPED = """
First line
goes on.

Before the list:
- one
  item
- two

Last.
"""


def test_a_paragraph_or_item_becomes_one_line() -> None:
    assert unwrap(WRAPPED) == (
        "First line goes on.\n\nBefore the list:\n- one item\n- two\n\nLast."
    )


def test_blocks_are_paragraphs_and_lists_in_order() -> None:
    assert blocks(unwrap(WRAPPED)) == [
        Block("First line goes on."),
        Block("Before the list:"),
        Block(items=("one item", "two")),
        Block("Last."),
    ]


def test_what_is_to_be_typed_stands_in_backquotes() -> None:
    assert spans("Run `nmap -6` now.") == [(False, "Run "), (True, "nmap -6"), (False, " now.")]
    assert spans("`all of it`") == [(True, "all of it")]
    assert spans("") == []
