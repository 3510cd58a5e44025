"""Words of notes: sounds and stage directions, by language.

All words are in lower case and without accents, as `plain_letters` makes them. Captions mix
languages, so a note in one language is recognised in a script of any other. If a language has no
table, only the brackets show what is a note (`_notes`).
"""

from __future__ import annotations

from collections.abc import Mapping

from wordlight.reading._letters import plain_letters
from wordlight.reading._word_list import word_list


def _merged(tables: Mapping[str, str]) -> frozenset[str]:
    return word_list(plain_letters(" ".join(tables.values())))


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in plain_letters(text).split(","))


SOUNDS = _merged(
    {
        "en": """
        applause beat bleep cheering clapping cough coughs crosstalk crying explosion explosions
        footsteps gasp gasps giggle giggling groan gunfire gunshot gunshots inaudible indistinct
        laugh laughing laughter music pause scream screaming screams shouting sigh sighing silence
        sirens sob sobbing thunder unintelligible whispering whistling yelling
    """,
        "de": """
        Applaus Beifall Gelächter Jubel Husten Lachen Musik Pause Pfiffe Räuspern Schluchzen
        Schreie Schritte Schuss Schüsse Schweigen Seufzen Seufzer Stille Weinen unverständlich
    """,
        "fr": """
        acclamations applaudissements cris huées inaudible inintelligible musique pause pleurs rire
        rires sanglots silence soupir soupirs toux
    """,
        "es": """
        abucheos aplauso aplausos disparo disparos gritos inaudible ininteligible llanto música
        pausa risa risas silencio sollozos suspiro suspiros tos vítores
    """,
        "it": """
        applausi applauso colpi fischi grida incomprensibile inudibile musica pausa pianto risata
        risate risatina silenzio singhiozzi sospiro tosse
    """,
        "pt": """
        aplauso aplausos choro gritos inaudível ininteligível música pausa riso risos risada
        risadas silêncio soluços suspiro suspiros tosse vaias
    """,
        "ru": """
        аплодисменты выстрел выстрелы вздох кашель крики молчание музыка неразборчиво овации пауза
        плач рыдания свист смех тишина шаги
    """,
        "nl pl sv da tr uk el cs": """
        applaus gelach muziek pauze stilte brawa oklaski śmiech muzyka cisza pauza applåder skratt
        tystnad latter müzik alkış alkışlar kahkaha sessizlik музика оплески сміх тиша μουσικη
        χειροκροτηματα γελια σιωπη hudba potlesk smích ticho
    """,
    }
)
"""Words for a sound or for silence. They are a note by themselves."""

PAUSES = word_list(
    plain_letters("""
    beat pause pausa pauze paus Schweigen silence silencio silenzio silêncio Stille пауза тишина
    молчание 停顿 沉默 間 沈黙 침묵
""")
)
"""The `SOUNDS` during which a reader pauses."""

ACTS = _merged(
    {
        "en": """
        applauds applauding chuckles chuckling coughing cries enters exeunt exhales exits
        frowns gasping giggles grins groaning groans grunting grunts gulps humming hums inhales
        laughs moans mumbles mumbling murmuring murmurs muttering mutters nods panting
        scoffs shivers shouts shrugs shudders sighs singing sings smiles smirks sneezes
        sneezing sniffles sniffling sniffs snoring snores snorts sobs stammers stutters weeping
        weeps whimpers whispers whistles winks yawning yawns yells
    """,
        "de": """
        applaudiert applaudieren flüstert flüsternd gähnt hustet jubelt jubeln keucht kichert
        klatscht klatschen lacht lachend lachen lächelt murmelt nickt räuspert schluchzt schreit
        seufzt seufzend singt stöhnt summt weint weinend
    """,
        "fr": """
        applaudissent chante chuchote chuchotant crie gémit halète hurle murmure pleure pleurant
        ricane rient rit riant sanglote sourit soupire soupirant tousse toussant
    """,
        "es": """
        aplauden bosteza canta gime grita jadea llora llorando ríe ríen riendo solloza sonríe
        suspira suspirando susurra susurrando tose tosiendo
    """,
        "it": """
        applaudono canta geme grida ridacchia ridono ridendo singhiozza sorride sospira sospirando
        sussurra sussurrando tossisce urla
    """,
        "pt": """
        aplaudem boceja chora chorando geme grita ofega riem rindo soluça sorri suspira
        suspirando sussurra sussurrando tosse tossindo
    """,
        "ru": """
        аплодирует аплодируют вздыхает вздыхая всхлипывает кашляет кивает кричит кричат плачет
        поет рыдает смеется смеются смеясь стонет улыбается хихикает шепотом шепчет
    """,
    }
)
"""What people do that can be heard or seen. They are a note by themselves, or after a name."""

