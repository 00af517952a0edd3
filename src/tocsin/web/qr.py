"""QR codes as the path of a drawing: no image, nothing inline that a browser would refuse."""

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode


@dataclass(frozen=True)
class Squares:
    """`path`: the dark squares, in a drawing of `size` by `size` with its quiet zone."""

    size: int
    path: str


def squares(text: str) -> Squares:
    code: QRCode[object] = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return Squares(len(rows), path)
