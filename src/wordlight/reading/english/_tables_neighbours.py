"""English words that show what the number beside them is."""

from __future__ import annotations

from wordlight.reading._word_list import word_list

DETERMINERS = word_list("a an another each every her his its my our that the their this your")
"""Words before an amount that describes something: "a $5 bill"."""

NO_THINGS = word_list("""
    a ago an and apart are as at away but by can could deep down for from had has have he high i if
    in is it long of old on or out per she should so tall than that the then they thick to up was we
    were when which who wide will with would you
""")
"""Words after an amount that are never the thing it describes."""

THINGS = word_list("""
    amp bag bar battery beam block board bolt bottle box bulb burger cable camera can card charger
    dash disk display dive drive dumbbell engine fish freestyle gap gun hike hose hurdles jar jump
    laptop lens limit line medley memory model module monitor motor nail pack packet phone pipe
    plate pool putt race ram relay ribbon rope run screen sensor sheet speaker speed sprint ssd
    steak stick swim tape tower trek tube walk wall walls wind winds zone
""")
"""Things that a measure often describes: "a 10m wall" is "a ten meter wall"."""

SCORES = word_list("""
    earned gave get give got out pain perfect rate rated rating score scored scoring solid
""")
"""Words near a score: "I give it 9/10"."""

NUMBER_PAIRS = {
    "24/7": "twenty four seven",
    "9/11": "nine eleven",
    "50/50": "fifty fifty",
    "20/20": "twenty twenty",
    "80/20": "eighty twenty",
    "7/11": "seven eleven",
}
"""Two numbers that are not a fraction, and what is said for them."""

NUMBERS_TO_CALL = word_list("007 112 211 311 411 911 988 999")
"""Numbers that are said digit by digit after words such as "call"."""
