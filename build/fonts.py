"""Makes the fonts that are shipped with the subtitles, reduced from packages of npm.

    python build/fonts.py [folder with the packages]

Each source is Google Fonts' static TrueType file as Expo packs it. Its version is pinned and its
hash is checked. The reduced font keeps the characters of `CHARACTERS`, the features that place
them, and its names. It loses its hinting, which libass does not use. All fonts are under the SIL
Open Font License 1.1. None has a reserved name, so a changed file may keep the name.
"""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program

SUBTITLES = Path(__file__).parents[1] / "src/wordlight/subtitles"
FONTS, LICENCES = SUBTITLES / "fonts", SUBTITLES / "licences"
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "rlig"]
"""The features that are kept. Ligatures and contextual alternates are dropped: a word that lights
up letter by letter must not change shape."""
TABLES = ["STAT", "gasp", "prep", "fpgm", "cvt ", "DSIG", "meta", "vhea", "vmtx"]
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
"""Ids of the name records that are kept: copyright, the names asked for, version, licence."""
NOTHING = 4 * bytes([0xB0, 0x00, 0x21])
"""A program that pushes a byte and pops it, four times. FT_Load_Glyph regards a program of up to
7 bytes as no hinting."""
INTEGER_SIZES = 1 << 3
"""The flag of fonts hinted for whole pixels per em. It makes FreeType round advances wrongly."""


@dataclass(frozen=True)
class Package:
    """A package of npm and the font weights that are taken from it."""

    name: str
    version: str
    sha512: str
    weights: tuple[str, ...]
    licence: str

    @property
    def file(self) -> str:
        """The name of the file that ``npm pack`` writes."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


PACKAGES = (
    Package(
        "@expo-google-fonts/inter",
        "0.4.2",
        "syfiImMaDmq7cFi0of+waE2M4uSCyd16zgyWxdPOY7fN2VBmSLKEzkfbZgeOjJq61kSqPBNNtXjggiQiSD6gMQ==",
        ("500Medium", "700Bold"),
        "OFL_INTER",
    ),
    Package(
        "@expo-google-fonts/montserrat",
        "0.4.2",
        "Xyq7rKJhhZOE1Xk4wKSSVoUeOkFmQEMhtZ3pdFrgYckGZMs115Apmld1AI8Ju+yrl5GzDdfRCCqRr33dvEDYUA==",
        ("700Bold", "800ExtraBold"),
        "OFL_MONTSERRAT",
    ),
    Package(
        "@expo-google-fonts/anton",
        "0.4.2",
        "VXxS6ZppH1W/0ch06c52iVpZhVwHX9sXEctyFy/NiF/gb3i697R4va+qpiDQHB71NI8pLyecdBjNrc5FA9qKrw==",
        ("400Regular",),
        "OFL_ANTON",
    ),
    Package(
        "@expo-google-fonts/noto-emoji",
        "0.4.7",
        "Gs7URwtKmCzzdGUTYbG8MIohyaQPgGxIaQG5hvyEAaQiEGJpQy6gyP3NDICE0EJkOJFoe1JFD3Hf1L4a3qe4KA==",
        ("700Bold",),
        "OFL_NOTO_EMOJI",
    ),
)
_LATIN = [(0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x1E9E, 0x1E9E)]
_RARER_LATIN = [
    (0x18F, 0x18F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x1E6, 0x1E7),
    (0x1EA, 0x1EB), (0x1F4, 0x1F5), (0x1F8, 0x1FF), (0x232, 0x233), (0x237, 0x237), (0x259, 0x259),
    (0x2B9, 0x2BC), (0x2BE, 0x2BF), (0x2C6, 0x2C9), (0x2D8, 0x2DD), (0x1E80, 0x1E85),
    (0x1EA0, 0x1EF9),
]  # fmt: skip
_MARKS = [(0x300, 0x304), (0x306, 0x30C), (0x31B, 0x31B), (0x323, 0x328), (0x331, 0x331)]
_GREEK = [(0x37E, 0x37E), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3CE)]
_CYRILLIC = [
    (0x400, 0x45F), (0x462, 0x463), (0x472, 0x475), (0x490, 0x493), (0x496, 0x49B),
    (0x4A0, 0x4A5), (0x4AA, 0x4BB), (0x4C0, 0x4C0), (0x4CF, 0x4D9), (0x4E2, 0x4E9), (0x4EE, 0x4F3),
]  # fmt: skip
_SIGNS = [
    (0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030),
    (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x2070, 0x2070), (0x2074, 0x2079),
    (0x2080, 0x2089), (0x20A0, 0x20C0), (0x2116, 0x2116), (0x2122, 0x2122), (0x2126, 0x2126),
    (0x2190, 0x2193), (0x2206, 0x2206), (0x220F, 0x220F), (0x2211, 0x2212), (0x2215, 0x2215),
    (0x221A, 0x221A), (0x221E, 0x221E), (0x222B, 0x222B), (0x2248, 0x2248), (0x2260, 0x2260),
    (0x2264, 0x2265), (0x2009, 0x200D), (0x202F, 0x202F), (0x2060, 0x2060), (0xFEFF, 0xFEFF),
]  # fmt: skip
CHARACTERS = {
    code
    for first, last in (*_LATIN, *_RARER_LATIN, *_MARKS, *_GREEK, *_CYRILLIC, *_SIGNS)
    for code in range(first, last + 1)
}
"""The characters that text fonts keep, for the languages of Europe, Turkish, Vietnamese, pinyin
and many languages in Cyrillic."""
EMOJI = (
    "😀😃😄😁😆😅🤣😂🙂🙃😉😊😇🥰😍🤩😘😗😚😋😛😜🤪😝🤑🤗🤭🤫🤔🤐🤨😐😑😶😏😒🙄😬🤥😌😔😪😴😷🤒🤕🤢🤮🤧🥵🥶🥴😵🤯"
    "🤠🥳😎🤓🧐😕😟🙁☹😮😯😲😳🥺😦😧😨😰😥😢😭😱😖😣😞😓😩😫🥱😤😡😠🤬😈👿💀☠💩🤡👻👽🤖🎃🥲🥹🫠🫡🫣🫶🤌"
    "❤🧡💛💚💙💜🖤🤍🤎💔💕💞💓💗💖💘💝💯💢💥💫💦💨💬💭💤"
    "👋✋🖐👌✌🤞🤟🤘🤙👈👉👆👇☝👍👎✊👊🤛🤜👏🙌👐🤝🙏✍💪👀👁🧠👅👄👶👦👧👨👩👴👵👑🤷🤦🙋🏃💃🕺🚶👫👪"
    "🐶🐱🐭🐰🦊🐻🐼🐯🦁🐮🐷🐸🐵🙈🙉🙊🐔🐧🐦🐤🦆🦅🦉🐺🐴🦄🐝🐛🦋🐌🐞🐢🐍🐙🦈🐬🐳🐟🐘🐾🐐🎄🌲🌳🌴🌱🌿🍀🍁🍂🌷🌹🌺🌸🌼🌻"
    "☀🌙⭐🌟✨⚡🔥🌈☁🌧❄☃⛄🌊💧🌍🌎🌏🌞☔"
    "🍎🍊🍋🍌🍉🍇🍓🍒🍑🍍🥑🍆🌽🍞🧀🍳🍔🍟🍕🌮🍣🍜🍝🍦🍩🎂🍰🍫🍬🍿☕🍵🍺🍻🥂🍷🍸🍹🍾🍽"
    "⚽🏀🏈⚾🎾🏐🏆🥇🥈🥉🎮🎲🎯🎸🎹🎺🎻🥁🎤🎧🎵🎶🎼🎬🎨🎭🎉🎊🎈🎁🎀"
    "🚗🚕🚌🏎🚓🚑🚒🚚🚲🏍✈🚀🛸🚁⛵🚢🚂🚦🚧⚓🏠🏡🏢🏥🏰🗽🗼🌋🌅"
    "⌚📱💻🖥📷📸🎥📺📻⏰⏳⌛💡💸💵💰💳💎⚖🔧🔨⚙🔗🧲🔫💣🔪🗡🛡🔮💊💉🧪🔬🔭🌡🛒🎓👗👟👠👕🧢👓💍"
    "📌📍📎✂📝✏📖📚📰📅📈📉📊🔒🔓🔑🔍🔔📢📣✉📦"
    "✅❌❗❓❕❔‼⁉⚠🚫⛔♻✔✖➕➖➗➡⬅⬆⬇↗↘↙↖↩🔄🔁🔝🔜🆕🆗🔴🟠🟡🟢🔵🟣⚫⚪🔺🔻▶⏸⏹⏭⏮♾©®™🔞💲♥♦♣♠🏁🚩🏳🏴"
)
"""The most used emoji."""
EMOJI_PARTS = " \u200d\ufe0f\ufe0e♀♂🏻🏼🏽🏾🏿" + "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Joiners, signs of gender, skin tones and the letters of flags, which combine emoji into one."""


