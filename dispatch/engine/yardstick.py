"""The engine behind a line protocol: one JSON object a line on stdin, answers on stdout.

    python -m dispatch.engine.yardstick

It is told of restaurants and couriers once, then in every round of new orders and of where couriers are, and answers
who is sent where. It knows of an order when it is told of it, not before. The messages are those of a published
yardstick of meal delivery days (Reyes, Erera, Savelsbergh, Sahasrabudhe, O'Neil, 2018): the courier picks up at one
restaurant at a time, is not diverted under way, and is paid by the order with a floor by the hour.
"""

import json
import sys

import numpy as np

from dispatch.engine.demand_forecast import DemandForecast
from dispatch.engine.jit_warmup import warm_up
from dispatch.engine.planner import Plan, plan
from dispatch.engine.problem import Problem, Weights, problem

# Orders in one bag, at most.
CAPACITY = 6
# Of searching, in a round: so many steps for each order, but no more than these for a minute between two rounds, and
# seconds for that minute as the last resort.
STEPS_PER_ORDER, FEWEST_STEPS, MOST_STEPS, SECONDS = 60, 100, 6000, 0.8
# What counts, beside a minute of a customer's waiting (1): a minute behind the promise; a minute under way; pay beyond
# the guarantee, in pickups' time for each order's pay.
LATE, TRAVEL, SHARE = 0.5, 0.05, 0.5
# A minute under way costs the more, the more orders wait for each courier on duty beyond so many: it is a minute less
# for those who are not even in the plan yet. Not so behind the courier's end, when nobody else could have it.
BUSY, EASY = 0.6, 0.5
# Orders are expected for so many minutes, and their customers' waiting counts for so much; to be there in time for
# one of them a courier is sent a way of so many minutes at most.
AHEAD, LIKELY, SENDS = 20.0, 0.3, 6.0


