"""Who says what: labels at the start of lines, and spoken text that only looks like a label."""

from __future__ import annotations

import pytest
from processor_time import least_s

from wordlight.errors import EmptyText
from wordlight.reading import Break, Ending, breaks, read_script

LONGEST_S = 1.0
"""Seconds of one core for 10,000 characters."""


def turns(script: str, language: str | None = None) -> list[tuple[str, str]]:
    """Each speaker's words, until another one speaks."""
    found: list[tuple[str, str]] = []
    for word in read_script(script, language).words:
        if not found or found[-1][0] != word.speaker:
            found.append((word.speaker, ""))
        found[-1] = (word.speaker, found[-1][1] + word.text + word.glue)
    return [(speaker, text.strip()) for speaker, text in found]


def speakers(script: str) -> list[str]:
    return [speaker for speaker, _ in turns(script) if speaker]


def test_a_label_is_no_word_and_names_the_speaker_of_what_follows() -> None:
    assert turns("Act one\n\nANNA: Go on.\n\nI will.\nBOB: No.") == [
        ("", "Act one"),
        ("ANNA", "Go on. I will."),
        ("BOB", "No."),
    ]


@pytest.mark.parametrize(
    "script",
    ["_: hello there.", "__: hello there.", "- _: fill in", "***:** so", "*_ _*: so"],
)
def test_marks_before_a_colon_are_no_label(script: str) -> None:
    assert speakers(script) == []


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("NARRATOR: It was dark.", "NARRATOR"),
        ("NARRATOR : It was dark.", "NARRATOR"),
        ("NARRATOR：It was dark.", "NARRATOR"),
        ("ANNA (V.O.): Hello.", "ANNA"),
        ("ANNA [laughs]: Hello.", "ANNA"),
        ("DR. LEE: Sit down.", "DR. LEE"),
        ("MRS. O'NEIL-SMITH: No.", "MRS. O'NEIL-SMITH"),
        ("SPEAKER 1: Hello there.", "SPEAKER 1"),
        ("SPEAKER_00: Hello there.", "SPEAKER_00"),
        ("MAN IN HAT: Hey!", "MAN IN HAT"),
        ("ROMEO AND JULIET: Farewell.", "ROMEO AND JULIET"),
        ("HENRY IV: So shaken as we are.", "HENRY IV"),
        ("ANNA:\nIt is so.", "ANNA"),
        ("Q: What is it?", "Q"),
        ("NARRATOR: STOP!", "NARRATOR"),
        ("ERZÄHLER: Es war einmal.", "ERZÄHLER"),
        ("GROßMUTTER: Komm herein!", "GROßMUTTER"),
        ("ДИКТОР: Была ночь.", "ДИКТОР"),
        ("ΑΦΗΓΗΤΗΣ: Ήταν νύχτα.", "ΑΦΗΓΗΤΗΣ"),
    ],
)
def test_a_label_in_capitals_is_one_by_itself(script: str, name: str) -> None:
    assert speakers(script) == [name]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("- ANNA: Go.", "Go."),
        (">> ANNA: Go.", "Go."),
        ("> ANNA: Go.", "Go."),
        ("* ANNA: Go.", "Go."),
        ("**ANNA:** Go.", "Go."),
        ("**ANNA**: Go.", "Go."),
        ("*ANNA:* Go.", "Go."),
        ("__ANNA:__ Go.", "Go."),
        ("**ANNA: Go.**", "**Go.**"),
        ("ANNA: **Go.**", "**Go.**"),
        ("[00:12] ANNA: Go.", "[00:12] Go."),
    ],
)
def test_the_marks_of_a_label_go_with_it(script: str, text: str) -> None:
    assert turns(script) == [("ANNA", text)]


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("Anna: Hello there.\nBob: Hi!", ["Anna", "Bob"]),
        ("**Anna:** Hello.\n\n**Bob:** Hi!", ["Anna", "Bob"]),
        ("Anna: hey\nBob: whats up\nAnna: nothing much", ["Anna", "Bob", "Anna"]),
        (
            "Gandalf: The ring is lost.\nFrodo: It is here.\nGandalf: Then we must go at once.",
            ["Gandalf", "Frodo", "Gandalf"],
        ),
        ("Old man: Who goes there?\nFirst Soldier: A friend.", ["Old man", "First Soldier"]),
        ("Mr. Darcy: You are mistaken.\nElizabeth: Am I?", ["Mr. Darcy", "Elizabeth"]),
        ("Doctor: How are you?\nPatient: I feel bad.", ["Doctor", "Patient"]),
        (
            "Anna:\n\nHello.\n\nBob:\n\nWho is it?\n\nAnna:\n\nMe.\n\nBob:\n\nOh.",
            ["Anna", "Bob", "Anna", "Bob"],
        ),
        ("Anna : Bonjour !\nPierre : Salut, ça va ?", ["Anna", "Pierre"]),
        ("Sprecher: Es war einmal.\nAnna: Ja.", ["Sprecher", "Anna"]),
        ("Анна: Привет!\nПётр: Здравствуй.", ["Анна", "Пётр"]),
        ("小明：你好！\n小红：你好，你去哪儿？", ["小明", "小红"]),
        ("太郎：おはよう。\n花子：おはようございます。", ["太郎", "花子"]),
        ("민수: 안녕하세요.\n지영: 네, 안녕하세요.", ["민수", "지영"]),
        ("أحمد: مرحبا، كيف حالك؟\nسارة: أهلا، بخير.", ["أحمد", "سارة"]),
        ("דני: שלום!\nרותי: היי, מה שלומך?", ["דני", "רותי"]),
        ("राम: नमस्ते!\nसीता: नमस्ते, आप कैसे हैं?", ["राम", "सीता"]),
        ("Q: What is it?\nA: A dog.\nQ: Where?", ["Q", "A", "Q"]),
        ("ANNA: HELLO THERE.\nBOB: HI.", ["ANNA", "BOB"]),
        ("ANNA: Wait.\nBOB: …\nBOB: No.\nANNA: 🎉", ["ANNA", "BOB"]),
    ],
)
def test_in_a_dialogue_a_name_in_small_letters_or_in_none_is_a_label(
    script: str, names: list[str]
) -> None:
    assert speakers(script) == names


