"""English words that show whether capitals such as "IV" or "I" are a Roman numeral."""

from __future__ import annotations

from wordlight.reading._word_list import word_list

REIGNS = word_list("""
    abdul abdullah adrian alaric albert alexander alexei alfonso amadeus amenhotep anne antiochus
    artaxerxes athelstan baldwin basil bela benedict boniface boris bourbon callixtus canute carl
    carlos casimir catherine celestine charles childeric christian clement cleopatra clovis conrad
    constantine cyrus darius david edgar edmund edward elizabeth emmanuel emperor eugene felipe
    ferdinand francis frederick george gregory gustav gustavus haakon harald harold hassan henry
    honorius hugh hussein innocent isabella ivan james john joseph juan julius justinian kamehameha
    kenneth khosrow king ladislaus leo leon leopold lothair louis lucius ludwig margaret martin mary
    matthias maximilian mehmed michael mindaugas mithridates mohammed muhammad murad napoleon
    naruhito nicholas nicolas olaf otto paul pedro peter philip pius pope prince ptolemy queen
    rainier rama ramesses ramses richard robert rudolf seleucus selim seti shapur sigismund sixtus
    stephen suleiman sultan sylvester theodoric theodosius thutmose tsar tutankhamun umberto urban
    victor victoria vittorio wilhelm william xavier xerxes
""")
"""Names that rulers and popes shared: "Henry VIII" is "Henry the eighth"."""

NUMBERED_BY_ROMANS = word_list("""
    act angiotensin annex apollo appendix area article bipolar book bowl canto category chapter
    chronicles civilization class collagen corinthians corps count diabetes diablo division doom
    episode exhibit factor falcon fantasy fighter figure gemini gen generation godfather grade group
    halo ii iii interleukin iv kings league lesson level maccabees mark model movement option opus
    part peter phase photoshop plate polaris polis portal quake quest rambo region rocky round
    samuel saturn scene schedule season section series sonata stage starcraft step symphony table
    thessalonians tier timothy titan title track trek trial trials trident type unit vatican version
    volume war warcraft wars wwi zone
""")
"""Nouns before a Roman numeral that is said as a plain number: "Chapter IV", "World War II"."""

KINDS = word_list("class grade level phase stage type")
"""Words before an "I" that may mean "one": "Type I", "Phase I"."""

NUMBERED_SHORT = {
    "bk": "book",
    "ch": "chapter",
    "vol": "volume",
}
"""Shortened words before a Roman numeral."""

NO_NAMES = word_list("""
    a an and at by for her his i in its my of on or our that the their this to your
""")
"""Words that never stand before a Roman numeral."""

VERBS_AFTER_I = word_list("""
    am can could did didn't do don't had have knew know like liked love made may might must need
    played read said saw say see should think thought took want wanted was went will would wrote
""")
"""Verbs that stand after the word "I"."""

SMALL_ROMANS = word_list("ii iii iv vi vii viii ix xi xii xiii xiv xv")
"""Lower-case letters that may be a Roman numeral after a numbered noun."""

SMALL_NO_ROMANS = word_list("cm di dim li mi mild mix mm")
"""Lower-case letters that are not Roman numerals, although they would be in capitals."""

CAPITAL_NO_ROMANS = word_list("""
    CC CD CI CIVIL CM CV DC DI DIM DVI LI LIVID MC MD MI MILD MIX MM VIVID XL
""")
"""Capitals that are seldom Roman numerals, unless a numbered noun stands before them."""
