"""What the virtual people write to each other, and the questions that wait for a visitor on the support desk."""

from datetime import datetime, timedelta

from campus.models import Campus
from chat import services as chat
from chat.models import CannedAnswer, Conversation, Message, Thread
from core.ids import new_no
from delivery.models import CARRIED, Leg
from orders.models import LIVE, Order

CANNED = {
    "hi": "您好，我是客服，马上为您查看。",
    "wait": "已联系骑手核实，请您稍等几分钟。",
    "sorry": "给您添麻烦了，非常抱歉，我们会尽快处理好。",
    "refund": "退款会原路退回，钱包即时到账，其他方式一般 1–3 天。",
}
QUESTIONS = ["我的订单到哪了？", "能改一下送到的宿舍楼吗？"]
# A courier on a bicycle needs a moment to read and answer.
READS_FOR = timedelta(seconds=8)


def set_up_desk(campus: Campus) -> None:
    """Canned answers for the operators of the demo."""
    for position, (shortcut, text) in enumerate(CANNED.items()):
        CannedAnswer.objects.get_or_create(
            campus=campus, shortcut=shortcut, defaults={"text": text, "position": position}
        )


def leave_questions(campus: Campus) -> None:
    """A few virtual students have just asked about what is under way."""
    live = Order.objects.filter(campus=campus, status__in=LIVE, customer__is_virtual=True)
    asked = set()
    for order in live.select_related("customer").order_by("-pk"):
        if len(asked) == len(QUESTIONS):
            break
        if order.customer_id not in asked and not Conversation.objects.filter(person=order.customer).exists():
            chat.contact_support(
                actor=order.customer, client=new_no(), text=QUESTIONS[len(asked)], about=f"order:{order.no}"
            )
            asked.add(order.customer_id)


def arrived(leg: Leg) -> None:
    """The courier is at the door, and says so."""
    chat.send_message(
        actor=leg.courier.user, key=f"order-{leg.order.no}", client=f"{leg.no}-door", text="我到楼下了"
    )


def reply(campus: Campus, now: datetime) -> None:
    """Virtual couriers answer what customers wrote to them, once for each line."""
    carried = Leg.objects.filter(campus=campus, status__in=CARRIED, courier__user__is_virtual=True)
    legs = {leg.order.no: leg for leg in carried.select_related("order", "courier__user")}
    for thread in Thread.objects.filter(kind=Thread.Kind.ORDER, ref__in=legs):
        last = thread.messages.exclude(kind=Message.Kind.SYSTEM).last()
        if last and last.role == Message.Role.CUSTOMER and last.at <= now - READS_FOR:
            courier = legs[thread.ref].courier.user
            chat.send_message(
                actor=courier, key=f"order-{thread.ref}", client=f"reply-{last.pk}", text="好的，收到"
            )
