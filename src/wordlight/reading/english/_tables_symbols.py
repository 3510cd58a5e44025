"""English symbols and short forms, and what is said for them."""

from __future__ import annotations

from wordlight.reading._word_list import word_table

SYMBOLS = word_table("""
    # number; ¶ paragraph; §§ sections; ♭ flat; ♯ sharp; & and; + plus; = equals; @ at; % percent;
    ° degrees; ÷ divided by; × times; ± plus or minus; ≈ approximately; ≤ less than or equal to;
    ≥ greater than or equal to; ≠ not equal to; < less than; > greater than; § section; № number;
    / slash; √ square root of; ∞ infinity; π pi
""")
"""Symbols that stand alone."""

FRACTIONS = word_table("""
    ½ one half; ¼ one quarter; ¾ three quarters; ⅓ one third; ⅔ two thirds; ⅛ one eighth;
    ⅜ three eighths; ⅝ five eighths; ⅞ seven eighths
""")
"""Common fractions in one character."""

FRACTIONS_BEHIND_A_NUMBER = word_table("""
    ½ a half; ¼ a quarter; ¾ three quarters; ⅓ a third; ⅔ two thirds; ⅛ an eighth;
    ⅜ three eighths; ⅝ five eighths; ⅞ seven eighths
""")
"""The same fractions after a whole number and "and": "2½"."""

SPELLED = word_table("""
    n/a N A; a/c A C; i/o I O; q&a Q and A; r&d R and D; r&b R and B; b&b B and B; m&m M and M;
    at&t A T and T; h&m H and M; p&l P and L; a.k.a A K A; aka A K A; ph.d P H D; phd P H D;
    ph.ds P H D's; phds P H D's; m.sc M S C; msc M S C; bsc B S C; mba M B A; dna D N A;
    rna R N A; vip V I P; vips V I P's; diy D I Y; faq F A Q; faqs F A Q's; asap A S A P;
    rsvp R S V P; ios I O S; omg O M G; brb B R B; btw B T W; fyi F Y I; idk I D K; tbh T B H;
    lmk L M K; pov P O V; yoy Y O Y; qoq Q O Q; ph.d.s P H D's; diys D I Y's;
    lgbtq+ L G B T Q plus; tv T V; tvs T V's; pc P C
""")
"""Short forms that are said letter by letter, some with an "and" between the letters."""

SHORTHAND = word_table("""
    jr junior; sr senior; vs versus; etc et cetera; ltd limited; inc incorporated;
    tbsp tablespoons; tsp teaspoons; w/ with; w/o without; b/c because; c/o care of;
    c++ C plus plus; c# C sharp; f# F sharp; .net dot net; and/or and or; ok okay; wi-fi wi fi;
    °c degrees celsius; °f degrees fahrenheit; km/h kilometers per hour; mph miles per hour;
    macos mac O S; ctrl control; hwy highway; thru through
""")
"""Short forms that are said as the words they are short for."""

READ_ANYWHERE = {**SYMBOLS, **FRACTIONS, **SPELLED, **SHORTHAND}

GREEK = word_table("""
    α alpha; β beta; γ gamma; δ delta; ε epsilon; ζ zeta; η eta; θ theta; λ lambda; μ mu; ν nu;
    ξ xi; π pi; ρ rho; σ sigma; τ tau; φ phi; χ chi; ψ psi; ω omega
""")
"""The names of Greek letters, in lower case."""

SIGNS = word_table("""
    + plus; # number; ~ about; ± plus or minus; < less than; > more than; ≥ at least; ≤ at most;
    ≈ approximately; @ at; - minus; – minus; — minus; − minus
""")
"""Signs right before a number."""

OPERATORS = word_table("""
    + plus; = equals; × times; * times; ÷ divided by; < less than; > greater than;
    ≤ less than or equal to; ≥ greater than or equal to; - minus; − minus; – minus; / over;
    ≈ approximately; ± plus or minus
""")
"""Signs between the terms of a formula."""

SHORT_POWERS = {"2": "squared", "3": "cubed", "²": "squared", "³": "cubed"}
"""Powers that have a word of their own."""

WEB_MARKS = word_table("""
    . dot; @ at; / slash; - dash; _ underscore; : colon; + plus; ? question mark; = equals; & and;
    # hash; % percent; ~ tilde
""")
"""Marks in a web address, or in the name of a file."""

KEYS = {
    "ctrl": "control",
    "cmd": "command",
    "win": "windows",
    "fn": "function",
    "del": "delete",
    "esc": "escape",
}
"""Keys of a keyboard: "Ctrl+Esc"."""
