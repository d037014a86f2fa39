"""帮助: what this person can write, with examples of his own project and ticket; by his role."""

from bot.people import Role
from bot.routing import Reply, Turn
from handlers import rights
from handlers.examples import friday, own_of

_HELP = {
    Role.LIAISON: (
        "像给同事发消息一样写就行：",
        "报进展：“{project}本月完成1800万元，今年累计2.1亿元，形象进度65%”",
        "报问题：“{project}卡在供水管迁改，请市水务局{by}前解决”",
        "改错：“改成1900万”“不是8号项目是9号”“撤销”；照片直接发来",
        "叫法：“{project}也叫新河路”；读得不对问“为什么这样理解”",
        "问：“{n}号办到哪一步了”“我的项目”“我的问题”“一张图”“走势图”",
        "节点：“{project}倒排节点”，完成了“…节点主体封顶完成”",
        "办结了：“{n}号已解决”；同意销号：“同意{n}号销号”；催：“催{n}号”",
        "为什么提醒我：“为什么”",
    ),
    Role.CONTACT: (
        "像给同事发消息一样写就行：",
        "接单：“{n}号周工负责，{soon}前迁完”",
        "反馈：“{n}号已到现场，正在开挖”",
        "销号：“{n}号已迁完，申请销号”，附照片或文号",
        "延期、退回：“{n}号申请延期到{later}，原因…”“{n}号应由市交通局办”",
        "查：“我的问题”“临期问题”“超期问题”“{n}号”",
        "为什么提醒我：“为什么”或“{n}号为什么”",
    ),
    Role.OFFICE: (
        "可以这样写：",
        "今天等着办的：“工作台”",
        "核实交办：“{n}号交办市水务局，{soon}前办结”“{n}号不列入，原因…”“{n}号退回补充，…”",
        "销号延期：“{n}号同意销号”“{n}号不同意延期”“{n}号挂牌督办”“{n}号发督办单”",
        "催办批示：“催市水务局”“{n}号已电话催李科长”“李市长批示：{n}号{friday}前解决”",
        "查：“超期问题”“{area}情况”“今日明细”“一张图”“走势图”“{n}号为什么”“没读懂的”",
        "表和文：“{bulletin}”“导出{month}月台账”“堵点台账”“要素清单”“{n}号报告”“{n}号档案”",
        "调度责任：“一键调度{area}，今天17时前”“调度情况”“{project}谁负责”“责任链缺口”",
        "日报：“预览今日日报”；代报：“代王建国报：…”；交接：“刘明亮调离，由王芳接联络员”",
    ),
    Role.LEADER: (
        "您可以这样问：",
        "“我包联的项目怎么样”“{project}怎么样”",
        "“哪些超期了”“{n}号办到哪一步了”“{area}情况”“一张图”",
        "“…谁负责”“我的批示”“一键调度{area}，今天17时前”",
        "批示直接写：“{n}号请市水务局{friday}前解决”，原话记录、转承办单位并跟踪，办结向您报告",
        "为什么报给您：“为什么”",
    ),
}


def help_for(turn: Turn) -> Reply:
    """The examples for the sender's role."""
    own = own_of(turn)
    words = "\n".join(_HELP[turn.sender.role])
    return Reply(
        words.format(
            project=own.project,
            n=own.ticket,
            area=own.area,
            by=own.by,
            soon=own.soon,
            later=own.later,
            friday=friday(turn.today),
            month=turn.today.month,
            bulletin=f"出{turn.today.month}月通报"
            if rights.is_city_office(turn.directory, turn.sender)
            else "通报",
        )
    )
