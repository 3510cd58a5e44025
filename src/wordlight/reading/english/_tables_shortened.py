"""English words that are written short, and what they are short for."""

from __future__ import annotations

from wordlight.reading._word_list import word_list, word_table

TITLES = word_table("""
    dr doctor; mr mister; mrs missus; ms miz; prof professor; rev reverend; gen general;
    sgt sergeant; capt captain; lt lieutenant; col colonel; gov governor; sen senator;
    rep representative; hon honorable; cpl corporal; pvt private; maj major; cmdr commander;
    adm admiral; pres president; supt superintendent; msgr monsignor; fr father; messrs messieurs;
    det detective; insp inspector; brig brigadier; amb ambassador
""")
"""Titles before a name. Most need a stop ("Gen. Marlow"), and some do not ("Dr Smith")."""

BARE_TITLES = word_list("capt col dr lt messrs mr mrs prof sgt")
"""Titles before a name that need no stop."""

NUMBERED = word_table("""
    no number; nos numbers; nr number; fig figure; figs figures; vol volume; vols volumes;
    ch chapter; chap chapter; p page; pp pages; sec section; eq equation; eqs equations;
    art article; apt apartment; rm room; ste suite; ep episode; pt part; op opus; tab table;
    ex example; ref reference; app appendix; rte route; rt route; hwy highway; ext extension;
    par paragraph; v verse; vv verses; l line; ll lines; bldg building; mk mark; cat catalogue;
    exp experiment; s season; e episode
""")
"""Short forms with a stop, before a number: "No. 5", "Fig. 3", "pp. 10-12"."""

NUMBERED_BARE = word_list("apt ext fig figs hwy no nos pp rt rte vol vols")
"""The `NUMBERED` that need no stop. "no" is one only with a capital: "No 5"."""

NUMBERED_BY_FIGURES = word_list("ch e l p pt rt s ste v")
"""The `NUMBERED` that need figures. Before a Roman numeral they mean something else."""

ABBREVIATIONS = word_table("""
    jr junior; sr senior; vs versus; etc et cetera; e.g for example; eg for example; i.e that is;
    ie that is; approx approximately; dept department; ltd limited; inc incorporated;
    corp corporation; co company; bros brothers; assn association; govt government;
    univ university; intl international; natl national; dist district; est established;
    misc miscellaneous; min minimum; max maximum; avg average; temp temperature; tel telephone;
    cf compare; al al; ca circa; ed edition; eds editors; trans translated; esp especially;
    incl including; excl excluding; orig originally; mfg manufacturing; assoc associates;
    asst assistant; mgr manager; dir director; tbsp tablespoons; tsp teaspoons; oz ounces;
    lb pounds; lbs pounds; hr hours; hrs hours; mins minutes; secs seconds; yr years; yrs years;
    wk week; viz namely; no no; esq esquire; anon anonymous; illus illustrated; &c et cetera;
    inst institute; acad academy; comm committee; acct account; amt amount; doz dozen;
    inf infantry; regt regiment; div division; jan january; appt appointment; attn attention;
    biol biology; cont continued; def definition; econ economics; ft feet; in inches; mi miles;
    yd yards; pt pints; qt quarts; gal gallons; sq square; cu cubic; mph miles per hour
""")
"""Short forms that are read in full if they have a stop and are not among the `STOPPED_WORDS`."""

STOPPED_WORDS = word_list("""
    al app art ca cat co comm cont cu def det dir e ed eg est ex exp fig fr ft gal gov hon ie in
    inst jan jun l ll mar max may mi min mk mon no op orig p par pres pt ref rep rm rt s sat sec sen
    sun tab temp ten trans v wed
""")
"""Short forms that are also words, so that their stop may end a sentence. They count as short forms
only if a number or a name beside them shows it."""
