"""The floor: polars reads every column of the files as text and writes zstd Parquet, as it does
without further settings.

It checks nothing, remembers nothing and may lose everything in a power cut: `python -m
benchmarks.floor OUT FILE…` is what reading the rows and keeping them costs at the least.
"""

import sys
from pathlib import Path

import polars as pl


def main() -> None:
    out, *files = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    for file in files:
        rows = pl.read_csv(file, infer_schema=False)
        rows.write_parquet(out / f"{file.stem}.parquet", compression="zstd")


if __name__ == "__main__":
    main()
