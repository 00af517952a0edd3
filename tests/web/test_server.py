import socket

import pytest

from tocsin.errors import TocsinError
from tocsin.web.server import check_free


def test_a_port_in_use_is_named_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TocsinError, match=f"port {port}") as raised:
            check_free("127.0.0.1", port)
        assert f"--port {port + 1}" in raised.value.hint


def test_a_free_port_is_fine() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_free("127.0.0.1", port)
