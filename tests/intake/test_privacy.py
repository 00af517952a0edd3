"""Privacy classes of columns, and what is withheld and masked because of them."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.intake.privacy import (
    MASKED,
    WITHHELD,
    Privacy,
    columns_of_class,
    mask_personal,
    privacy_of,
    strip_credentials,
    withhold,
    withhold_text,
)

SECRET, PERSONAL = Privacy.SECRET, Privacy.PERSONAL
OPERATIONAL, PUBLIC = Privacy.OPERATIONAL, Privacy.PUBLIC


@pytest.mark.parametrize(
    ("column", "privacy"),
    [
        ("password", SECRET),
        ("http_postdata", SECRET),
        ("set_cookie", SECRET),
        ("cookie", SECRET),
        ("badsecret_secret", SECRET),
        ("extra.password", SECRET),
        ("password_tried", SECRET),
        ("admin_passwd", SECRET),
        ("session_token", SECRET),
        ("authorization", SECRET),
        ("x_api_key", SECRET),
        ("username", PERSONAL),
        ("email", PERSONAL),
        ("source.account", PERSONAL),
        ("subject_surname", PERSONAL),
        ("customer_email_address", PERSONAL),
        ("user_tried", PERSONAL),
        ("mac_address", PERSONAL),
        ("evidence", PERSONAL),
        ("has_password", OPERATIONAL),
        ("client_long_password", OPERATIONAL),
        ("auth_ssl_response", OPERATIONAL),
        ("magic_cookie", OPERATIONAL),
        ("session_tags", OPERATIONAL),
        ("available_mac", OPERATIONAL),
        ("hostname", OPERATIONAL),
        ("user_agent", OPERATIONAL),
        ("passive_dns", OPERATIONAL),
        ("something_new", OPERATIONAL),
        ("asn", PUBLIC),
        ("timestamp", PUBLIC),
    ],
)
def test_classes(column: str, privacy: Privacy) -> None:
    assert privacy_of(column) is privacy


def test_columns_of_a_class_keep_their_order() -> None:
    assert columns_of_class(["username", "ip", "password", "email"], PERSONAL) == [
        "username",
        "email",
    ]


def test_secret_cells_are_replaced_and_empty_ones_stay_empty() -> None:
    table = pa.table({"ip": ["192.0.2.1", "192.0.2.2"], "password": ["hunter2", None]})
    assert withhold(table).to_pylist() == [
        {"ip": "192.0.2.1", "password": WITHHELD},
        {"ip": "192.0.2.2", "password": None},
    ]


def test_a_table_without_secrets_is_not_copied() -> None:
    table = pa.table({"ip": ["192.0.2.1"], "url": ["http://example.org/?page=2"]})
    assert withhold(table) is table


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("http://u:pw@example.org/a", f"http://{WITHHELD}@example.org/a"),
        ("ftp://u@example.org", f"ftp://{WITHHELD}@example.org"),
        ("http://example.org/@home?x=a@b", "http://example.org/@home?x=a@b"),
        ("/login?user=a&Password=b&c=d", f"/login?user={WITHHELD}&Password={WITHHELD}&c=d"),
        ("http://example.org/?tokens=1", "http://example.org/?tokens=1"),
        (
            "see http://a:b@c.example and http://d:e@f.example",
            f"see http://{WITHHELD}@c.example and http://{WITHHELD}@f.example",
        ),
    ],
)
def test_credentials_in_addresses(url: str, clean: str) -> None:
    assert strip_credentials(pa.array([url, None])).to_pylist() == [clean, None]


def test_only_columns_that_may_hold_addresses_are_searched() -> None:
    table = pa.table(
        {"banner": ["http://u:pw@example.org"], "http_referer": ["http://u:pw@x.example"]}
    )
    assert withhold(table).to_pylist() == [
        {"banner": "http://u:pw@example.org", "http_referer": f"http://{WITHHELD}@x.example"}
    ]


def test_refused_rows_keep_nothing_from_the_first_secret_on() -> None:
    columns = ("ip", "username", "password", "tag")
    assert withhold_text(columns, ["192.0.2.1", "root", "hunter2", "x", "y"]) == (
        f"192.0.2.1,root,{WITHHELD}"
    )
    assert withhold_text(columns, ["192.0.2.1"]) == "192.0.2.1"
    assert len(withhold_text((), ["x" * 9000])) == 2000


@pytest.mark.parametrize(
    "record",
    [
        '{"ip": "192.0.2.1", "password": "hunter2", ',
        '{"ip": "192.0.2.1", "admin_passwd" : "hun\\"ter2 hunter2"',
        "ip=192.0.2.1 password=hunter2",
        "cookie: hunter2",
    ],
)
def test_refused_records_lose_what_stands_beside_a_secrets_name(record: str) -> None:
    kept = withhold_text((), [record])
    assert "hunter2" not in kept
    assert WITHHELD in kept


def test_masks() -> None:
    assert mask_personal(["jane@example.org", "root", None, "", "a b@c.d"]) == [
        "j…@example.org",
        MASKED,
        None,
        "",
        MASKED,
    ]


@given(st.text(max_size=40))
@settings(deadline=None)
def test_no_value_survives_masking(value: str) -> None:
    (masked,) = mask_personal([value])
    assert masked is not None
    assert len(value) < 2 or masked != value


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_can_be_stripped(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert isinstance(strip_credentials(pa.array([text])).to_pylist()[0], str)
    assert isinstance(withhold_text((), [text]), str)