@pytest.mark.parametrize(
    "script",
    [
        "Note: this is important.",
        "NOTE: this is important.\nNOTE: so is this.",
        "WARNING: hot.",
        "Anna: Hello.",
        "CHAPTER 1: The storm",
        "PART II: The road",
        "SCENE 2: A field.",
        "FINAL CHAPTER: It was late.",
        "Step 1: Mix it.\nStep 2: Bake it.",
        "DAY 1: We left.\nDAY 2: We came.",
        "QUESTION 1: Where are you?",
        "PS: I love you.",
        "P.S.: I love you.",
        "Ingredients: flour, sugar.\nMethod: Mix all.",
        "Flour: 200 g\nSugar: 100 g",
        "Flour: 200 g.\nSugar: 100 g.",
        "SHOPPING LIST:\n- milk\n- bread",
        "OUR STORY:\n\nIt was late.",
        "Name: Ann\nAge: 30\nName: Bob\nAge: 31",
        "Capital: Paris.\nLanguage: French.\nCapital: Rome.\nLanguage: Italian.",
        "Pros: You save money.\nCons: You lose time.",
        "Speed: You get there first.\nComfort: You sleep well.",
        "Monday: I go to school.\nTuesday: I stay home.",
        "Cats: They like fish.\nDogs: They like meat.",
        "Remember: you can do it.\nIt is hard.\nRemember: you are strong.",
        "Run: `make`\nIt takes long.\nExpected: no error.\nRun: `make test`",
        "A: Paris\nB: London\nC: Rome",
        "I: Introduction\nII: The storm\nIII: The end",
        "We meet at 12:30.",
        "12:30: lunch",
        "Matthew 5:3 says so.",
        "MATTHEW 5:3 Blessed are they.",
        "Psalm 23: The Lord is my shepherd.",
        "https://a.b/c: a link",
        "He said: come here.\nShe said: no.",
        "HE SAID: Come here.",
        "HOW TO COOK: Take an egg.",
        "WE NEED THREE THINGS: time, luck and money.",
        "The rule is simple: never stop.",
        "BREAKING NEWS: Fire crews respond to a blaze.",
        "POLICE: MAN, 45, ARRESTED",
        "NASA: a new start",
        "COVID-19: what we know",
        "Hinweis: Das ist wichtig.",
        "Zutaten: Mehl, Zucker.\nZubereitung: Alles mischen.",
        "ACHTUNG: heiß!",
        "ВНИМАНИЕ: горячо!",
        "Примечание: это важно.",
        "注意：小心！",
        "他说：你好。\n她说：再见。",
        "材料：面粉\n做法：搅拌",
        "第一章：开始\n第二章：结束",
        "ملاحظة: هذا مهم.",
        "ANNA: BOB: so",
        "We went up the hill in the late afternoon, and there we saw the\n"
        "NASA: a great place, with a great many people who walked about.",
    ],
)
def test_another_word_with_a_colon_is_spoken(script: str) -> None:
    reading = read_script(script)

    assert {word.speaker for word in reading.words} == {""}
    assert [*filter(str.isalnum, reading.text)] == [*filter(str.isalnum, script)]


def test_a_word_with_a_colon_is_spoken_by_whose_turn_it_is() -> None:
    assert turns("ANNA: It is 12:30.\nNOTE: she lies.") == [
        ("ANNA", "It is 12:30. NOTE: she lies.")
    ]


def test_a_labelled_line_is_a_line_however_long_the_one_before_it_is() -> None:
    first = "ANNA: The storm came over the hills in the late afternoon, and by"
    second = "nightfall every boat in the small harbour was gone; nobody knew"
    words = read_script(f"{first}\n{second}\nBOB: Neither did I.").words

    assert [word.text for word in words if word.ends is not Ending.NONE] == ["knew"]
    assert words[-1].speaker == "BOB"


def test_another_speaker_is_waited_for_as_long_as_a_paragraph_is() -> None:
    words = read_script("ANNA: No\nBOB: Yes\nBOB: Oh").words

    assert breaks(words) == [Break.PARAGRAPH, Break.LINE, Break.PARAGRAPH]


def test_a_heading_is_said_and_ends_a_paragraph() -> None:
    words = read_script("CHAPTER ONE\n\nNARRATOR: He was here.\nCHAPTER TWO\nHe left.").words

    assert [word.text for word in words if word.ends is Ending.PARAGRAPH] == ["ONE"]
    assert [word.text for word in words if word.ends is Ending.LINE] == ["here.", "TWO"]
    assert all(word.said for word in words)


def test_a_script_of_labels_alone_is_refused_with_its_reason() -> None:
    with pytest.raises(EmptyText, match="TEXT holds only labels and notes") as caught:
        read_script("ANNA: [laughs]\nBOB: (sighs)")

    assert caught.value.code == "EMPTY_TEXT"


@pytest.mark.parametrize(
    "line", ["A: ", "ANNA: b\n", "Anna: hi.\n", "A (", "名：", "**A", "A B C D: e\n"]
)
def test_ten_thousand_characters_of_labels_are_read_in_a_moment(line: str) -> None:
    script = (line * 10_000)[:9_998]

    assert least_s(lambda n: read_script(f"{script} {n}")) < LONGEST_S