SOURCES = _merged(
    {
        "en": """
        alarm audience baby band bell bells bird birds bomb boy boys breath car cars cat cats
        child children choir church class clock cow crickets crowd dog dogs door doorbell doors
        engine everybody everyone feedback fire floor girl girls glass gun hands he helicopter horn
        horse host it keyboard keys kids language machine man men microphone narrator nose ocean
        orchestra owl people phone plane radio rain river rooster sea she singer siren someone song
        stairs storm students telephone theme they throat tires train truck tv water waves wind
        window wolf woman women arabic chinese english french german hindi italian japanese korean
        latin portuguese russian spanish deeply heavily
    """,
        "de": """
        alle Auto Baby Frau Frauen Glocke Glocken Hund Hunde Kind Kinder Klingel Mann Menge Männer
        Motor Publikum Regen Sirene Telefon Tür Uhr Vogel Vögel Wind Zuschauer er sie
    """,
        "fr": """
        chien chiens cloche cloches enfant enfants femme femmes foule homme hommes horloge il elle
        moteur oiseau oiseaux pluie porte public sirène sonnette tous téléphone vent verre voiture
    """,
        "es": """
        campana campanas coche gente hombre lluvia motor mujer multitud niño niños perro perros
        puerta pájaros público reloj sirena teléfono timbre todos viento él ella
    """,
        "it": """
        bambini bambino campana campane campanello cane cani donna folla gente motore orologio
        pioggia porta pubblico sirena telefono tutti uccelli uomo vento lei lui
    """,
        "pt": """
        cachorro campainha carro chuva crianças criança cão cães ela ele gente homem motor mulher
        multidão plateia porta público pássaros relógio sino sinos sirene telefone todos vento
    """,
        "ru": """
        часы ветер дверь дети дождь женщина зал звонок колокол машина мотор мужчина она они он
        птицы публика ребенок сирена собака собаки телефон толпа все
    """,
    }
)
"""Things and people that make a sound."""

NOISES = _merged(
    {
        "en": """
        approaches barking barks beeping beeps begins blaring blares blowing blows booing boos
        breaking breaks breathes breathing buzzes buzzing catches chanting chants chatter
        chattering cheers chimes chiming chirping chirps clears clearing clicking clicks closes
        closing continues crackles crackling crash crashes crashing creaking creaks crows dripping
        drips ends explodes fades fading falling falls honking honks howling howls knock knocking
        knocks meowing meows neighs opens opening passes playing plays purrs rattles revs ringing
        rings rises roaring roars rumbles rumbling running rustles rustling screeches screeching
        shatters shattering slam slamming slams speaking speaks splashes splashing starting starts
        stopping stops swells takes taking talking talks ticking ticks tolls typing vibrates
        wailing wails
    """,
        "de": """
        bellt bellen beginnt brummt endet fällt heult hupt klingelt klopft knallt knarrt läutet
        läuten öffnet prasselt quietscht schließt schlägt spielt startet tickt verklingt weht
        zwitschern zwitschert
    """,
        "fr": """
        aboie aboient chantent claque commence démarre ferme frappe grince joue klaxonne
        ouvre pleut retentit sonne sonnent souffle
    """,
        "es": """
        abre arranca cantan cierra comienza continúa golpean golpes ladra ladran llaman sopla suena
        suenan toca termina
    """,
        "it": """
        abbaia abbaiano apre bussano chiude cigola comincia continua inizia sbatte sfuma soffia
        squilla suona suonano termina
    """,
        "pt": """
        abre batem bate começa continua fecha late latem sopra soa tocando toca tocam termina
    """,
        "ru": """
        бьет бьют звенит звонит звучит играет лает лают начинается открывается поют скрипит стихает
        стучат стучит воет хлопает хлопают шумит
    """,
    }
)
"""What a source of sound does. Together with the source they are a note: "door slams"."""

DIRECTIONS = _merged(
    {
        "en": """
        aside blackout bows crosses curtain cut drinks gestures glances hugs kisses kneels leans
        looks offstage onstage pours raises runs shakes sits stands stares turns walks
    """,
        "de": "abseits betritt geht kommt setzt steht tritt verlässt Vorhang",
        "fr": "entre entrent lève regarde rideau sort sortent tourne assied",
        "es": "asiente entra entran levanta mira sale salen sienta telón",
        "it": "annuisce entra entrano esce escono guarda siede sipario",
        "pt": "cortina entra entram levanta olha sai saem senta",
        "ru": "входит входят встает выходит выходят занавес садится смотрит уходит",
    }
)
"""What people do on a stage. They are a note if nothing else stands on the line."""

