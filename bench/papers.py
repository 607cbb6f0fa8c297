"""How long papers take: the first agreement of a process, later ones, a long one, a list of 2,000 rows.

Run: ``.venv/bin/python -m bench.papers``. Prints milliseconds; asserts nothing.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _best(work: Callable[[], object], times: int = 20) -> float:
    return min(_milliseconds(work) for _ in range(times))


def main() -> None:
    """Measure and print."""
    loading = time.perf_counter()
    from app.documents.agreement import render_agreement
    from app.documents.fonts import bundled_fonts
    from app.documents.list_print import Column, ListPaper, render_list
    from tests.documents.samples import HARD, LONG, PLAIN

    print(f"import             {(time.perf_counter() - loading) * 1000:7.1f} ms")
    book = bundled_fonts()
    print(f"first agreement    {_milliseconds(lambda: render_agreement(PLAIN, fonts=book)):7.1f} ms")
    print(f"first rare names   {_milliseconds(lambda: render_agreement(HARD, fonts=book)):7.1f} ms")
    for label, paper in (("2 pages", PLAIN), ("3 pages, rare", HARD), ("5 pages", LONG)):
        size = len(render_agreement(paper, fonts=book)) // 1024
        print(f"{label:18s} {_best(partial(render_agreement, paper, fonts=book)):7.1f} ms  {size} kB")
    columns = tuple(Column(label) for label in ("序号", "姓名", "性别", "民族", "出生日期", "电话", "现住地址"))
    rows = [
        (str(at), "张德顺", "男", "汉族", "1958-03-01", "138****0000", f"青石镇河湾村三组{at}号") for at in range(2000)
    ]
    ledger = ListPaper(title="登记簿", columns=columns, rows=rows, printed_on="2026年11月23日", operator="王芳")
    print(f"list of 2,000 rows {_best(lambda: render_list(ledger, fonts=book), 2):7.1f} ms")


if __name__ == "__main__":
    main()
