"""English words and letters that are written in capitals."""

from __future__ import annotations

from wordlight.reading._word_list import word_list

LETTERED = word_list("""
    AARP ABC AC ACLU ADHD AED AI AKA AMD API APIS APR AR ASAP ASL ATM AV AWS BBC BMW BYOB CBS CD
    CDC CEO CFO CGI CIA CIO CLI CMO CNN COO CPU CTO DC DEA DHL DIY DNA DOE DOJ DVD EBIT ECB ECG EDM
    EDT EKG EMT EPA ER ESL ESPN EST ETA EU EUR EV FAA FAQ FBI FCC FDA FDIC FEMA FM GBP GDP GE GM GMO
    GPA GPU GUI HBO HIV HOA HP HR IAEA IBM ICU ID IDE IDK IED IMF IMO IOC IOS IOU IP IPA IPO IQ IRA
    IRS ISBN ISP IUD IV IVF KFC KPI LA LG MBA MIT MLB MRI NAACP NBA NBC NCAA NFL NHL NIH NSA
    NYC OCD OECD OK OR OS PC PDF PGA PR PTA QA RAM RNA ROI ROM RPG RSA SAAS SDK SEO SQL SUV TPU
    TV UAE UCLA UFC UFO UI UK UN UNHCR UPS URI URL US USA USB USC USD USPS USSR UTI UV UX VIP VPN VR
    WHO WWE XR YMCA YWCA
""")
"""Capitals that are said letter by letter although they have a vowel."""

WORDS_IN_CAPITALS = word_list("""
    AIDS ASCII CAPTCHA COBOL COVID DR FEMA FOMO GIF HIPAA JPEG LASER LTD MENSA MR MRS NAFTA
    NASA NASDAQ NATO NIMBY OPEC OR OSHA PIN RADAR RAM ROM SAAS SCUBA SIM ST SWAT UNESCO UNICEF VS
    YOLO
""")
"""Capitals that are never read letter by letter: they are words, or too often so in a headline."""

WORDS_IN_HEADLINES = word_list("ACT AD IT LED PE SAT")
"""Letters in a sentence ("took the SAT"), but words if their neighbours are in capitals too."""

SHORT_WORDS = word_list("""
    abe act ad add age ago ah aha aid aim air all am amp amy an and ann ant any ape app apt are ark
    arm art as ash ask at ate aw awe ax axe aye bad bag bar bat bay be bed bee ben bet bid big bit
    bob bow box boy bug bus but buy by bye cab can cap car cat cop cow cry cup cut da dad dan day de
    del den der des dew did die dig dim dip do dog don dot dry due ear eat egg ego eh el elf elk elm
    emu end era eva eve ex eye fab fan far fat fed fee few fin fit fix fly fog for fox fun fur gap
    gas gem get gig gin go god got gum gun gut guy ha had ham has hat hay he hem hen her hey hi hid
    him hip his hit hm ho hop hot how hub hug huh hum hut ian ice id ida if ill in ink inn is it its
    ivy jam jar jaw jet jim job joe jog joy keg ken key kid kim kit la lab lap las law lay le led
    lee leg leo les let lid lie lip lit liz lo log los lot low ma mad man map mat max may me meg men
    met mia mix mob mom mop mu mud my nah nap net new no nod nor not now nu nun nut oak oar odd ode
    of off oh oil ok old on one opt or orb ore our out ow owl own ox pa pad pal pam pan pat paw pay
    pea peg pen pet pew pi pic pie pig pin pit ply pod pop pot pro pry pub pun put rag ram ran rap
    rat raw ray re red rep rib rid rim rip rob rod ron rot row roy rub rug run rye sad sam san sap
    sat saw say sea see set sew she sip sir sit six ski sky so sob son sow soy spy sub sue sum sun
    ta tab tag tan tap tar tax tea ted ten the tie tim tin tip to toe tom ton too top tow toy try
    tub tug two uh um una up urn us use van vet via von vow wag war was wax way we web wet who why
    wig win wit woe won wow ya yam yarn yay yep yes yet yo you zen zip zoe zoo zoom
""")
"""Short words that a headline may write in capitals. Other capitals of two or three are letters."""