MODIFIERS = _merged(
    {
        "en": """
        a again all ambient an and at audio away awkward background both brief bright building by
        calm camera canned cheerful dark deep distance distant down dramatic eerie effect effects
        emotional energetic enthusiastic epic evil faint far fast from gentle guitar half happy
        heavy her high his hysterical in inspirational instrumental intense intro into its light
        live lively long loud low melancholy minute moment more muffled mysterious nervous of off
        ominous on orchestral out outro over peaceful piano polite quiet romantic s sad scattered
        screen second seconds short slight slow soft softer sound sounds steady still studio sudden
        suspenseful synth tense that the their then through throughout thunderous to together under
        up upbeat uplifting very violin voice voices warm with foreign
    """,
        "de": """
        aus bei das dem den der die dramatische ein eine einem einer fröhliche fröhlich herzlich
        Hintergrund hinter im in kurz kurze kurzes lang lange langer laut lauter lautes leise leiser
        leises mit ruhige sanfte sehr sich spannende stark starker tief und vom zu zwei
    """,
        "fr": """
        au aux avec bas bref brève court courte dans de des douce doucement du en et fond forte fort
        gai joyeuse la le les long longue léger légère l'air nourris petit plus se son sur triste un
        une vive
    """,
        "es": """
        alegre al alto animada baja bajo breve con corta de del dramática el en fondo fuerte
        fuertes la larga largo las los lo poco se su suave triste un una unos y
    """,
        "it": """
        allegra al alla bassa breve con del della di dolce drammatica e fondo forte il in la le lo
        lontananza lunga lungo sottofondo si sommesse tra triste un una voce
    """,
        "pt": """
        a ao alegre alta animada baixa baixo breve com da de do dramática e em fundo forte leve
        longa longo o para suave se triste um uma
    """,
        "ru": """
        бурные в веселая вдали громкая громкий громко грустная долгая и короткая легкая на общий
        одобрительные возгласы про продолжительные с себя спокойная тихая тихий тихо тревожная
        фоне
    """,
    }
)
"""Words that describe a sound. They may stand in a note, but do not make one."""

ONLY_IN = {"ride": "it", "ri": "pt"}
"""Cues that are different words in other languages, each with the language where it is a cue."""

PHRASES = _phrases("""
    blank audio, background noise, no audio, no sound, no speech, sic, v.o., v.o, v/o, o.s., o.s,
    o.c., o.c, off screen, off-screen, offscreen, off camera, voice over, voiceover, cont'd, contd,
    continued, fade in, fade out, fade to black, cut to black, speaks indistinctly, non-english,
    au loin, hors champ, voix off, fuera de cámara, voz en off, fuori campo, за кадром, в сторону,
    aparte, à part, a parte, beiseite, 掌声, 笑声, 笑, 大笑, 音乐, 叹气, 咳嗽, 停顿, 沉默, 欢呼,
    欢呼声, 哭, 哭泣, 听不清, 鼓掌, 热烈掌声, 背景音乐, 轻音乐, 微笑, 苦笑, 低语, 敲门声, 枪声,
    雷声, 音楽, 拍手, 笑い, 爆笑, ため息, 咳, 間, 沈黙, 歓声, 泣き声, 聞き取れない, 聞き取り不能,
    拍手喝采, 笑い声, 小声で, 小声, 박수, 박수 소리, 웃음, 웃음소리, 음악, 한숨, 기침, 침묵, 환호,
    환호성, 웃으며, 속삭이며, موسيقى, تصفيق, ضحك, يضحك, صمت, هتاف, بكاء, تنهد, מוזיקה,
    מחיאות כפיים, צחוק, צוחק, שתיקה, संगीत, तालियाँ, तालियां, हँसी, हंसी, खामोशी, เสียงดนตรี,
    ดนตรี, เสียงปรบมือ, ปรบมือ, หัวเราะ, เสียงหัวเราะ, música de fundo, موسیقی, خنده
""")
"""Phrases that are the whole of a note."""

EDITORIAL = _phrases("""
    according to whom?, by whom?, citation needed, clarification needed, edit, emphasis added,
    emphasis mine, page needed, sic, verification needed, when?, who?, why?
""")
"""Notes that an editor puts right after a word."""

FUNCTION_WORDS = word_list("""
    a all am an and any are as at be been being both but by can did do does each every for from had
    has have he her here his i if in is it its my no not of on one or our she so some such than that
    the their them then there these they this those to was we were what when where which who whose
    will with would you your
""")
"""Words that begin an editor's addition ("[the king]"), but never a sound."""

NOT_OF_SOUNDS = word_list("""
    am because but can cannot can't could did didn't don't had i i'm if me my no not or our shall
    should was we were what which who will won't would you your
""")
"""Words of somebody who speaks or narrates. No stage direction has one of them."""

HEADINGS = word_list(
    plain_letters("""
    act book chapter part scene section volume acte chapitre scène tome acto capítulo escena parte
    akt kapitel szene teil atto capitolo scena ato cena глава сцена часть акт
""")
)
"""Words that begin a heading. A heading is said even if it stands in brackets."""
