"""Empty sheets to be filled in, each with a sheet of explanations beside it."""

import io

from bot.documents.people_in import ROLES
from bot.documents.sheets import column_letter

# Columns whose cells are prepared as text: a spreadsheet makes 2025.10 into 2025.1 and “21-22” into a day.
_AS_TEXT = frozenset({"计划（实际）开工时间", "计划竣工时间", "项目", "电话", "签约时间", "开工时间"})
_PREPARED = 300  # rows

_TEMPLATES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "ledger": (
        (
            "序号", "项目名称", "项目单位", "建设地点", "县（市、区）", "建设性质", "总投资（亿元）", "年度计划投资（亿元）",
            "计划（实际）开工时间", "计划竣工时间", "领域", "备注",
        ),
        ("1", "（例）供水管网改造项目", "市住建局、市水务局", "盐湖区", "盐湖区", "新建", "2.50", "1.00", "2025-10", "2026-12", "基础设施类", "省重点"),
        (
            ("序号", "一年之内不重复的正整数"),
            ("项目单位", "几个单位用顿号隔开"),
            ("县（市、区）", "市直项目填“市直”"),
            ("建设性质", "前期、新建、续建"),
            ("总投资、年度计划投资", "数字；单位写在表头（亿元、万元、元都行）；没有计划填 0"),
            ("开工、竣工时间", "写成 2025-10；不要让表格把 2025.10 变成 2025.1"),
            ("领域", "产业类、基础设施类、社会民生类"),
            ("备注", "省重点、市重点，或空着"),
        ),
    ),
    "units": (
        ("单位名称", "级别", "简称"),
        ("市水务局", "市级", "水务局|水利局"),
        (("级别", "市级、县级、企业"), ("简称", "平时怎么叫就怎么写，几个用 | 隔开")),
    ),
    "nicknames": (
        ("项目", "叫法"),
        ("1", "（例）新河路|老城路"),
        (
            ("项目", "台账序号，或台账里的项目名称"),
            ("叫法", "大家平时怎么叫，几个用 | 隔开；一个叫法只能归一个项目"),
        ),
    ),
    "reserve": (
        ("项目名称", "县（市、区）", "领域", "总投资（亿元）", "年度计划投资（亿元）", "阶段", "签约时间", "开工时间", "备注"),
        ("（例）碳化硅衬底项目", "闻喜县", "产业类", "5.00", "1.00", "签约", "2025-03-05", "", ""),
        (
            ("县（市、区）", "市直项目填“市直”"),
            ("领域", "产业类、基础设施类、社会民生类"),
            ("阶段", "谋划、签约、前期、开工、竣工、投产、达效"),
            ("签约时间、开工时间", "写成 2025-03-05；没有就空着"),
        ),
    ),
    "figures": (
        ("项目", "累计完成投资（万元）"),
        ("1", "18000"),
        (("项目", "台账序号，或台账里的项目名称"), ("累计完成投资", "1月到那个月的累计；单位写在表头（亿元、万元、元都行）")),
    ),
    "plans": (
        ("项目", *(f"{month}月计划（万元）" for month in range(1, 13))),
        ("1", *("4000",) * 12),
        (
            ("项目", "台账序号，或台账里的项目名称"),
            ("各月计划", "那个月的计划投资，不是累计；单位写在表头；没有计划的月空着"),
        ),
    ),
    "people": (
        ("姓名", "称呼", "职务", "单位", "角色", "项目", "电话", "秘书", "账号", "备注"),
        ("（例）王建国", "王工", "项目联络员", "闻喜县人民政府", "联络员", "21、22", "", "", "wecom:wangjianguo", ""),
        (
            ("称呼", "机器人怎么称呼他，如 李市长、王工"),
            ("单位", "要与单位目录里的名称一致"),
            ("角色", "、".join(ROLES) + "；可以有几个，第一个是平时的身份"),
            ("项目", "台账序号，几个用顿号隔开：联络员填报送的项目，包联领导填包联的项目"),
            ("秘书", "给他的消息都经谁转，填那个人的姓名（也要在名单里）"),
            ("账号", "平台:账号，如 wecom:zhangsan；几个用顿号隔开"),
        ),
    ),
}  # fmt: skip


def template(kind: str) -> bytes:
    """An xlsx with headings and one example. KeyError for any kind but those."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    headings, example, notes = _TEMPLATES[kind]
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = {
        "ledger": "台账",
        "units": "单位",
        "people": "人员",
        "nicknames": "叫法",
        "reserve": "储备项目",
        "figures": "累计完成投资",
        "plans": "月计划",
    }[kind]
    sheet.append(headings)
    for place, heading in enumerate(headings, 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[column_letter(place - 1)].width = max(10, len(heading) * 2 + 2)
        if heading in _AS_TEXT:
            for row in range(2, _PREPARED + 2):
                sheet.cell(row, place).number_format = "@"
    sheet.freeze_panes = "A2"
    help_sheet = book.create_sheet("填写说明")
    help_sheet.append(("列", "怎么填"))
    for note in notes:
        help_sheet.append(note)
    help_sheet.append(("例", "　".join(example)))
    help_sheet.column_dimensions["A"].width, help_sheet.column_dimensions["B"].width = 24, 100
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
