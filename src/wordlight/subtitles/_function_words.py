"""Small words that lean on what follows: a line that ends in one reads badly.

Articles, prepositions, conjunctions, possessives, auxiliaries, pronouns. Source: Netflix Timed Text
Style Guide, "Line Treatment" (never part an article from its noun, a preposition from its phrase).
"""

from __future__ import annotations

from collections.abc import Mapping

_WORDS = {
    "en": """a an the and or but nor so if as than that because although though while when where
        who which whose of in on at to by for with from into onto upon about over under between
        through during before after against among within without toward towards across behind
        beyond near since until per via my your his her it its our their this these those some any
        no every each is are was were be been am has have had will would can could shall should
        may might must do does did not i we you he she they it's i'm very too more most""",
    "de": """der die das den dem des ein eine einen einem einer eines und oder aber denn sondern
        dass weil wenn als ob obwohl während in im an am auf aus bei beim mit nach von vom zu zum
        zur für über unter vor hinter zwischen durch gegen ohne um seit bis mein dein sein ihr
        unser kein keine nicht sehr""",
    "fr": """le la les l' un une des du de d' au aux et ou mais donc or ni car que qui dont où si
        quand comme lorsque puisque à en dans sur sous par pour avec sans chez vers entre depuis
        pendant avant après contre mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs
        ce cet cette ces ne très plus je tu il elle on nous vous ils elles""",
    "es": """el la los las un una unos unas de del a al y e o u pero sino ni que si cuando como
        donde porque aunque en con sin por para sobre entre hasta desde hacia según durante contra
        mi tu su sus nuestro nuestra este esta estos estas ese esa no muy más se me te le lo""",
    "it": """il lo la i gli le l' un uno una un' di del dello della dei degli delle a al allo alla
        ai agli alle da dal dalla in nel nella nei nelle con su sul sulla per tra fra e ed o ma né
        che se quando come dove perché mentre mio mia tuo tua suo sua questo questa non più""",
    "pt": """o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem
        sobre entre até desde e ou mas nem que se quando como onde porque embora meu minha seu sua
        este esta esse essa não muito mais""",
    "nl": """de het een en of maar want dat die als omdat terwijl wanneer hoewel in op aan bij met
        van voor naar uit over onder tussen door tegen zonder om sinds tot mijn jouw zijn haar ons
        onze hun deze dit geen niet heel""",
}

FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split()) for code, words in _WORDS.items()
}
"""By ISO 639-1 code, lower case."""
