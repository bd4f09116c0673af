"""What surrounds the couriers of the demo: lessons in Chinese, the week's shifts, and somebody who waits to be vetted."""

from datetime import timedelta

from accounts.models import Gender
from campus.models import Campus, Place, Zone
from core import clock
from core.hours import WeeklyHours
from couriers import services as couriers
from couriers.models import Application, Attempt, Courier, Course
from orders.models import Kind
from simulation import pictures
from simulation.people import person

APPLICANT = ("13900030001", "周一凡", Gender.MALE)

LESSONS = [
    (
        "接单之前",
        "上线后才会看到订单，定位也只在上线时使用。\n先看截止时间和距离，顺路的单最划算；做不完的不要抢。\n接单后一分钟内退回不问原因，超过一分钟请说明原因。",
    ),
    (
        "取件与核对",
        "到了取件点先点“到达”，再核对取件码、件数和外观。\n破损、缺件、拿错，当场拍照并在“遇到问题”里上报，不要先带走。\n代买只买清单上的东西，小票拍清楚；超出预算必须等顾客在 App 里同意。",
    ),
    (
        "送到门口",
        "女生宿舍区只有女骑手能进，男骑手把货送到中转站。\n当面交付请顾客出示四位收货码；顾客让放门口时，拍一张能看清门牌的照片。\n联系不上顾客：打电话、等五分钟、上报，三步都有记录就不会算你的责任。",
    ),
    (
        "安全第一",
        "校内限速 15 公里，骑车戴头盔，下楼梯推行。\n在线满 8 小时请休息，满 12 小时系统会停止派单。\n出了事故先顾人再顾货，打保卫处电话，然后在 App 里上报。",
    ),
]
# question, answers, the right one, why
QUESTIONS = [
    ("取件时发现外包装破了，怎么办？", ["先送到再说", "当场拍照并上报", "自己用胶带粘好"], "b", "当场上报，责任才说得清。"),
    ("男骑手接到送往女生宿舍区的单，应该？", ["送到中转站", "请宿管帮忙放行", "在楼下打电话让顾客自己找"], "a", "中转站会由女骑手接力送到门口。"),
    ("代买的东西比预算贵 3 元，你应该？", ["先垫上再要", "不买了直接取消", "在 App 里请顾客确认，等同意再付款"], "c", "只有顾客在 App 里同意，多出的钱才会退给你。"),
    ("联系不上顾客时，第一步是？", ["把货带回去", "通过 App 打电话", "放在路边"], "b", "先打电话，再等五分钟，再上报。"),
    ("接单后发现来不及，最好？", ["尽早退回并说明原因", "一直拖着", "让同学代送"], "a", "越早退回，顾客越早有人接手；代送不算你送达。"),
    ("一天在线最多多少小时？", ["8 小时", "12 小时", "没有限制"], "b", "满 8 小时提醒休息，满 12 小时停止派单。"),
]  # fmt: skip
HAUL_LESSONS = [
    (
        "搬运大件",
        "超过 25 公斤的货只派给电动车，步行最多 15 公斤。\n搬运前看清楼层和电梯；弯腿不弯腰，两个人能抬的不要一个人扛。\n柜子、显示器先拍照，交付时再拍一次。",
    )
]
HAUL_QUESTIONS = [
    ("步行的骑手最多接多重的货？", ["15 公斤", "25 公斤", "50 公斤"], "a", "步行 15 公斤，自行车 25 公斤，更重的归电动车。"),
    ("搬显示器前后应该？", ["不用管", "各拍一张照片", "让顾客签字"], "b", "前后照片能说明磕碰是何时发生的。"),
]  # fmt: skip

# zone kinds are told by their places: those with dorms are busy at meal times
PEAKS = WeeklyHours.parse("11:00-13:30, 17:00-20:00")


def make_courses(campus: Campus) -> None:
    """The course for everybody and one for moving things; who works on the demo campus has passed both."""
    if Course.objects.filter(campus=campus).exists():
        return
    for kind, title, lessons, questions in [
        ("", "新手必修：安全送好每一单", LESSONS, QUESTIONS),
        (Kind.HAUL, "搬运专项", HAUL_LESSONS, HAUL_QUESTIONS),
    ]:
        course = Course.objects.create(campus=campus, kind=kind, title=title, created_at=clock.now())
        for number, (name, text) in enumerate(lessons, 1):
            course.lessons.create(position=number, title=name, text=text)
        for number, (text, answers, right, why) in enumerate(questions, 1):
            course.questions.create(
                position=number, text=text, right=right, why=why, **dict(zip("abc", answers, strict=True))
            )
        couriers.publish_course(course=course, actor=None)
        Attempt.objects.bulk_create(
            Attempt(
                courier=courier,
                course=course,
                at=clock.now(),
                right=len(questions),
                asked=len(questions),
                passed=True,
            )
            for courier in Courier.objects.filter(campus=campus, status=Courier.Status.ACTIVE)
        )


def make_shifts(campus: Campus) -> None:
    """The meal times of the week ahead in each zone with dorms; a few of them are taken."""
    today = clock.today()
    zones = Zone.objects.filter(campus=campus, places__kind=Place.Kind.DORM).distinct()
    for zone in zones:
        couriers.publish_shifts(
            zone=zone, first_day=today, last_day=today + timedelta(days=6), hours=PEAKS, places=3, actor=None
        )
    for courier in Courier.objects.filter(campus=campus, user__is_virtual=True).order_by("pk"):
        own = campus.shifts.filter(zone__admits__in=["any", courier.gender], starts_at__gt=clock.now())
        zone = (
            own.values_list("zone", flat=True)
            .order_by("zone")
            .distinct()[courier.pk % 2 : courier.pk % 2 + 1]
        )
        if not courier.assignments.exists() and zone:
            for shift in own.filter(zone=zone[0])[: 4 + courier.pk % 5]:
                if shift.assignments.count() < shift.places:
                    couriers.take_shift(shift=shift, courier=courier)


def make_applicant(campus: Campus) -> None:
    """A student whose documents wait for an operator."""
    if Application.objects.filter(courier__campus=campus).exists():
        return
    phone, name, gender = APPLICANT
    user = person(campus, phone, name, gender, virtual=True)
    couriers.submit_application(
        actor=user, name=name, gender=gender, vehicle="bicycle",
        student_card=pictures.student_card(), face=pictures.face(),
    )  # fmt: skip
