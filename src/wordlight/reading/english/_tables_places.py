"""English words of places: streets, directions, the states of the USA."""

from __future__ import annotations

from wordlight.reading._word_list import word_list, word_table

STREETS = word_table("""
    ave avenue; blvd boulevard; rd road; ln lane; hwy highway; pkwy parkway; expy expressway;
    sq square; ter terrace; cir circle; ct court; pl place; rte route; rt route; tpke turnpike;
    apt apartment; ste suite; bldg building; st street; dr drive
""")
"""Short forms after a street's name: "Elm St.", "Sunset Blvd"."""

STREET_WORDS = word_list("""
    alley avenue boulevard broadway circle close court crescent drive expressway highway lane
    parkway place plaza road row square street terrace trail way
""")
"""Kinds of streets, in full."""

PLACES = {
    "mt": "mount",
    "ft": "fort",
    "pt": "point",
    "st": "saint",
    "ste": "sainte",
}
"""Short forms before a place's name: "Mt. Hood", "Ft. Worth", "St. Paul"."""

DIRECTIONS = word_table("""
    N north; S south; E east; W west; NE northeast; NW northwest; SE southeast; SW southwest
""")
"""Directions in an address: "708 N 1st St"."""

STATES = word_table("""
    AL alabama; AK alaska; AZ arizona; AR arkansas; CA california; CO colorado; CT connecticut;
    DE delaware; FL florida; GA georgia; HI hawaii; ID idaho; IL illinois; IN indiana; IA iowa;
    KS kansas; KY kentucky; LA louisiana; ME maine; MD maryland; MA massachusetts; MI michigan;
    MN minnesota; MS mississippi; MO missouri; MT montana; NE nebraska; NV nevada;
    NH new hampshire; NJ new jersey; NM new mexico; NY new york; NC north carolina;
    ND north dakota; OH ohio; OK oklahoma; OR oregon; PA pennsylvania; RI rhode island;
    SC south carolina; SD south dakota; TN tennessee; TX texas; UT utah; VT vermont; VA virginia;
    WA washington; DC D C; WV west virginia; WI wisconsin; WY wyoming
""")
"""Short forms of states, which stand after a city and a comma, or before a ZIP code."""
