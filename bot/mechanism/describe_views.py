"""How things are shown, in words: lamps and wall charts. Pure."""

from collections.abc import Callable, Iterator

from bot.mechanism.model import Regime, Rule
from bot.wording import FIELD, number


def lines(regime: Regime, source: Callable[[Rule], str]) -> Iterator[str]:
    """What the regime says of lamps and wall charts, a line for each rule."""
    if (lamps := regime.lamps) is not None:
        yield (
            f"红黄绿灯：问题超期红灯，到期前{lamps.yellow_days}天内黄灯；项目投资低于序时{number(lamps.red_points)}"
            f"个百分点以上红灯，{number(lamps.yellow_points)}个以上黄灯，有超期问题或晚了的节点红灯；{source(lamps)}"
        )
    if (chart := regime.wall_chart) is not None:
        yield (
            f"挂图作战：节点从竣工时间倒排或从开工时间顺排；前{chart.remind_before}天和晚了的第二天提醒联络员，"
            f"晚{chart.tell_office_after}天告诉重点办；{source(chart)}"
        )
        for one in chart.templates:
            nodes = "、".join(f"{node.name}{number(node.at * 100)}%" for node in one.nodes)
            yield f"　{FIELD[one.field]}项目的节点在工期的：{nodes}；缺开工或竣工时间的按{one.months}个月；模板自定"
