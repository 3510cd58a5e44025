"""Notes in brackets are shown but not said. The text of other brackets is still said."""

from __future__ import annotations

import pytest
from processor_time import least_s

from wordlight.errors import EmptyText
from wordlight.reading import Break, Reading, breaks, is_readable, read_script, spoken_text

LONGEST_S = 1.0
"""Seconds of one core for 10,000 characters."""


def notes(script: str, language: str | None = None) -> list[str]:
    """What is shown of each group that nobody says."""
    groups = read_script(script, language).groups
    unsaid = [group for group in groups if not any(word.said for word in group)]
    return ["".join(word.text + word.glue for word in group).strip() for group in unsaid]


def spoken(script: str, language: str | None = None) -> str:
    words = read_script(script, language).words
    return spoken_text(words, breaks(words))


@pytest.mark.parametrize(
    ("script", "note"),
    [
        ("He left [pause] and came.", "[pause]"),
        ("[laughs] Oh.", "[laughs]"),
        ("[MUSIC PLAYING] Hello.", "[MUSIC PLAYING]"),
        ("They left [DOGS IN THE YARD] now.", "[DOGS IN THE YARD]"),
        ("He left.【笑】No.", "【笑】"),
        ("He left ［pause］ now.", "［pause］"),
        ("Hi [ Silence ] there", "[ Silence ]"),
        ("Well [he laughs] no.", "[he laughs]"),
        ("It was [speaking Spanish] so.", "[speaking Spanish]"),
        ("It was late. [bell tolling] Go.", "[bell tolling]"),
        ("[barking] Come here!", "[barking]"),
        ("[pause 2 seconds] Go", "[pause 2 seconds]"),
        ("Hi [sic] there.", "[sic]"),
        ("- [x] Buy milk", "- [x]"),
        ("[00:12] Hello.", "[00:12]"),
        ("Hi.\n[Chorus]\nLa la", "[Chorus]"),
        ("Hi.\n[Anna walks to the window.]\nHello.", "[Anna walks to the window.]"),
        ("“[laughs] Oh.”", "“[laughs]"),
    ],
)
def test_what_is_no_part_of_a_sentence_in_square_brackets_is_a_note(script: str, note: str) -> None:
    assert notes(script) == [note]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("It ran.[1] So it is.[12]", ["[1]", "[12]"]),
        ("It ran [1] so.", ["[1]"]),
        ("It is so [1, 2].", ["[1, 2]."]),
        ("The river[1] ran.[2]", ["[1]", "[2]"]),
        ("The city[citation needed] is.", ["[citation needed]"]),
        ("array[0] and list[1] are", []),
    ],
)
def test_the_numbers_of_footnotes_are_notes_and_indices_are_said(
    script: str, found: list[str]
) -> None:
    assert notes(script) == found


@pytest.mark.parametrize(
    ("script", "note"),
    [
        ("It is. (Laughter) And", "(Laughter)"),
        ("It is so (applause).", "(applause)."),
        ("(sighs) Fine.", "(sighs)"),
        ("Come. (door slams) Who?", "(door slams)"),
        ("Come (phone rings) in.", "(phone rings)"),
        ("So (upbeat music) we go", "(upbeat music)"),
        ("So (music in background) we go", "(music in background)"),
        ("So (Anna laughs) yes.", "(Anna laughs)"),
        ("Hi.\n(Anna enters.)\nHello.", "(Anna enters.)"),
        ("Hi.\n(long silence)\nHello.", "(long silence)"),
        ("*sighs* fine, ok", "*sighs*"),
        ("That is great! *laughs* Really.", "*laughs*"),
        ("Well, *clears throat* hello.", "*clears throat*"),
        ("Hi.\n*Anna enters*\nHello.", "*Anna enters*"),
        ("ANNA: (angrily) Get out!", "(angrily)"),
        ("ANNA: (to Bob) Get out!", "(to Bob)"),
        ("ANNA: (beat) No.", "(beat)"),
    ],
)
def test_sounds_and_directions_are_notes_in_round_brackets_and_asterisks(
    script: str, note: str
) -> None:
    assert notes(script) == [note]


@pytest.mark.parametrize(
    ("script", "language", "note"),
    [
        ("Hallo. (Applaus) Ja.", "de", "(Applaus)"),
        ("Hallo [lacht leise] ja.", "de", "[lacht leise]"),
        ("So (leise Musik im Hintergrund) ja", "de", "(leise Musik im Hintergrund)"),
        ("Nun. (Tür knallt) Ja.", "de", "(Tür knallt)"),
        ("Oui. (rires) Non.", "fr", "(rires)"),
        ("Oui (le téléphone sonne) non", "fr", "(le téléphone sonne)"),
        ("Sí. (aplausos) No.", "es", "(aplausos)"),
        ("Sí (música de fondo) no", "es", "(música de fondo)"),
        ("Sì. (risate) No.", "it", "(risate)"),
        ("Sì (ride) no.", "it", "(ride)"),
        ("Sim (MÚSICA) não", "pt", "(MÚSICA)"),
        ("Да. (Смеётся) Нет.", "ru", "(Смеётся)"),
        ("Да [аплодисменты] нет", None, "[аплодисменты]"),
        ("Hallo. (laughs) Ja.", "de", "(laughs)"),
        ("Tak. (oklaski) Nie.", "pl", "(oklaski)"),
        ("你好（笑）。", None, "（笑）。"),
        ("そうです（拍手）。", None, "（拍手）。"),
        ("안녕 (웃음) 네", None, "(웃음)"),
        ("مرحبا [موسيقى] نعم", None, "[موسيقى]"),
        ("Terve [ovi paukahtaa] hei.\n[ovi paukahtaa]", "fi", "[ovi paukahtaa]"),
    ],
)
def test_other_languages_have_notes_too(script: str, language: str | None, note: str) -> None:
    assert notes(script, language) == [note]


