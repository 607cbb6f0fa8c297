"""Names are found by any part of them, by pinyin and by initials, as people of that name say it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.names import name_keys, query_key, sort_key


def finds(typed: str, name: str) -> bool:
    """The way the key table is asked: some key begins with what was typed."""
    return any(key.startswith(query_key(typed)) for key in name_keys(name))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张三金", "张三金"), ("三金", "张三金"), ("金", "张三金"), ("张", "张三金"),
        ("zhangsanjin", "张三金"), ("zhangs", "张三金"), ("sanjin", "张三金"), ("zsj", "张三金"), ("sj", "张三金"),
        ("Zhang San", "张三"), ("zhāng sān", "张三"), ("ZS", "张三"), ("张 三", "张三"), ("xi'an", "西安"),
        # Surnames read otherwise than the character
        ("zengguofan", "曾国藩"), ("shanxiongxin", "单雄信"), ("qiuying", "仇英"), ("oubo", "区伯"), ("zha", "查良镛"),
        ("xiezhen", "解珍"), ("piaoshu", "朴树"), ("miaoxiyong", "缪希雍"), ("gejuyuan", "盖巨源"), ("ren", "任正"),
        ("zhai", "翟让"), ("di", "翟让"), ("qin", "覃勇"), ("tan", "覃勇"), ("yuchi", "尉迟恭"), ("ycg", "尉迟恭"),
        ("moqi", "万俟雪"), ("zhangsun", "长孙无忌"), ("tantai", "澹台明"), ("chanyu", "单于明"), ("linghu", "令狐冲"),
        # Who does not know that reading finds them too
        ("ceng", "曾国藩"), ("dan", "单雄信"), ("weichi", "尉迟恭"),
        # More than one reading inside a name
        ("wangyue", "王乐"), ("wangle", "王乐"), ("lichao", "李朝"), ("lizhao", "李朝"), ("zhangna", "张娜"),
        # ü three ways
        ("lvbu", "吕布"), ("lubu", "吕布"), ("lyubu", "吕布"), ("lǚbu", "吕布"), ("nv", "小女"), ("nu", "小女"),
        # Minority and foreign names, with and without the dot
        ("阿卜杜热依木买买提", "阿卜杜热依木·买买提"), ("热依木·买", "阿卜杜热依木·买买提"),
        ("maimaiti", "阿卜杜热依木·买买提"),
        ("jkqb", "吉克曲布"), ("silva", "Maria da Silva"), ("MARIA DA", "Maria da Silva"),
        # Rare characters
        ("𬱖", "王𬱖"), ("wang", "王𬱖"), ("䶮㛃", "李䶮㛃"), ("liyan", "李䶮"),
        ("wangming", "王\ue5e5明"), ("\ue5e5", "王\ue5e5明"),
        # Copied from a PDF as a radical, typed full-width
        ("⼈杰", "人杰"), ("ｗａｎｇ", "王一"),
    ],
)  # fmt: skip
def test_what_people_type_finds_the_name(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize(("typed", "name"), [("ang", "张三"), ("shan", "邓明"), ("三张", "张三"), ("mao", "曾国藩")])
def test_what_nobody_would_type_for_it_finds_nothing(typed: str, name: str) -> None:
    assert not finds(typed, name)


@given(st.text(min_size=1, max_size=12))
def test_every_part_of_any_name_finds_it(name: str) -> None:
    folded = query_key(name)
    keys = name_keys(name)
    for start in range(len(folded)):
        assert folded[start:] in keys


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert query_key(query_key(text)) == query_key(text)


def test_a_long_name_of_many_readings_keeps_few_keys() -> None:
    assert len(name_keys("乐朝长行重传曾都和柏" * 3)) < 4_000
    assert len(name_keys("张三金")) < 16


def test_no_name_has_no_keys() -> None:
    assert name_keys("") == frozenset()
    assert name_keys(" · ") == frozenset()
    assert sort_key("") == ""


def test_names_sort_as_in_a_directory() -> None:
    right = ["安然", "曹操", "单雄信", "查良镛", "曾国藩", "张飞", "张三", "章一", "\ue5e5明"]
    assert sorted(
        ["查良镛", "章一", "张三", "\ue5e5明", "曾国藩", "单雄信", "张飞", "曹操", "安然"], key=sort_key
    ) == sorted(right, key=sort_key)
    ordered = sorted(right, key=sort_key)
    assert ordered.index("张飞") + 1 == ordered.index("张三")
    assert ordered.index("张三") < ordered.index("章一")
    assert ordered.index("曾国藩") < ordered.index("查良镛") < ordered.index("张飞")
    assert ordered.index("曹操") < ordered.index("单雄信") < ordered.index("曾国藩")
    assert ordered[-1] == "\ue5e5明"


def test_one_family_name_stands_together_before_another_of_the_same_sound() -> None:
    assert sorted(["章飞", "张一", "章一", "张飞"], key=sort_key) == ["张飞", "张一", "章飞", "章一"]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("尉迟恭", "yu4"),
        ("尉明", "wei4"),
        ("万俟雪", "mo4"),
        ("万明", "wan4"),
        ("澹台明", "tan2"),
        ("单于明", "chan2"),
        ("曾明", "zeng1"),
    ],
)
def test_a_surname_sorts_by_its_own_reading(name: str, begins: str) -> None:
    assert sort_key(name).startswith(begins)


def test_a_short_syllable_comes_before_one_that_goes_on() -> None:
    assert sorted(["连一", "李安"], key=sort_key) == ["李安", "连一"]


def test_bytes_and_characters_sort_names_alike() -> None:
    names = ["王𬱖", "王一", "王䶮", "欧阳修", "吕布", "卢俊", "\ue5e5明", "𬱖"]
    assert sorted(names, key=sort_key) == sorted(names, key=lambda name: sort_key(name).encode())


def test_pinyin_is_not_loaded_until_a_name_needs_it() -> None:
    code = (
        "import sys, app.models.names as names; assert 'pypinyin' not in sys.modules; "
        "names.query_key('wang'); assert 'pypinyin' not in sys.modules; "
        "names.name_keys('王一'); assert 'pypinyin' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
