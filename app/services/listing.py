"""Any list on paper: the rows in front, numbers masked, who printed it and when."""

from __future__ import annotations

from app.documents.list_print import Column, ListPaper, render_list
from app.errors import UserError
from app.models import clock, days
from app.models.policy import Act
from app.models.reading import Query
from app.services.office import Office

MOST_ROWS = 5000
_PAGE = 500


def list_pdf(office: Office, query: Query) -> bytes:
    """The list a query gives as PDF, A4 landscape; the printing is journalled. Raises ``UserError`` when too long."""
    office.require(Act.PRINT, query.register)
    definition = office.registry.get(query.register)
    keys = office.reader.keys(query)
    if len(keys) > MOST_ROWS:
        sentence = f"这个列表有 {len(keys):,} 条，一次最多打印 {MOST_ROWS:,} 条"
        raise UserError(sentence, "请先用查找或筛选缩小范围，或导出为 Excel")
    rows = [
        row.cells
        for start in range(0, len(keys), _PAGE)
        for row in office.reader.page(query.register, keys[start : start + _PAGE])
    ]
    columns = tuple(
        Column(spec.label, float(spec.width or 8)) for spec in (definition.column(name) for name in definition.columns)
    )
    body = render_list(
        ListPaper(
            title=f"{definition.label}一览表" + ("（练习，内容是编的）" if office.is_practice else ""),
            columns=columns,
            rows=tuple(rows),
            printed_on=days.show_day_long(clock.today()),
            operator=office.user.name,
            organisation=office.store.meta("township_name"),
        )
    )
    office.store.write(
        office.user.id,
        lambda unit: unit.record_access(
            "print_list", register=query.register, record_id=query.register, detail={"rows": len(rows)}
        ),
    )
    return body
