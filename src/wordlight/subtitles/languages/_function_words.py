"""Function words that bind to a neighbour, so that no line should end between the two.

Source: Netflix Timed Text Style Guide, "Line Treatment": break after punctuation, before
conjunctions and prepositions; never part an article or an adjective from its noun, a first name
from a last name, a verb from its subject pronoun, its auxiliary, its particle or its negation.
"""

from __future__ import annotations

from collections.abc import Mapping

_ARTICLES = """a an the my your his her its our their this these those some any no every each whose
    another both either neither such what which per via"""
_OPENING_PREPOSITIONS = """in on at to by for with from into onto upon about over under between
    through during before after against among within without toward towards across behind beyond
    near since until inside outside beside besides beneath below above along around past despite
    except like unlike than as"""
_CONJUNCTIONS = """and or but nor so if because although though while when where whereas whether who
    whom that unless once until since before after why how"""
_PRONOUNS = "i we they he she who there"
_BEFORE_TO = "used want wants wanted going need needs needed ought able likely supposed"
_LOOSE_PRONOUNS = "you it"  # often objects; a line may end after one
_AUXILIARIES = """is are was were be been being am has have had having will would can could shall
    should may might must do does did cannot gonna i'm i've i'll i'd you're you've you'll you'd
    he's he'll he'd she's she'll she'd it's it'll we're we've we'll we'd they're they've they'll
    they'd that's there's who's what's isn't aren't wasn't weren't hasn't haven't hadn't won't
    wouldn't can't couldn't shouldn't don't doesn't didn't mustn't let's"""
_ADVERBS = "not very too more most quite rather really almost never always just only even also"

_ENGLISH = {
    **dict.fromkeys(_ADVERBS.split(), 0.6),
    **dict.fromkeys(_AUXILIARIES.split(), 0.6),
    **dict.fromkeys(_LOOSE_PRONOUNS.split(), 0.5),
    **dict.fromkeys(_PRONOUNS.split(), 0.9),
    **dict.fromkeys(("of", "off", *_OPENING_PREPOSITIONS.split()), 0.9),
    **dict.fromkeys(_CONJUNCTIONS.split(), 1.0),
    **dict.fromkeys(_ARTICLES.split(), 1.0),
}

_OTHERS = {
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

LEANING: Mapping[str, Mapping[str, float]] = {
    "en": _ENGLISH,
    **{code: dict.fromkeys(words.split(), 1.0) for code, words in _OTHERS.items()},
}
"""By ISO 639-1 code: lower-case words that lean on (bind to) the next word, and how strongly, up to
1."""

_OPENING_OTHERS = {
    "de": """und oder aber denn sondern dass weil wenn als ob obwohl während in im an am auf aus bei
        beim mit nach von vom zu zum zur für über unter vor hinter zwischen durch gegen ohne um
        seit bis""",
    "fr": """et ou mais donc or ni car que qui dont où si quand comme lorsque puisque à en dans sur
        sous par pour avec sans chez vers entre depuis pendant avant après contre""",
    "es": """y e o u pero sino ni que si cuando como donde porque aunque a en con sin por para sobre
        entre hasta desde hacia según durante contra""",
    "it": """e ed o ma né che se quando come dove perché mentre a in con su per tra fra da""",
    "pt": """e ou mas nem que se quando como onde porque embora em com sem por para sobre entre até
        desde""",
    "nl": """en of maar want dat die als omdat terwijl wanneer hoewel in op aan bij met van voor
        naar uit over onder tussen door tegen zonder om sinds tot""",
}


def _sets(words: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {code: frozenset(text.split()) for code, text in words.items()}


OPENING = _sets({"en": f"{_CONJUNCTIONS} {_OPENING_PREPOSITIONS}", **_OPENING_OTHERS})
"""By code: conjunctions and prepositions. A line may well begin with one."""

PARTICLES = _sets({
    "en": """up down off out away back apart together not himself herself itself themselves myself
        yourself ourselves""",
    "de": "nicht sich auf ab an aus ein vor zu weg los zurück",
})  # fmt: skip
"""By code: words that belong to the verb before them."""

ADJECTIVE_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "en": ("ous", "ful", "ive", "ible", "able", "less", "ical", "ial", "ual", "ary", "ish")
}
"""By code: endings of many adjectives that can stand before a noun."""

FIRST_OF_PAIRS = _sets({
    "en": """mr mrs ms dr prof st mt sir lady lord king queen captain president general chapter page
        number no part room flight""",
    "de": "herr frau dr prof kapitel seite nummer",
    "fr": "m mme mlle dr saint sainte chapitre page",
})  # fmt: skip
"""By code: titles and similar words that belong to the name or number after them."""

PHRASES: Mapping[str, frozenset[tuple[str, str]]] = {
    "en": frozenset((verb, "to") for verb in _BEFORE_TO.split())
    | {("a", "few"), ("as", "if"), ("as", "well"), ("even", "though"), ("each", "other")}
    | {("no", "one"), ("one", "another"), ("so", "that"), ("such", "as"), ("of", "course")}
    | {("kind", "of"), ("sort", "of"), ("lot", "of"), ("lots", "of"), ("out", "of")}
    | {("a", "lot"), ("a", "bit"), ("a", "little"), ("at", "all"), ("right", "now")}
}
"""By code: pairs of words that form one expression."""
