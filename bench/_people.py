"""Townships full of made-up people for the measurements: names repeat as they do in a real register."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from app.models import id_number
from app.models.registers import Person
from app.models.store import Store
from app.services import setup
from app.services.office import Office

PASSWORD = "bench-2026"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"  # noqa: E501 - one list
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国志文秀珍德顺福海春生荣贵林山水金凤梅云龙飞鹏辉俊峰宇欣怡佳琪思雨子涵浩然晓东小红雪莲"  # noqa: E501 - one list
_VILLAGES = ("河湾村", "青溪村", "石桥村", "上塘村", "下塘村", "柳林村", "东山村", "西岭村")
_CREATED_AT_ONCE = 200


def people(count: int, seed: int = 1) -> Iterator[Person]:
    """So many people, the same at every run."""
    random = Random(seed)
    for at in range(count):
        day = f"{random.randint(1940, 2015)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
        first17 = f"330122{day}{at % 1000:03d}"
        name = random.choice(_SURNAMES) + "".join(random.choice(_GIVEN) for _ in range(random.choice((1, 2, 2))))
        yield Person(
            full_name=name,
            id_number=first17 + id_number.check_character(first17),
            phone=f"13{random.randrange(10**9):09d}",
            live_address=f"{random.choice(_VILLAGES)}{random.randint(1, 12)}组{random.randint(1, 300)}号",
        )


def add_people(store: Store, count: int, *, seed: int = 1) -> None:
    """Write people in transactions as an import does, and index them."""
    made = people(count, seed)
    while part := list(islice(made, _CREATED_AT_ONCE)):
        store.write("bench", lambda unit, part=part: unit.create_many(part))  # type: ignore[misc]  # a default of a lambda
    store.index_rest()


def township(folder: Path, count: int) -> Office:
    """An open township with so many people."""
    administrator = setup.NewAccount("王芳", PASSWORD)
    office, _ = setup.create_township(folder, setup.NewTownship(township="青石镇", administrator=administrator))
    add_people(office.store, count)
    return office
