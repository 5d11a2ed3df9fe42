"""Writes workbooks as publishers send them, quickly: text cells as shared strings, numbers as they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import polars as pl

Cell = str | float | int | None

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def column(at: int) -> str:
    """0 → A, 26 → AA."""
    return (column(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


def workbook(**sheets: pl.DataFrame | Sequence[Sequence[Cell]]) -> bytes:
    """An .xlsx of named sheets: frames with their column names as header row, or rows of cells as they are."""
    strings: dict[str, int] = {}
    xml = {}
    for name, rows in sheets.items():
        xml[name] = _of_frame(rows, strings) if isinstance(rows, pl.DataFrame) else _of_rows(rows, strings)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.writestr("[Content_Types].xml", _TYPES)
        out.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        listed = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(xml, 1))
        out.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        parts = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(xml) + 1)]
        out.writestr("xl/_rels/workbook.xml.rels", _relations([*parts, ("sharedStrings", "sharedStrings.xml")]))
        for i, text in enumerate(xml.values(), 1):
            out.writestr(
                f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{text}</sheetData></worksheet>'
            )
        shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
        out.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
    return file.getvalue()


def _relations(parts: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(parts, 1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{listed}</Relationships>'
    )


def _of_rows(rows: Sequence[Sequence[Cell]], strings: dict[str, int]) -> str:
    return "".join(
        f'<row r="{at}">{"".join(_cell(value, f"{column(to)}{at}", strings) for to, value in enumerate(row))}</row>'
        for at, row in enumerate(rows, 1)
    )


def _cell(value: Cell, place: str, strings: dict[str, int]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _of_frame(frame: pl.DataFrame, strings: dict[str, int]) -> str:
    """All at once, since a country workbook has a quarter of a million cells."""
    header = _of_rows([frame.columns], strings)
    row = pl.int_range(2, pl.len() + 2).cast(pl.String)
    cells = []
    for at, (name, dtype) in enumerate(frame.schema.items()):
        place = pl.concat_str(pl.lit(column(at)), row)
        if dtype == pl.String:
            for text in frame[name].drop_nulls().unique(maintain_order=True):
                strings.setdefault(text, len(strings))
            number = pl.col(name).replace_strict(strings, default=None, return_dtype=pl.Int64).cast(pl.String)
            cell = pl.concat_str(pl.lit('<c r="'), place, pl.lit('" t="s"><v>'), number, pl.lit("</v></c>"))
        else:
            cell = pl.concat_str(
                pl.lit('<c r="'), place, pl.lit('"><v>'), pl.col(name).cast(pl.String), pl.lit("</v></c>")
            )
        cells.append(cell.fill_null(""))
    body = frame.select(pl.concat_str(pl.lit('<row r="'), row, pl.lit('">'), *cells, pl.lit("</row>")))
    return header + "".join(body.to_series().to_list())


MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def country_workbook(months: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """The sheet `country` as the Census Bureau lays it out, 29 columns.

    `months`: `code, name, flow, year, month, usd`; `years`: `code, flow, year, usd`, printed otherwise than as the sum.
    """
    cells = months.with_columns(
        cell=pl.col("flow").replace_strict({"imports": "I", "exports": "E"})
        + pl.col("month").replace_strict(dict(enumerate(MONTHS, 1)))
    )
    wide = cells.pivot(on="cell", index=["code", "name", "year"], values="usd", aggregate_function="first")
    for cell in (f"{flow}{month}" for flow in "IE" for month in MONTHS):
        if cell not in wide.columns:
            wide = wide.with_columns(pl.lit(0.0).alias(cell))
    wide = wide.with_columns(pl.exclude("code", "name", "year").fill_null(0.0))
    for flow, name in (("I", "imports"), ("E", "exports")):
        said = years.filter(flow=name).select("code", "year", said="usd")
        total = pl.sum_horizontal(f"{flow}{month}" for month in MONTHS)
        wide = wide.join(said, on=["code", "year"], how="left").with_columns(
            pl.coalesce("said", total).alias(f"{flow}YR")
        ).drop("said")  # fmt: skip
    values = [f"{flow}{month}" for flow in "IE" for month in (*MONTHS, "YR")]
    return wide.sort("code", "year").select(
        pl.col("year").cast(pl.String),
        pl.col("code").alias("CTY_CODE"),
        pl.col("name").alias("CTYNAME"),
        *(pl.col(value) / 1e6 for value in values),
    )
