"""Names of persons in a text: who takes a ticket on, who introduces himself."""

import re

from .lexicon import any_of, entries, lazily, matcher, once


@once
def _surname() -> str:
    return any_of(entries("answers", "people", "surnames"))


@once
def _title() -> str:
    return any_of(entries("answers", "people", "titles"))


_DOES = (
    "(?=(?:同志)?(?:来|去|具体|全程|全权|牵头|专门|已经|已|正在|在|亲自|主要|统一|共同|一起|全盘|直接|统筹|总)*"
    "(?:负责|跟进|对接|牵头|办理|承办|处理|经办|去办|来办|盯|跑|落实|督办|跟踪|主办|联系|包办|在办|在跟|负总责|包案|领办|挂帅|包联|坐镇|去跟|来跟|去盯|来抓|接手|接办|跟$|跟[,。]|盯$|盯[,。]|办$|办[,。]|抓$|抓[,。]))"
)
_OF = "(?:[一-鿿]{0,9}?(?:科|股|室|处|所|部|办|站|队|组|中心|镇|乡|街道|[局科主处所队镇乡县区市股站]长|主任|书记|经理|里|局|委))"
_ASSIGNED = lazily(
    lambda: (
        f"(?:由|安排|派|交给|让|指定|明确|请|责成|委派|给|经办人[:是]?|负责人[:是]?|承办人[:是]?|责任人[:是]?|联系人[:是]?)(?:我局|我们|我单位|局里|单位|本局)?的?{_OF}?"
        f"(?:(?P<named>{_surname()}[一-鿿]{{1,2}}?|[老小]{_surname()}){_DOES}|(?P<titled>{_surname()}(?:[一-鿿]{{1,2}}?)??{_title()}))"
    )
)
_DOING = lazily(
    lambda: (
        f"(?:^|(?<=[,。;:! \n了])|(?<=收到)|(?<=问题)|(?<=[0-9]号))(?:我局|我们|我单位|{_OF})?的?(?:(?P<titled>{_surname()}(?:[一-鿿]{{1,2}}?)??{_title()})|(?P<named>{_surname()}[一-鿿]{{1,2}}?|[老小]{_surname()})){_DOES}"
    )
)
_STATED = lazily(
    lambda: (
        f"(?:经办人|负责人|承办人|责任人|联系人|经办)(?:[:是为 ])*(?P<named>{_surname()}[一-鿿]{{1,2}})(?=[,。;! \n]|$|[0-9])"
    )
)
_ALONE = lazily(
    lambda: (
        f"(?:^|(?<=[,。;:! \n])|(?<=[0-9]号)|(?<=收到))(?:(?P<titled>{_surname()}(?:[一-鿿]{{1,2}}?)??{_title()}|[老小]{_surname()})"
        f"|(?P<named>{_surname()}[一-鿿]{{2}}))(?=[,。;! \n]|$|[0-9])"
    )
)
_LEFT_TO = lazily(
    lambda: f"(?:归|由|派|安排|交给|指定|让|是)(?P<named>{_surname()}[一-鿿]{{1,2}})(?:同志)?(?=[,。;! \n]|$)"
)
_TAKEN = lazily(
    lambda: (
        f"(?:收到|接单|签收|认领|收悉|领取|接了)[了啦,:! ]+(?P<named>{_surname()}[一-鿿])(?=[,。;! \n]|$|[0-9])"
    )
)
_NO_PERSON = matcher("answers", "people", "not_names")
_NO_GIVEN = re.compile("[了好的办报一下上去来着呢吧过完是有在到就已]")
_NO_NAME = re.compile(
    "负责|我们|单位|相关|专人|尽快|马上|科室|人员|同志们|安排|有关|局里|方面|工作|项目|联系|对接|及时|任务|全面|全程|解决|全力|方案|施工|管线|全部|许可|文件"
)
_TITLE_END = lazily(lambda: f"^(?P<surname>{_surname()})(?P<given>[一-鿿]{{1,2}})(?P<title>{_title()})$")
_INTRODUCED = lazily(
    lambda: (
        f"(?:我(?:叫|是)|本人(?:叫|是)?|姓名[:是]?|我名叫|名字[叫是:]|俺(?:叫|是)|大名)[ :]*(?:[一-鿿]{{2,14}}?(?:的|局|委|办|公司|政府|中心|支队|集团|医院)(?:办公室|综合科|[一-鿿]{{1,4}}[科股室处])?(?:新来的|新任|联络员|的)?(?:联络员|联系人)?)??[ :]*"
        f"(?P<name>{_surname()}[一-鿿]{{1,2}}?)(?=[,。;! \n]|$|是|负责|来自|新(?:来|任|接|调|的)|以后|在|这边|联系|,|\\(|电话|手机|[0-9]|啊|哈|哦|呀)"
        f"|^[一-鿿]{{2,14}}?(?:局|委|办|公司|政府|中心|支队|集团|医院)的?(?P<before>{_surname()}[一-鿿]{{1,2}})(?=[, ][^,。;!?]{{0,14}}(?:的|项目|工程)(?:联络员|联系人))"
    )
)


def assignee(text: str) -> str | None:
    """Who does it: the full name without title, else as said (张工, 王科长)."""
    for pattern in (_ASSIGNED, _DOING, _STATED):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            titled = groups.get("titled")
            name = titled or groups.get("named")
            if name is None or _NO_NAME.search(name):
                continue
            ended = _TITLE_END.match(name) if titled else None
            given = re.sub("[副科局支大中总]$", "", ended["given"]) if ended else ""
            if ended and given:  # 张伟副科长 is 张伟, 张副科长 as said
                return str(ended["surname"] + given)
            return name
    left = _LEFT_TO.search(text)
    if left and not any(
        (_NO_NAME.search(left["named"]), _NO_GIVEN.search(left["named"]), _NO_PERSON.match(left["named"]))
    ):
        return str(left["named"])
    return None


def named_alone(text: str) -> str | None:
    """The person whose name is a clause of its own: 收到，周工，22日前迁完. Only where the rest takes a ticket on."""
    for match in _ALONE.finditer(text):
        name: str = match["titled"] or match["named"]
        if not _NO_NAME.search(name) and (match["titled"] or not _NO_GIVEN.search(name)):
            return name
    short = _TAKEN.search(text)
    if short and not _NO_PERSON.fullmatch(short["named"]) and not _NO_GIVEN.search(short["named"]):
        return str(short["named"])
    return None


def introduced(text: str) -> str | None:
    """The name with which somebody introduces himself."""
    match = _INTRODUCED.search(text)
    name = (match["name"] or match["before"]) if match else None
    return name if name and not _NO_NAME.search(name) else None
