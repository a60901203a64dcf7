"""What the owner does about prices, products and customers, and the supplier about costs."""

from __future__ import annotations

from bot.domain.errors import NotPermittedError
from bot.domain.selection import SoldTo, product_target
from bot.services.people.acts import ActRequest, CustomerAct
from tests.month.pricing import EVERYBODY, Bands, Fixed, Item, Less, Scope, Terms
from tests.month.purchases import buy
from tests.month.shop_month import LEVELS, Month
from tests.services.shop import ADMIN

FIRST_RULES: tuple[tuple[str, Scope, Terms], ...] = (
    (
        EVERYBODY,
        ("all",),
        Bands(((20_000, 1_500, 0), (50_000, 2_000, 1), (None, 2_500, 2)), 100, 500),
    ),
    (EVERYBODY, ("brand", "pulsa-reguler", "XL"), Bands(((None, 900, 3),), 50, 300)),
    (EVERYBODY, ("product", "S10"), Fixed(11_500)),
    # Just above 12.000 the lowest price of the band counts: less would be below that of 12.000.
    ("Agen", ("all",), Bands(((12_000, 1_500, 0), (60_000, 0, 3), (None, 400, 1)), 50, 250)),
    ("Agen", ("sub", "paket-internet", "TELKOMSEL", "Bulanan"), Bands(((None, 1_111, 0),), 1, 100)),
    ("Reseller", ("all",), Less(300)),
    ("Grosir", ("all",), Less(900)),
    ("Grosir", ("type", "token-pln"), Bands(((50_000, 150, 0), (None, 300, 0)), 1, 100)),
    ("Grosir", ("product", "S100"), Fixed(99_000)),
)


async def change_a_rule(month: Month) -> None:
    """Change, add or take away one rule; now and then it is undone at once, or after a sale."""
    rng, state = month.rng, month.state
    level = rng.choice((EVERYBODY, EVERYBODY, *LEVELS))
    scope = rng.choice(rng.choice(month.items).scopes)
    before = state.prices.rules.get((level, scope))
    # The rules for everything stay: a level without any has everybody's prices.
    terms = None if before is not None and scope != ("all",) else _terms(month, level, scope)
    change = await month.put_rule(level, scope, terms)
    month.seen.add("rule taken away" if terms is None else f"rule: {type(terms).__name__}")
    undone = rng.random()
    if undone < 0.15:
        await buy(month)
    if undone < 0.3:
        await month.shop.prices.rules.undo(ADMIN, change.change_id)
        state.prices.rules.pop((level, scope), None)
        if before is not None:
            state.prices.rules[level, scope] = before
        month.seen.add("rule undone")


def _terms(month: Month, level: str, scope: Scope) -> Terms:
    rng = month.rng
    if scope[0] == "product" and rng.random() < 0.6:
        # Now and then below the cost: it is sold at the floor then.
        return Fixed(month.item(scope[1]).cost + rng.randrange(-400, 2_500))
    if level and rng.random() < 0.4:
        return Less(rng.randrange(50, 1_500))
    ends = sorted(rng.sample(range(5_000, 100_000), rng.randrange(3)))
    steps = tuple((end, rng.randrange(0, 2_500), rng.randrange(4)) for end in (*ends, None))
    return Bands(steps, rng.choice((1, 50, 100, 500)), rng.choice((0, 100, 400)))


async def buy_while_a_rule_changes(month: Month) -> None:
    """The rule changes between the quote and the confirm."""
    level, scope = month.rng.choice((EVERYBODY, *LEVELS)), ("all",)
    terms = _terms(month, level, scope)
    await buy(month, lambda: month.put_rule(level, scope, terms))


async def buy_while_the_cost_changes(month: Month) -> None:
    """The supplier asks more or less for everything, between the quote and the confirm."""

    async def change() -> None:
        for item in month.items:
            await month.relist(item, item.cost + month.rng.choice((-50, 0, 75)))

    await buy(month, change)


async def change_a_cost(month: Month) -> None:
    """The supplier asks more or less, around what it asked at first."""
    item: Item = month.rng.choice(month.items)
    await month.relist(item, max(1_000, item.cost + month.rng.choice((-700, -150, 25, 300))))


async def change_a_level(month: Month) -> None:
    person = month.rng.choice(month.customers())
    person.level = month.rng.choice((EVERYBODY, *LEVELS))
    level_id = month.levels.get(person.level)
    await month.fails(
        NotPermittedError,
        lambda: month.shop.people.set_level(month.operator, person.customer_id, level_id),
    )
    await month.shop.people.set_level(ADMIN, person.customer_id, level_id)


async def sell_to_others(month: Month) -> None:
    """Hide a product, keep it for staff, or sell it to all again."""
    item = month.rng.choice(month.items)
    chosen = month.rng.choice((SoldTo.NOBODY, SoldTo.STAFF, *[SoldTo.EVERYBODY] * 3))
    target = product_target(month.shop.product(item.code))
    for code in [item.code, *month.state.sold_to]:
        # Few are hidden at a time.
        sold_to = chosen if code == item.code else SoldTo.EVERYBODY
        target = product_target(month.shop.product(code))
        await month.shop.selection.sell_to(ADMIN, target, sold_to)
        month.state.sold_to[code] = sold_to
    month.state.sold_to = {
        code: one for code, one in month.state.sold_to.items() if one is not SoldTo.EVERYBODY
    }


async def disrupt(month: Month) -> None:
    """Mark a product as disrupted, or end that."""
    item = month.rng.choice(month.items)
    targets = {code: product_target(month.shop.product(code)) for code in month.state.disrupted}
    for target in targets.values():
        await month.shop.selection.end_disruption(ADMIN, target)
    month.state.disrupted.clear()
    if not targets:
        await month.shop.selection.disrupt(ADMIN, product_target(month.shop.product(item.code)))
        month.state.disrupted.add(item.code)


async def block(month: Month) -> None:
    """Block a customer, after the blocked one before them was unblocked."""
    for person in [one for one in month.state.people if one.is_blocked]:
        await _act(month, ActRequest(person.customer_id, CustomerAct.UNBLOCK))
        person.is_blocked = False
    person = month.rng.choice(month.customers())
    request = ActRequest(person.customer_id, CustomerAct.BLOCK, reason="belum bayar")
    await _act(month, request)
    person.is_blocked = True


async def grant_credit(month: Month) -> None:
    """Let a customer owe something, or less than they owe already."""
    person, limits = month.rng.choice(month.customers()), month.state.books.limits
    before = limits.get(person.customer_id, 0)
    limit = month.rng.choice([one for one in (0, 20_000, 75_000, 200_000) if one != before])
    await _act(month, ActRequest(person.customer_id, CustomerAct.CREDIT_LIMIT, limit))
    limits[person.customer_id] = limit


async def _act(month: Month, request: ActRequest) -> None:
    proposed = await month.shop.people.propose(ADMIN, request, None)
    await month.shop.people.carry_out(ADMIN, proposed.token)