class Dispatcher:
    """Remembers the orders that wait, what couriers have earned, and the plan of the round before."""

    def __init__(self, message: dict) -> None:
        params = message["params"]
        self.speed = params["meters_per_minute"]
        self.take, self.give = params["pickup_service"], params["dropoff_service"]
        self.minute = self.take / 4  # services take four minutes, which tells how long the unit of time is
        self.every = params["round_minutes"]  # in that unit, from one round to the next
        self.promised = params["target"]
        self.restaurants = {r["id"]: (r["x"], r["y"]) for r in message["restaurants"]}
        self.hours = {c["id"]: (c["on"], c["off"]) for c in message["couriers"]}
        self.pay, self.guaranteed = params["pay_per_order"], params["pay_per_hour"] / 60 / self.minute
        self.earned = dict.fromkeys(self.hours, 0.0)
        self.waiting: dict[str, dict] = {}  # orders in nobody's hands
        self.expected = DemandForecast(AHEAD, self.minute)
        self.routes: dict[str, list[tuple]] = {}  # of the last plan: order, is it given
        self.weights = Weights(
            late=LATE,
            broken=0.0,
            travel=TRAVEL,
            share=SHARE * self.take / self.pay,
            change=0.0,
        )
        self.rounds = 0

    def round(self, message: dict) -> dict:
        """Whom to send where, now."""
        self.now = message["t"]
        self.rounds += 1
        self.waiting |= {order["id"]: order for order in message["new_orders"]}
        coming = self.expected.look(self.now, message["new_orders"])
        self.real = len(self.waiting)
        self.orders = [*self.waiting.values(), *(self._like(*drawn) for drawn in coming)]
        self.couriers = message["couriers"]
        if not self.real or not self.couriers:
            return {"assign": [], "move": []}
        given, weights = self._problem(), self._weights_now()
        minutes = self.every / self.minute
        steps = min(int(MOST_STEPS * minutes), FEWEST_STEPS + STEPS_PER_ORDER * len(self.orders))
        seconds = SECONDS * minutes
        found = plan(given, weights, steps=steps, seconds=seconds, seed=self.rounds, start=self._start())
        self.routes = {
            courier["id"]: [(self.orders[stop >> 1]["id"], stop & 1) for stop in stops]
            for courier, stops in zip(self.couriers, found.stops, strict=True)
        }
        return self._send(given, found)

    def _weights_now(self) -> Weights:
        on_duty = sum(on <= self.now <= off for on, off in self.hours.values())
        busy = max(0.0, self.real / max(on_duty, 1) - EASY)
        return self.weights._replace(busy=BUSY * busy)

    @staticmethod
    def _like(at: float, number: int, order: dict) -> dict:
        """An expected order, like one that has been."""
        return order | {"id": number, "placed": at, "ready": at + order["ready"] - order["placed"]}

    def _problem(self) -> Problem:
        kitchens = sorted({order["restaurant"] for order in self.orders})
        row = {kitchen: i for i, kitchen in enumerate(kitchens)}
        points = [self.restaurants[kitchen] for kitchen in kitchens]
        points += [(x["x"], x["y"]) for x in (*self.orders, *self.couriers)]
        xy = np.array(points)
        apart = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
        first = len(kitchens) + len(self.orders)
        on, off = np.array([self.hours[c["id"]] for c in self.couriers]).T
        return problem(
            now=self.now,
            travel=np.ceil(apart / self.speed),
            place=np.arange(first, len(points)),
            free_at=self._round_at(np.maximum([c["free_at"] for c in self.couriers], on)),
            ends_at=off,
            capacity=CAPACITY,
            earned=[self.earned[c["id"]] for c in self.couriers],
            share=(off - on) * self.guaranteed,
            pickup=[row[order["restaurant"]] for order in self.orders],
            dropoff=np.arange(len(kitchens), first),
            ready_at=[order["ready"] for order in self.orders],
            due_at=[order["placed"] + self.promised for order in self.orders],
            take=self.take,
            give=self.give,
            weight=np.where(np.arange(len(self.orders)) < self.real, 1.0, LIKELY),
            pay=self.pay,
            one_place=True,
        )

    def _round_at(self, moment):
        """The first round that is not before `moment`: until then nobody can be told anything."""
        return self.now + self.every * np.maximum(np.ceil((moment - self.now) / self.every), 0)

    def _start(self) -> list[list[int]]:
        row = {order["id"]: i for i, order in enumerate(self.orders)}
        return [
            [2 * row[order] + gives for order, gives in self.routes.get(courier["id"], []) if order in row]
            for courier in self.couriers
        ]

    def _send(self, given: Problem, found: Plan) -> dict:
        """What would happen later if it did not begin now: ways to restaurants, and the trips of who stands at one.

        What a courier takes is said when they are there and not before they leave: an order that comes meanwhile can
        still join a bundle, and one for which somebody else has become the better one can still go to them. Unless
        they would stand there until the next round with the goods ready.
        """
        answer: dict[str, list] = {"assign": [], "move": []}
        for c, courier in enumerate(self.couriers):
            name = courier["id"]
            on, off = self.hours[name]
            if not len(found.stops[c]) or courier["free_at"] > self.now or not on <= self.now <= off:
                continue
            trip = self._first_trip(found.stops[c])
            certain = [leg for leg in trip if leg < self.real]
            ready = max(self.orders[leg]["ready"] for leg in certain or trip)
            ride = given.travel[0, given.couriers["place"][c], given.legs["pickup"][trip[0]]]
            if self.now + self.every + ride + self.take / 2 <= ready:
                continue
            arrives = self.now + ride
            in_time = self._round_at(arrives) + self.take / 2 <= max(ready, arrives + self.take / 2)
            if ride > 0 and (in_time or not certain):
                if certain or ride <= SENDS * self.minute:
                    answer["move"].append({"courier": name, "restaurant": self.orders[trip[0]]["restaurant"]})
            elif certain:
                answer["assign"].append(
                    {"courier": name, "orders": [self.orders[leg]["id"] for leg in certain]}
                )
                self.earned[name] += self.pay * len(certain)
                del self.routes[name]
                for leg in certain:
                    del self.waiting[self.orders[leg]["id"]]
        return answer

    @staticmethod
    def _first_trip(stops: np.ndarray) -> list[int]:
        """The legs of a route until it is empty-handed again, in the order in which they are given."""
        given, load = [], 0
        for stop in stops.tolist():
            load += -1 if stop & 1 else 1
            if stop & 1:
                given.append(stop >> 1)
            if not load:
                break
        return given


def main() -> None:
    dispatcher: Dispatcher | None = None
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "init":
            warm_up()  # or the first round would be spent on it
            dispatcher = Dispatcher(message)
        elif dispatcher is not None:
            sys.stdout.write(json.dumps(dispatcher.round(message)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
