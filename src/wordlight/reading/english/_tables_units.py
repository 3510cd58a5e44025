"""The names of English units after a number, and after a slash."""

from __future__ import annotations

from wordlight.reading._word_list import word_list, word_table

UNITS = word_table("""
    % percent; ‰ per mille; ° degrees; °c degrees celsius; °f degrees fahrenheit;
    ºc degrees celsius; ºf degrees fahrenheit; km kilometers; m meters; cm centimeters;
    mm millimeters; nm nanometers; μm micrometers; kmh kilometers per hour;
    kph kilometers per hour; mph miles per hour; kg kilograms; g grams; mg milligrams;
    μg micrograms; mcg micrograms; lb pounds; lbs pounds; oz ounces; ft feet; yd yards; yds yards;
    mi miles; in inches; l liters; ml milliliters; dl deciliters; cl centiliters; μl microliters;
    s seconds; sec seconds; secs seconds; ms milliseconds; ns nanoseconds; μs microseconds;
    min minutes; mins minutes; h hours; hr hours; hrs hours; hz hertz; khz kilohertz;
    mhz megahertz; ghz gigahertz; kb kilobytes; mb megabytes; gb gigabytes; tb terabytes;
    pb petabytes; kbps kilobits per second; mbps megabits per second; gbps gigabits per second;
    w watts; kw kilowatts; mw megawatts; gw gigawatts; kwh kilowatt hours; mwh megawatt hours;
    wh watt hours; mah milliamp hours; v volts; kv kilovolts; mv millivolts; a amps; ma milliamps;
    ω ohms; kω kilo ohms; mω mega ohms; pa pascals; kpa kilopascals; hpa hectopascals; psi P S I;
    j joules; kj kilojoules; kcal kilocalories; cal calories; n newtons; k thousand; bn billion;
    mn million; fps frames per second; dpi dots per inch; ppi pixels per inch; rpm R P M;
    bpm beats per minute; px pixels; mp megapixels; db decibels; dba decibels; ha hectares;
    gal gallons; qt quarts; pt pints; tbsp tablespoons; tsp teaspoons; yr years; yrs years;
    ppm parts per million; ppb parts per billion; hp horsepower; mpg miles per gallon; lm lumens;
    t tons; x times; × times; c C; f F; d D; b billion; p P; e E; kn knots; ly light years;
    au A U; ev electron volts; kev kilo electron volts; mev mega electron volts;
    gev giga electron volts; mo months; mos months; wk weeks; wks weeks; fl fluid; mol moles;
    mmol millimoles; mmhg millimeters of mercury; iu I U
""")
"""Units that only count after a number, in lower case, and their names in the plural."""

CASED = word_table("""
    M million; B billion; T trillion; K thousand; G G; C C; F F; MM million; Mb megabits;
    Gb gigabits; Kb kilobits; kb kilobits
""")
"""Units whose capitals matter. A single capital after a space is none of these."""

PER = word_table("""
    s second; sec second; h hour; hr hour; min minute; day day; month month; mo month; year year;
    yr year; week week; wk week; kg kilogram; lb pound; m meter; km kilometer; l liter;
    ml milliliter; dl deciliter; g gram; gal gallon; hour hour; minute minute; second second;
    person person; night night; user user; oz ounce; m² square meter; m2 square meter;
    m³ cubic meter; cm³ cubic centimeter; ft foot; sqft square foot; unit unit; seat seat;
    mile mile; mi mile; kwh kilowatt hour; barrel barrel; hectare hectare; ha hectare; acre acre;
    cm centimeter; mm millimeter; s² second squared; s2 second squared
""")
"""Units after a slash: "km/s", "$20/month"."""

SINGULARS = {
    "feet": "foot",
    "inches": "inch",
}
"""The singular of names whose plural does not just add an "s"."""

UNCHANGED = word_list("celsius fahrenheit hertz horsepower per percent psi times")
"""First words of units that are the same in the singular and the plural."""

POWERS = {
    "²": "square",
    "³": "cubic",
    "2": "square",
    "3": "cubic",
}
"""Powers after a unit of length: "m²", "ft3"."""

LENGTHS = word_list("cm ft in km m mi mm yd")
"""Units that may be squared and cubed."""

GLUED_ONLY = word_list("b bn c d e f j k mn n p t x ×")
"""Units only right after their number. After a space they are mostly letters or names."""

SPACED_WORDS = word_list("a cal gal h in l m mi min pt s v w")
"""Units that after a space may also be words or names, depending on their case and neighbours."""

LETTER_UNITS = word_list("M B K G C F I A")
"""Capitals that are not units after a space."""

SMALL_ONLY = word_list("ft gal hr hrs in mi min mins oz pt sec yd")
"""Units that after a space count only in lower case."""

RATED = word_list("GB GHz MB MHz MP TB V W kW mAh")
"""Units that, right after a number, describe the thing that follows: "a 60W bulb"."""

MULTIPLES = word_list("billion million thousand trillion")
"""Names of units that are just large numbers, and so describe no thing."""