def main(downloads: Path | None) -> None:
    """Writes the fonts and their licences into the package."""
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            with tarfile.open(
                fileobj=io.BytesIO(_fetched(package, downloads or Path(folder)))
            ) as t:
                _unpack(package, t)
    files = sorted(FONTS.iterdir())
    for file in files:
        print(f"{file.name}: {file.stat().st_size:,} bytes")
    print(f"together: {sum(file.stat().st_size for file in files):,} bytes")


def _fetched(package: Package, folder: Path) -> bytes:
    file = folder / package.file
    if not file.is_file():
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    data = file.read_bytes()
    got = base64.b64encode(hashlib.sha512(data).digest()).decode()
    if got != package.sha512:
        raise ValueError(f"{file} has another hash than the one pinned here: {got}")
    return data


def _unpack(package: Package, archive: tarfile.TarFile) -> None:
    for weight in package.weights:
        (path,) = (name for name in archive.getnames() if name.endswith(f"_{weight}.ttf"))
        is_emoji = "emoji" in package.name
        wanted = map(ord, EMOJI + EMOJI_PARTS) if is_emoji else CHARACTERS
        font = cut(_read(archive, path), wanted)
        font.save(FONTS / f"{font['name'].getDebugName(6)}.ttf")
    licence = _read(archive, "package/LICENSE_FONT").decode()
    (LICENCES / package.licence).write_text(licence, encoding="utf-8")


def _read(archive: tarfile.TarFile, path: str) -> bytes:
    file = archive.extractfile(path)
    if file is None:
        raise ValueError(f"{path} is no file")
    return file.read()


def cut(data: bytes, characters: Iterable[int]) -> TTFont:
    """The font with only these characters and without hinting."""
    options = Options()
    options.layout_features = FEATURES
    options.drop_tables += TABLES
    options.name_IDs = NAMES
    options.name_languages = [0x409]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_bounds = True
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    _keep_spacing(font)
    return font


def _keep_spacing(font: TTFont) -> None:
    """Gives the font a program that does nothing, so that FreeType regards it as hinted.

    libass asks FreeType for hinted advances. For a font without hinting, FreeType guesses them.
    """
    program = font["prep"] = newTable("prep")
    program.program = Program()
    program.program.fromBytecode(NOTHING)
    font["head"].flags &= ~INTEGER_SIZES


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
