"""A sentence in each language, to try a voice with."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "ar": "صباح الخير! هكذا يبدو صوتي عندما أقرأ نصك.",
    "cs": "Dobré ráno! Takhle zním, když čtu váš text.",
    "da": "Godmorgen! Sådan lyder jeg, når jeg læser din tekst op.",
    "de": "Guten Morgen! So klinge ich, wenn ich Ihren Text vorlese.",
    "el": "Καλημέρα! Έτσι ακούγομαι όταν διαβάζω το κείμενό σας.",
    "en": "Good morning! This is how I sound when I read your script aloud.",
    "es": "¡Buenos días! Así sueno cuando leo su texto en voz alta.",
    "fi": "Hyvää huomenta! Tältä kuulostan, kun luen tekstisi ääneen.",
    "fr": "Bonjour ! Voilà comment je sonne quand je lis votre texte à voix haute.",
    "hi": "नमस्ते! जब मैं आपका पाठ पढ़ता हूँ, तो मेरी आवाज़ ऐसी सुनाई देती है।",
    "it": "Buongiorno! Ecco come suono quando leggo il suo testo ad alta voce.",
    "ja": "おはようございます。あなたの原稿を読むと、このような声になります。",
    "ko": "안녕하세요. 원고를 읽으면 이런 목소리가 납니다.",
    "nl": "Goedemorgen! Zo klink ik als ik uw tekst voorlees.",
    "no": "God morgen! Slik høres jeg ut når jeg leser teksten din.",
    "pl": "Dzień dobry! Tak brzmię, kiedy czytam państwa tekst.",
    "pt": "Bom dia! É assim que eu soo quando leio o seu texto em voz alta.",
    "ru": "Доброе утро! Вот как я звучу, когда читаю ваш текст.",
    "sv": "God morgon! Så här låter jag när jag läser din text högt.",
    "tr": "Günaydın! Metninizi okurken sesim böyle çıkıyor.",
    "uk": "Доброго ранку! Ось як я звучу, коли читаю ваш текст.",
    "zh": "早上好！我朗读您的稿子时，声音就是这样的。",
}
"""The sentence for each ISO 639-1 code: a greeting, and two clauses in which a voice rises and
falls."""
