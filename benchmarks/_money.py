"""The machine of chance of `script/bench ledger`: one to a process. Imported once Django is set up."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection

from accounts.models import User
from benchmarks._dying import Died, dying
from campus.models import Campus
from core import clock, outbox
from core.db import repeatable_read
from core.errors import DomainError, Invalid
from payments import gateways, services
from payments.gateways import BadCallback
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Entry, Payment, Refund, SandboxBill, Withdrawal

Kind = Account.Kind
START = datetime(2026, 3, 2, 2, tzinfo=UTC)
PEOPLE = 30  # customers, and a third as many couriers, of each process


class Nothing(Exception):
    """There is nothing of that kind to do just now: this was no step."""


# -- The machine ---------------------------------------------------------------------------------------------


@dataclass
class Order:
    ref: str
    customer: User
    courier: User
    out: int = 0  # what has left its escrow
    held: bool = False
    payments: list[Payment] = field(default_factory=list)


class Machine:
    """Does steps, and knows what must have come of them: `model` has the wallets and the couriers' accounts, by code."""

    KINDS = {
        "order": 12, "pay": 9, "letter": 14, "refund": 12, "cancel": 4, "deliver": 8, "compensate": 6, "release": 6,
        "hold": 3, "top_up": 3, "claw_back": 3, "withdraw": 4, "decide": 4, "sweep": 1, "again": 24, "other": 5,
    }  # fmt: skip

    def __init__(self, seed: int, simulated: clock.SimulatedClock, clocks) -> None:
        self.random, self.clock = random.Random(seed), simulated
        self.clocks = clocks  # of all processes, in seconds since START; ours has the number of our seed
        people = list(User.objects.order_by("pk")[(seed % 100) * 50 :][:PEOPLE])
        self.customers, self.couriers = people[: PEOPLE * 3 // 4], people[PEOPLE * 3 // 4 :]
        self.officer = User.objects.order_by("pk").last()
        self.campus = Campus.objects.get()
        self.orders: list[Order] = []
        self.unpaid: list[Payment] = []
        self.bag: list[tuple[dict, bytes]] = []  # the cashier's letters on their way
        self.withdrawals: list[Withdrawal] = []
        self.said: list[tuple[Callable, dict]] = []  # requests, to be made again
        self.model: Counter[str] = Counter()
        self.touched: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.broken: list[str] = []
        self.number, self.seed = 0, seed
        fund = services.account("promotion_cost", campus=self.campus)
        for customer in self.customers:
            moves = [(fund, -200_000), (services.account("wallet", user=customer), 200_000)]
            services.transfer(key=f"gift:{seed}:{customer.pk}", reason="gift", moves=moves)
            self.model[f"wallet:{customer.pk}"] = 200_000

    def key(self) -> str:
        self.number += 1
        return f"{self.seed}-{self.number}"

    def step(self) -> None:
        kinds, weights = zip(*self.KINDS.items(), strict=True)
        self.clock.advance(seconds=self.random.randrange(20), hours=20 * (self.random.random() < 1 / 300))
        self.clocks[self.seed % 100] = (self.clock.time - START).total_seconds()
        kind = ""
        while not kind:
            (kind,) = self.random.choices(kinds, weights)
            self.touched = set()
            try:
                getattr(self, kind)()
            except (DomainError, BadCallback):
                self.counts["refused"] += 1
            except Nothing:
                kind = ""
        self.counts[kind] += 1
        self.compare(kind)

    def do(self, service: Callable, remember: bool = True, **params):
        """Ask for it; in one of twelve cases the process dies over it, and asks once more when it is back."""
        if self.random.random() < 1 / 12:
            try:
                with dying(self.random.randrange(1, 4), before=self.random.random() < 0.5):
                    return self._kept(service, params, service(**params), remember)
            except Died:
                self.counts["crash"] += 1
        return self._kept(service, params, service(**params), remember)

    def _kept(self, service, params, answer, remember):
        # What moved nothing left no trace, and may be asked for again.
        if remember and answer and len(self.said) < 4000:
            self.said.append((service, params))
        return answer

    def moved(self, **fen: int) -> None:
        """What the step must have done to people's accounts: kind_pk=fen."""
        for kind, amount in fen.items():
            kind, _line, pk = kind.rpartition("_")
            self.model[f"{kind}:{pk}"] += amount
            self.touched.add(f"{kind}:{pk}")

    def some(self) -> Order:
        if not self.orders:
            raise Nothing
        recent = self.orders[-60:] if self.random.random() < 0.9 else self.orders
        order = self.random.choice(recent)
        self.touched.add(f"escrow:{order.ref}")
        return order

    def fen(self, most: int) -> int:
        return self.random.choice([1, self.random.randint(1, max(most, 1)), max(most, 1), most + 1])

    def order(self) -> None:
        customer = self.random.choice(self.customers)
        order = Order(f"B{self.key()}", customer, self.random.choice(self.couriers))
        gateway = self.random.choice(["wallet", "sandbox", "sandbox"])
        fen = self.random.randint(100, 6000)
        payment = self.do(
            services.start_payment, key=order.ref, ref=order.ref, purpose="order", user=customer, campus=self.campus,
            amount=fen, gateway=gateway, expires_at=clock.now() + timedelta(minutes=15),
        )  # fmt: skip
        self.orders.append(order)
        self.touched.add(f"escrow:{order.ref}")
        order.payments.append(payment)
        if gateway == "wallet":
            self.moved(**{f"wallet_{customer.pk}": -fen})
        else:
            self.unpaid.append(payment)

    def top_up(self) -> None:
        customer, key = self.random.choice(self.customers), self.key()
        self.unpaid.append(
            self.do(
                services.start_payment, key=f"topup:{key}", ref=f"T{key}", purpose="topup", user=customer,
                campus=self.campus, amount=self.random.randint(1000, 30_000), gateway="sandbox",
                expires_at=clock.now() + services.TOP_UP_WITHIN,
            )
        )  # fmt: skip

    def pay(self) -> None:
        """The customer pays at the cashier, who writes a letter; some get lost, some are written twice."""
        if not self.unpaid:
            raise Nothing
        payment = self.unpaid.pop(self.random.randrange(len(self.unpaid)))
        gateways.get("sandbox").create(payment)
        try:
            bill = sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no)
        except gateways.GatewayError:
            raise Invalid("too late") from None
        self.bag += [sandbox.callback_of(bill) for _ in range(self.random.choice([0, 1, 1, 1, 2]))]

    def letter(self) -> None:
        """One comes in: out of order, late (then it is too old), or for the second time."""
        if not self.bag:
            raise Nothing
        number = self.random.randrange(len(self.bag))
        headers, body = self.bag[number] if self.random.random() < 0.2 else self.bag.pop(number)
        self.do(services.take_callback, remember=False, gateway="sandbox", headers=headers, body=body)

    def refund(self) -> None:
        order = self.some()
        source = self.random.choice(["escrow"] * 6 + ["platform", f"courier:{order.courier.pk}"])
        made = self.do(
            services.refund,
            key=f"r{self.key()}",
            ref=order.ref,
            amount=self.fen(3000),
            reason="bench",
            source=source,
        )
        self.refunded(order, made, source)

    def refunded(self, order: Order, made: list[Refund], source: str) -> None:
        fen = sum(one.amount for one in made)
        back = sum(one.amount for one in made if one.payment.gateway == "wallet")
        self.moved(**{f"wallet_{order.customer.pk}": back})
        if source == "escrow":
            order.out += fen
        elif source != "platform":
            self.from_courier(order.courier, fen)

    def from_courier(self, courier: User, fen: int) -> None:
        """First what is on hold."""
        first = min(self.model[f"courier_earnings:{courier.pk}"], fen)
        self.moved(
            **{f"courier_earnings_{courier.pk}": -first, f"courier_withdrawable_{courier.pk}": first - fen}
        )

    def cancel(self) -> None:
        """The customer gets back what is held, all of it or less a fee."""
        order = self.some()
        held = services.balance(Kind.ESCROW, ref=order.ref)
        key, fee = f"c{self.key()}", self.random.choice([0, 0, held // 4])
        if held - fee <= 0:
            raise Nothing
        back = self.do(
            services.refund_held,
            key=key,
            ref=order.ref,
            campus=self.campus,
            amount=held - fee,
            reason="cancelled",
        )
        order.out += held - fee
        made = list(Refund.objects.filter(key=key).select_related("payment"))
        self.moved(
            **{f"wallet_{order.customer.pk}": sum(r.amount for r in made if r.payment.gateway == "wallet")}
        )
        if sum(r.amount for r in made) != back:
            self.broken.append(f"{order.ref}: told {back} fen back, its refunds differ")

    def deliver(self) -> None:
        order = self.some()
        held = services.balance(Kind.ESCROW, ref=order.ref)
        if not held:
            raise Nothing
        fee, goods = held * self.random.randrange(101) // 100, self.random.choice([0, 0, held // 3])
        bonus, platform = self.random.choice([0, 0, 100]), self.random.choice([None, 0])
        key = f"d{self.key()}"
        self.do(
            services.pay_out_delivery, key=key, ref=order.ref, campus=self.campus,
            courier_user=order.courier, courier_fen=fee, goods_fen=goods, bonus_fen=bonus, platform_fen=platform,
        )  # fmt: skip
        # Without a platform's share all that is held goes, and more may have come in since we looked.
        out = Entry.objects.filter(
            account__code=f"escrow:{order.ref}", transfer__key__in=[key, f"{key}:goods"]
        )
        order.out -= sum(out.values_list("amount", flat=True))
        self.moved(**{f"courier_earnings_{order.courier.pk}": fee + goods + bonus})

    def compensate(self) -> None:
        order, by = self.some(), self.random.choice(["platform", "courier"])
        fen = self.fen(2000)
        made = self.do(
            services.compensate, key=f"m{self.key()}", ref=order.ref, user=order.customer, campus=self.campus,
            amount=fen, borne_by=by, courier_user=order.courier if by == "courier" else None,
        )  # fmt: skip
        self.moved(**{f"wallet_{order.customer.pk}": fen})
        if by == "courier":
            paid = made.entries.filter(account__user=order.courier).values_list("amount", flat=True)
            self.from_courier(order.courier, -sum(paid))

    def claw_back(self) -> None:
        order, fen = self.some(), self.fen(800)
        self.do(
            services.claw_back, key=f"b{self.key()}", ref=order.ref, campus=self.campus, courier_user=order.courier,
            amount=fen, actor=self.officer, note="bench",
        )  # fmt: skip
        self.from_courier(order.courier, fen)

    def hold(self) -> None:
        order = self.some()
        order.held = not order.held

    def release(self) -> None:
        order = self.some()
        if order.held:
            raise Nothing
        for made in self.do(
            services.release_earnings, key=f"l{self.key()}", ref=order.ref, courier_user=order.courier
        ):
            fen = next(e.amount for e in made.entries.all() if e.amount > 0)
            pk = order.courier.pk
            self.moved(**{f"courier_earnings_{pk}": -fen, f"courier_withdrawable_{pk}": fen})

    def withdraw(self) -> None:
        courier = self.random.choice(self.couriers)
        fen = self.fen(min(self.model[f"courier_withdrawable:{courier.pk}"], 2000_00))
        # The sandbox pays nobody whose account ends in 0000.
        ending = self.random.choice(["0000", "1234", "1234"])
        payee = services.Payee(
            self.random.choice(["sandbox", "bank"]), "Bench", f"622200001111{ending}", "Bank"
        )
        self.withdrawals.append(
            self.do(
                services.request_withdrawal, key=f"w{self.key()}", user=courier, campus=self.campus, source="courier",
                amount=fen, payee=payee,
            )
        )  # fmt: skip
        self.moved(**{f"courier_withdrawable_{courier.pk}": -fen})

    def decide(self) -> None:
        if not self.withdrawals:
            raise Nothing
        one = self.random.choice(self.withdrawals[-20:])
        how = self.random.choice(["approve", "approve", "refuse", "cancel", "paid", "failed"])
        service, params = {
            "approve": (services.approve_withdrawal, {"actor": self.officer}),
            "refuse": (services.refuse_withdrawal, {"actor": self.officer, "reason": "no"}),
            "cancel": (services.cancel_withdrawal, {"actor": one.user}),
            "paid": (services.book_paid, {"actor": self.officer, "gateway_no": "77"}),
            "failed": (services.book_failed, {"actor": self.officer, "reason": "closed"}),
        }[how]
        self.touched.add(f"courier_withdrawable:{one.user_id}")
        self.do(service, remember=False, withdrawal=one, **params)

    def sweep(self) -> None:
        """By the slowest clock: a sweep must not end what by another process's clock can still be paid."""
        sweep = self.random.choice([services.query_stuck, services.send_refunds, services.send_withdrawals])
        self.do(sweep, remember=False, now=START + timedelta(seconds=min(self.clocks)), batch=20)

    def again(self) -> None:
        """The same request once more changes nothing, and is answered as the first time."""
        if not self.said:
            raise Nothing
        service, params = self.random.choice(self.said[-300:])
        self.unchanged(service, params)

    def other(self) -> None:
        """The same key with another amount is refused."""
        named = [(s, p) for s, p in self.said[-300:] if "amount" in p]
        if not named:
            raise Nothing
        service, params = self.random.choice(named)
        if service is services.refund_held:  # says what it gave back, whatever it is asked for
            return self.unchanged(service, params)
        try:
            service(**params | {"amount": params["amount"] + 1})
        except Invalid as refused:
            if refused.code not in {"key_reused", "invalid"}:
                raise
            return None
        self.broken.append(f"{service.__name__} {params['key']}: the key was taken for another amount")

    def unchanged(self, service, params) -> None:
        moved = []

        def watch(execute, sql, params, many, context):
            if sql.startswith('INSERT INTO "payments_entry"'):
                moved.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            service(**params)
        if moved:
            self.broken.append(f"{service.__name__} {params['key']} moved money again")

    # -- Comparing --

    @repeatable_read()  # another process may sweep one of our payments between two looks
    def compare(self, kind: str) -> None:
        """The accounts that this step may have touched against the model. What came in by the cashier is taken from the
        payments, and what a withdrawal gave back from the withdrawals: every process sweeps for all."""
        if not self.touched:
            return
        there = dict(Account.objects.filter(code__in=self.touched).values_list("code", "balance"))
        for code in self.touched:
            kind, _colon, owner = code.partition(":")
            if kind == "escrow":
                order = next(o for o in reversed(self.orders) if o.ref == owner)
                paid = Payment.objects.filter(ref=owner, status="paid").values_list("amount", flat=True)
                expected = sum(paid) - order.out
            else:
                expected = self.model[code] + self.came_in(kind, int(owner))
            if there.get(code, 0) != expected:
                self.broken.append(f"{kind}: {code} has {there.get(code, 0)} fen, expected {expected}")
                return

    def came_in(self, kind: str, owner: int) -> int:
        if kind == "wallet":
            paid = Payment.objects.filter(user=owner, purpose="topup", status="paid")
            return sum(paid.values_list("amount", flat=True))
        if kind == "courier_withdrawable":
            back = Withdrawal.objects.filter(user=owner, status__in=["refused", "cancelled", "failed"])
            return sum(back.values_list("amount", flat=True))
        return 0


def work(seed: int, steps: int, clocks, results) -> None:
    """One process: so many steps, and what came of them."""
    with outbox.deferred_delivery(), clock.simulated(START) as simulated:
        machine, done = Machine(seed, simulated, clocks), 0
        try:
            while done < steps:
                machine.step()
                done += 1
        except BaseException as error:
            machine.broken.append(f"step {done} of seed {seed}: {error!r}")
            raise
        finally:
            results.put({"steps": done, "broken": machine.broken, "counts": machine.counts})
