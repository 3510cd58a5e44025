"""Speakers: a colour for each."""

from __future__ import annotations

from wordlight.subtitles import (
    Colour,
    compose_look,
    find_language,
    read_style,
)
from wordlight.subtitles.looks import cast_style
from wordlight.subtitles.typesetting import display_text


def test_a_speaker_s_capitals_are_the_language_s_too() -> None:
    style = read_style('{"speakers": {"Ali": {"uppercase": true}}}')

    look = compose_look("classic", style, language=find_language("tr"))

    assert display_text("i\u0307yi", look.of("Ali")) == "İYİ"
    assert display_text("iyi", look) == "iyi"


def primaries(speakers: list[str], karaoke: str = "kf") -> list[Colour]:
    own = cast_style({}, speakers, "karaoke", karaoke)["speakers"]
    return [own[name]["primary"] for name in speakers]


def test_each_of_several_speakers_has_a_colour_unlike_the_others() -> None:
    speakers = ["Anna", "Ben", "Cleo", "Dan", "Eve"]

    wanted = ["#3EC5FF", "#FFD54A", "#7BEA9A", "#FF9BD2", "#FF9F5A"]
    assert primaries(speakers) == [*map(Colour.of, wanted)]
    assert primaries(speakers[:2], karaoke="none") == [*map(Colour.of, ["#FFFFFF", "#FFD54A"])]


def test_one_speaker_has_the_preset_s_colour() -> None:
    assert cast_style({}, ["Anna"], "karaoke", "kf") == {}


def test_what_a_request_says_of_speakers_stays() -> None:
    anna = {"Anna": {"bold": True}, "Cleo": {"italic": True}}

    style = cast_style({"speakers": anna}, ["Ben", "Anna"], "classic", "kf")

    assert style["speakers"]["Anna"] == {"bold": True, "primary": Colour.of("#5CC8FF")}
    assert style["speakers"]["Cleo"] == {"italic": True}
    assert [*style["speakers"]] == ["Anna", "Cleo", "Ben"]


def test_a_colour_for_all_is_nobody_s_own() -> None:
    style = cast_style({"primary": Colour.of("#FF0000")}, ["Anna", "Ben"], "classic", "kf")

    assert style["speakers"] == {"Anna": {}, "Ben": {}}
