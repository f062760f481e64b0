"""Specs made by hand, for graphs and pictures: there is no text behind them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from stepladder_dsl.model.expressions import Literal
from stepladder_dsl.model.spec import (
    After,
    AfterEvent,
    AfterSilence,
    Always,
    Escalation,
    Event,
    FollowUp,
    Offer,
    OfferKind,
    OnEvent,
    Outcome,
    Phase,
    Process,
    Record,
    Role,
    Spec,
    Stage,
    StageLimit,
    Transition,
    Trigger,
)
from stepladder_dsl.model.types import Duration, MoneyType, Unit, YesNoType
from stepladder_dsl.source import Span

TRUE = Literal(value=True, type=YesNoType())


def days(amount: int) -> Duration:
    """Give a number of days."""
    return Duration(amount, Unit.DAY)


def way(trigger: Trigger, target: str | None, guard: str = "", line: int = 1) -> Transition:
    """Make a transition with the text of its guard."""
    return Transition(
        trigger, TRUE if guard else None, target, guard_text=guard, span=Span("shop.ladder", line, 13, 40)
    )


TEXTS = {
    "en": {
        "spec": "Phone shop: from advert to loyal client",
        "sale": "Selling a phone",
        "marketing": "Marketing",
        "seller": "Shop assistant",
        "service": "Service desk",
        "manager": "Shop manager",
        "visit": "visit",
        "purchase": "purchase",
        "call": "call",
        "fault": "fault",
        "repaired": "repaired",
        "refused": "refuses for good",
        "complaint": "complaint",
        "attraction": "Bringing clients in",
        "selling": "In the shop",
        "after_sale": "After the sale",
        "repair": "Repair",
        "aware": "Has seen the campaign",
        "choosing": "Consultation and offer",
        "thinking": "Left without a phone",
        "paying": "Pays at the till",
        "bought": "Owns the phone",
        "claim": "Claim accepted at the desk",
        "in_repair": "Phone in the service centre",
        "loyal": "Buys again and recommends",
        "cold": "Lost for now",
        "gone": "Does not want to hear from us",
        "settled": "Complaint settled with the manager",
        "amount": "amount > 0",
        "big": "purchases >= 3 and spent >= 1000",
        "satisfied": "satisfied = yes",
        "starter": "Case and screen glass",
        "glass": "Old phone for new",
        "care": "How is the new phone?",
        "checkup": "Satisfaction call",
        "wakeup": "We miss you",
    },
    "ru": {
        "spec": "Салон связи: от рекламы до постоянного клиента",
        "sale": "Продажа телефона",
        "marketing": "Маркетинг",
        "seller": "Продавец-консультант",
        "service": "Сервисная служба",
        "manager": "Управляющий салоном",
        "visit": "визит",
        "purchase": "покупка",
        "call": "звонок",
        "fault": "поломка",
        "repaired": "отремонтирован",
        "refused": "отказывается насовсем",
        "complaint": "жалоба",
        "attraction": "Привлечение клиентов",
        "selling": "В салоне",
        "after_sale": "После продажи",
        "repair": "Ремонт",
        "aware": "Увидел рекламную кампанию",
        "choosing": "Консультация и предложение",
        "thinking": "Ушёл без телефона",
        "paying": "Оплата на кассе",
        "bought": "Владеет телефоном",
        "claim": "Заявка принята на стойке",
        "in_repair": "Телефон в сервисном центре",
        "loyal": "Покупает снова и рекомендует",
        "cold": "Пока потерян",
        "gone": "Не хочет получать сообщения",
        "settled": "Жалоба улажена управляющим",
        "amount": "сумма > 0",
        "big": "покупок >= 3 и потрачено >= 1000",
        "satisfied": "доволен = да",
        "starter": "Чехол и защитное стекло",
        "glass": "Старый телефон в зачёт нового",
        "care": "Как новый телефон?",
        "checkup": "Звонок о впечатлениях",
        "wakeup": "Мы скучаем по вам",
    },
    "bg": {
        "spec": "Магазин за телефони: от рекламата до верния клиент",
        "sale": "Продажба на телефон",
        "marketing": "Маркетинг",
        "seller": "Продавач-консултант",
        "service": "Сервиз",
        "manager": "Управител",
        "visit": "посещение",
        "purchase": "покупка",
        "call": "обаждане",
        "fault": "повреда",
        "repaired": "поправен",
        "refused": "отказва окончателно",
        "complaint": "оплакване",
        "attraction": "Привличане на клиенти",
        "selling": "В магазина",
        "after_sale": "След продажбата",
        "repair": "Ремонт",
        "aware": "Видял е кампанията",
        "choosing": "Консултация и оферта",
        "thinking": "Тръгнал си без телефон",
        "paying": "Плаща на касата",
        "bought": "Има телефона",
        "claim": "Рекламацията е приета",
        "in_repair": "Телефонът е в сервиза",
        "loyal": "Купува пак и препоръчва",
        "cold": "Изгубен засега",
        "gone": "Не желае да му пишем",
        "settled": "Оплакването е уредено",
        "amount": "сума > 0",
        "big": "покупки >= 3 и похарчени >= 1000",
        "satisfied": "доволен = да",
        "starter": "Калъф и протектор",
        "glass": "Стар телефон за нов",
        "care": "Как е новият телефон?",
        "checkup": "Обаждане за впечатления",
        "wakeup": "Липсвате ни",
    },
    "fa": {
        "spec": "فروشگاه تلفن: از تبلیغ تا مشتری وفادار",
        "sale": "فروش تلفن همراه",
        "marketing": "بازاریابی",
        "seller": "فروشنده",
        "service": "میز خدمات",
        "manager": "مدیر فروشگاه",
        "visit": "مراجعه",
        "purchase": "خرید",
        "call": "تماس",
        "fault": "خرابی",
        "repaired": "تعمیر شد",
        "refused": "انصراف قطعی",
        "complaint": "شکایت",
        "attraction": "جذب مشتری",
        "selling": "در فروشگاه",
        "after_sale": "پس از فروش",
        "repair": "تعمیر",
        "aware": "تبلیغ را دیده است",
        "choosing": "مشاوره و پیشنهاد",
        "thinking": "بدون خرید رفته است",
        "paying": "پرداخت در صندوق",
        "bought": "صاحب گوشی است",
        "claim": "درخواست پذیرفته شد",
        "in_repair": "گوشی در مرکز خدمات",
        "loyal": "دوباره می‌خرد و معرفی می‌کند",
        "cold": "فعلاً از دست رفته",
        "gone": "نمی‌خواهد پیامی بگیرد",
        "settled": "شکایت با مدیر حل شد",
        "amount": "مبلغ > ۰",
        "big": "تعداد خرید >= ۳ و هزینه >= ۱۰۰۰",
        "satisfied": "راضی = بله",
        "starter": "قاب و محافظ صفحه",
        "glass": "گوشی کهنه به جای نو",
        "care": "گوشی نو چطور است؟",
        "checkup": "تماس رضایت‌سنجی",
        "wakeup": "دلمان تنگ شده",
    },
}
"""The titles of the phone shop, by language."""


def make_phone_shop(language: str = "en") -> Spec:
    """Make the phone shop: eleven stages, nested phases, every kind of transition and mark."""
    t = TEXTS[language]
    roles = {name: Role(name, t[name], None if name == "manager" else "manager") for name in _ROLES}
    events = {name: Event(name, "client", t[name]) for name in _EVENTS}
    return Spec(
        name="phone_shop",
        title=t["spec"],
        language=language,
        currency="EUR",
        timezone="Europe/Sofia",
        roles=roles,
        records={"client": Record("client")},
        events=events,
        processes={"sale": _sale(t)},
        offers={
            "starter": Offer(
                "starter",
                "client",
                t["starter"],
                OfferKind.UPSELL,
                Literal(Decimal("19.90"), MoneyType()),
                stages=(("sale", "choosing"), ("sale", "bought")),
                role="seller",
                channel="shop",
                valid=days(1),
                order=1,
            ),
            "glass": Offer(
                "glass", "client", t["glass"], OfferKind.REPEAT, stages=(("sale", "loyal"),), role="seller"
            ),
        },
        follow_ups={
            "care": FollowUp(
                "care",
                "client",
                AfterEvent("purchase"),
                (days(3),),
                t["care"],
                role="service",
                channel="phone",
                escalations=(Escalation("manager", days(2)),),
            ),
            "checkup": FollowUp(
                "checkup",
                "client",
                AfterEvent("repaired"),
                (days(30), days(60), days(90)),
                t["checkup"],
                role="service",
            ),
            "wakeup": FollowUp(
                "wakeup",
                "client",
                AfterSilence("purchase"),
                (Duration(12, Unit.MONTH),),
                t["wakeup"],
                role="marketing",
            ),
        },
    )


_ROLES = ("marketing", "seller", "service", "manager")
_EVENTS = ("visit", "purchase", "call", "fault", "repaired", "refused", "complaint")


def _sale(t: dict[str, str]) -> Process:
    refused = way(OnEvent("refused"), "gone", line=32)
    complaint = way(OnEvent("complaint"), "settled", line=30)
    phases = {
        "attraction": Phase("attraction", t["attraction"], "marketing", "attraction"),
        "selling": Phase("selling", t["selling"], "seller", "sale", transitions=(refused,)),
        "after_sale": Phase("after_sale", t["after_sale"], "service", "service", transitions=(complaint,)),
        "repair": Phase("repair", t["repair"], "service", "service", parent="after_sale"),
    }
    limit = StageLimit(Duration(2, Unit.HOUR), "manager")
    long_limit = StageLimit(days(7), "manager")

    def stage(
        name: str,
        phase: str | None,
        owner: str,
        *own: Transition,
        also: tuple[Transition, ...] = (),
        start: bool = False,
        end: Outcome | None = None,
        steps: tuple[str, ...] = (),
        limit: StageLimit | None = None,
    ) -> Stage:
        return Stage(
            name,
            t[name],
            phase,
            owner,
            start,
            end,
            steps,
            limit,
            own,
            (*own, *also),
            span=Span("shop.ladder", 50, 9, 20),
        )

    on, sold = OnEvent, (refused,)
    served = (complaint,)
    stages = [
        stage(
            "aware",
            "attraction",
            "marketing",
            way(on("visit"), "choosing", line=51),
            way(After(days(30)), "cold"),
            start=True,
        ),
        stage(
            "choosing",
            "selling",
            "seller",
            way(on("purchase"), "paying", t["amount"]),
            way(After(days(1)), "thinking"),
            also=sold,
            steps=("Ask", "Show"),
            limit=limit,
        ),
        stage(
            "thinking",
            "selling",
            "seller",
            way(on("purchase"), "paying"),
            way(on("call"), "thinking"),
            way(After(Duration(12, Unit.MONTH), since_event="visit"), "cold"),
            also=sold,
        ),
        stage("paying", "selling", "seller", way(Always(), "bought", t["amount"]), also=sold),
        stage(
            "bought",
            "after_sale",
            "service",
            way(on("fault"), "claim"),
            way(on("purchase"), "loyal", t["big"]),
            also=served,
        ),
        stage("claim", "repair", "service", way(on("visit"), "in_repair"), also=served),
        stage(
            "in_repair",
            "repair",
            "service",
            way(on("repaired"), "bought", t["satisfied"]),
            also=served,
            limit=long_limit,
        ),
        stage("loyal", "after_sale", "service", way(on("fault"), "claim"), also=served, end=Outcome.WON),
        stage("cold", None, "marketing", way(on("visit"), "choosing"), end=Outcome.LOST),
        stage("gone", None, "marketing", end=Outcome.LOST),
        stage("settled", None, "manager", end=Outcome.NEUTRAL),
    ]
    return Process(
        "sale",
        "client",
        t["sale"],
        phases=phases,
        stages={stage.name: stage for stage in stages},
        span=Span("shop.ladder", 20, 1, 8),
    )


def make_tiny() -> Spec:
    """Make a process of two stages, one of which leads to itself and stays in itself."""
    ways = (
        way(OnEvent("call"), "open"),
        way(OnEvent("call"), None, "late"),
        way(OnEvent("buy"), "done"),
    )
    stages = {
        "open": Stage("open", transitions=ways, own_transitions=ways),
        "done": Stage("done", end=Outcome.WON),
    }
    return Spec(
        name="tiny",
        records={"client": Record("client")},
        events={"call": Event("call", "client"), "buy": Event("buy", "client")},
        processes={"deal": Process("deal", "client", stages=stages)},
    )


def make_long_chain(count: int = 30) -> Spec:
    """Make a process of many stages in phases of five, with ways back and out."""
    phases = {f"p{n}": Phase(f"p{n}", f"Phase number {n + 1}") for n in range((count + 4) // 5)}
    stages: dict[str, Stage] = {}
    for n in range(count):
        ways = [way(OnEvent("next"), f"s{n + 1}")] if n + 1 < count else []
        if n % 4 == 3:
            ways.append(way(After(days(n)), f"s{n - 2}", "nothing has happened since the last call"))
        if n % 5 == 4 and n + 6 < count:
            ways.append(way(OnEvent("skip"), f"s{n + 6}"))
        stages[f"s{n}"] = Stage(
            f"s{n}",
            f"Step {n + 1} of a rather long process",
            f"p{n // 5}",
            "boss",
            transitions=tuple(ways),
            own_transitions=tuple(ways),
            end=Outcome.WON if n + 1 == count else None,
        )
    return Spec(
        name="chain",
        title="A long chain",
        roles={"boss": Role("boss", "The owner")},
        records={"client": Record("client")},
        events={"next": Event("next", "client"), "skip": Event("skip", "client")},
        processes={"chain": Process("chain", "client", "Thirty steps", phases=phases, stages=stages)},
    )


@pytest.fixture(scope="session")
def phone_shop() -> Callable[[str], Spec]:
    return make_phone_shop


@pytest.fixture(scope="session")
def tiny() -> Spec:
    return make_tiny()


@pytest.fixture(scope="session")
def long_chain() -> Spec:
    return make_long_chain()