@pytest.mark.parametrize(
    "script",
    [
        "He [the king] left.",
        "[The king] left.",
        "[He] left the house.",
        "[t]he end",
        "the [United] States",
        "In March [2021] it was.",
        "the agency [NASA] said",
        "Dear [Name], hello.",
        "He [opens] the door.",
        "[text](https://a.b)",
        "[Chapter 1]\nIt was.",
        "(which I like) it is",
        "It (see page 4) is.",
        "It (2021) is.",
        "Hi.\n(which I like)\nHello.",
        "Hi.\n(see page 4)\nHello.",
        "Hi.\n(2021)\nHello.",
        "(The music was loud.)\nHello.",
        "They danced (to music) all night.",
        "So (and music) it is.",
        "print(music) now",
        "laugh(s) now",
        "turn it (off)",
        "the horse (ride) it",
        "I *really* mean it.",
        "I love *music* so much.",
        "She *laughs* at him.",
        "*Silence* is golden.",
        "**Note** this.",
        "It is 3 * 4 * 5.",
        "♪ la la ♪",
        "二〇二〇年（令和二年）です。",
        "【重要】会议今天。",
    ],
)
def test_what_belongs_to_a_sentence_or_a_heading_is_said(script: str) -> None:
    assert notes(script) == []


def test_a_note_has_its_own_words_and_one_group() -> None:
    words = read_script("It costs $5 [music playing] million.[3]").words

    assert [(word.text, word.said, word.group, word.glue) for word in words] == [
        ("It", ("it",), 0, " "),
        ("costs", ("costs",), 1, " "),
        ("$5", ("five",), 2, " "),
        ("[music", (), 3, " "),
        ("playing]", (), 3, " "),
        ("million.", ("million", "dollars"), 4, ""),
        ("[3]", (), 5, " "),
    ]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("He left. (applause) She came.", "He left. She came."),
        ("The end [applause].", "The end."),
        ("He left [laughs], and came.", "He left, and came."),
        ("Is it? [laughs] Yes!", "Is it? Yes!"),
        ("[laughs] Oh.", "Oh."),
        ("“Go,” (sighs) he said.", "“Go,” he said."),
        ("It ran.[1] So", "It ran. So."),
        ("one (sighs)… two", "one... two."),
        ("He [laughs] left", "He left."),
        ("He left [pause] and came", "He left, and came."),
        ("Roses are red\n[pause]\nviolets are blue", "Roses are red, violets are blue."),
        ("Stop [music]\n\nGo", "Stop. Go."),
        ("你好（笑）。我们走。", "你好。我们走。"),
    ],
)
def test_only_the_marks_behind_a_note_are_spoken(script: str, text: str) -> None:
    assert spoken(script) == text


def test_what_ends_before_a_note_ends_behind_it() -> None:
    words = read_script("He left. (soft music)\n[pause]\nShe came.\n\n[applause]\n\nSo").words

    assert breaks(words) == [
        Break.WORD,
        Break.WORD,
        Break.WORD,
        Break.WORD,
        Break.LINE,
        Break.WORD,
        Break.WORD,
        Break.PARAGRAPH,
        Break.PARAGRAPH,
    ]


@pytest.mark.parametrize(
    "script",
    ["[Music]", "(laughing)", "[BLANK_AUDIO]", "(upbeat music)", "*sad music*", "[ Silence ]",
     "(speaking in foreign language)", "♪ [music] ♪", "[pause]\n(applause)", "[音楽]", "(Musik)"],
)  # fmt: skip
def test_a_text_of_notes_alone_has_nothing_to_say(script: str) -> None:
    with pytest.raises(EmptyText, match="TEXT holds only labels and notes"):
        read_script(script)

    assert not is_readable(script)


def test_marks_alone_are_refused_as_ever() -> None:
    with pytest.raises(EmptyText, match="TEXT holds no letter or digit to speak"):
        read_script("♪ … ♪")


def test_a_reading_with_notes_and_speakers_travels() -> None:
    reading = read_script("ANNA: Oh. [soft music]\nBOB: No.[1]")

    assert Reading.from_json(reading.to_json()) == reading
    assert reading.text == "Oh. [soft music]\nNo.[1]"


@pytest.mark.parametrize(
    "piece", ["[", "[a", "[a] ", "(a) ", "*a* ", "[1]", "x[1] ", "(music) ", "“[laughs]”", "】【"]
)
def test_ten_thousand_characters_of_brackets_are_read_in_a_moment(piece: str) -> None:
    script = (piece * 10_000)[:9_990]

    assert least_s(lambda n: read_script(f"so{n} {script}")) < LONGEST_S
