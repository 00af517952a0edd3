"""What reads the pages reads them rightly."""

from tests.docs.pages import Command, File, steps, unseen

PAGE = """
Write this:

```csv title="organisations.csv"
name,kind
Example,isp
```

```console
$ tocsin organisations import organisations.csv
1 organisation …
$ tocsin status \\
    --json | head
```

```sh
systemctl start tocsin
```

````markdown
```console
$ not a command, but a page shown in a page
```
````
"""


def test_files_and_commands_come_in_the_order_of_the_page() -> None:
    assert list(steps(PAGE)) == [
        File("organisations.csv", "name,kind\nExample,isp\n"),
        Command(10, "tocsin organisations import organisations.csv", ("1 organisation …",)),
        Command(12, "tocsin status \\\n    --json | head", ()),
    ]


def test_what_is_shown_must_come_out_in_that_order() -> None:
    printed = "reading\n  3  threats of   2 organisations\ndone\n"
    assert unseen(("reading", "3 threats of … organisations", "done"), printed) is None
    assert unseen(("done", "reading"), printed) == "reading"
    assert unseen(("…", "4 threats"), printed) == "4 threats"
