"""Words that distinguish a speaker's label ("ANNA:") from another word with a colon ("Note:").

All words are in lower case and without accents, as `plain_letters` makes them.
"""

from __future__ import annotations

from wordlight.reading._letters import plain_letters
from wordlight.reading._word_list import word_list


def _words(text: str) -> frozenset[str]:
    return word_list(plain_letters(text))


NO_NAMES = _words("""
    abstract authors languages style format outcome description flag bad architecture category
    command commands create default expected actual file files input install license modify output
    run test usage verify stack act action actions advantage advantages advice after afternoon
    agenda alert also analysis and announcement appendix april article assignment attention audio
    august author autumn axiom background bcc because before benefits blue body bonus book
    breakfast breaking bridge bulletin but by caption captions case caution cc chapter choice
    choices claim closed comment comments con conclusion cons contact contents copyright corollary
    cost cover credit credits cut danger date day deal december definition department details
    dinner directions disadvantage disadvantages disclaimer discount discussion easy edit editor's
    episode equipment eg etc evening event ex examples example excerpt exclusive exercise ext fact
    facts fade fall faq faqs favorite features february feelings fig figure final finally first fix
    fourth friday from fx goal goals good great green hard headline headlines height highlights
    hint history homework hook hour hours how however hypothesis idea ideas ie image important in
    index info information ingredient ingredients instruction instructions int intro introduction
    issue item january job july june key keyword keywords last lastly lemma lesson level lights
    likewise link links list live location lunch lyrics march material materials may meaning memo
    menu message method methods midnight minute mission model module monday month mood moral more
    moreover morning motto music myth name names nb never new news next night nonetheless noon note
    notes notice november now objective objectives observation october offer only open opinion
    option options outlook outro overview page parameters part phase phone photo picture place plan
    plot point points position postscript pps preface prep preparation price principle pro problem
    problems product proof proposition pros ps purpose quote quotes rating re reality reason
    reasons recap recipe recommendation red refrain remark remarks remember reminder report request
    requirement requirements result results review risk round rule rules sale saturday scene
    schedule score season second secret section see september servings serves setting sfx shot
    similarly size slide slogan so solution solutions song sound source sources special specs
    spoiler spring stage stats status step steps stop story strengths subject subtitle suddenly
    summary summer sunday supplies table tag tagline takeaway takeaways task teaser tel telephone
    text then theorem therefore third thought thoughts thursday thus time times tip tips title tldr
    to today todo tomorrow tone tonight tools topic topics total track transcript transition
    translation truth tuesday type unit update updates url values venue verse version video vision
    vol volume vs warning warnings weaknesses weather website wednesday week weekend weight what
    when where who why winner winter word words year yesterday yield

    absatz achtung akt also anhang anmerkung anmerkungen anschrift aufgabe aufgaben beilage
    bemerkung beispiel beispiele bild buch datum definition dienstag donnerstag ergebnis ergebnisse
    erstens fakt fakten fazit folge freitag gefahr grund gründe hinweis hinweise info inhalt
    kapitel lied lösung merke mittwoch montag motto nachteil nachteile name ort paragraph preis
    problem quelle quellen regel regeln rezept samstag schritt seite sonntag stichwort strophe
    stufe szene tag teil thema tipp tipps titel uhrzeit überschrift übung vorsicht vorteil vorteile
    vorwort warnung wichtig wochentag zeit ziel ziele zitat zubereitung zusammenfassung zutaten
    zweitens

    adresse annexe astuce attention auteur avantage avantages but chapitre conclusion conseil
    conseils couplet danger date définition demain dimanche enfin ensuite étape exemple exemples
    exercice fait heure hier important inconvénient inconvénients ingrédients jeudi jour leçon lieu
    livre lundi mardi mercredi méthode nb nom objectif partie préparation prix problème rappel
    recette refrain règle remarque résultat résumé samedi scène section semaine solution sommaire
    source sujet titre tome vendredi

    acto advertencia anexo aviso canción capítulo conclusión consejo consejos cuidado desventajas
    día dirección domingo ejemplo ejemplos ejercicio escena fecha fuente hora importante
    ingredientes instrucciones jueves lección libro lugar lunes martes método miércoles nombre nota
    notas objetivo parte paso peligro precio preparación problema receta recuerda regla resultado
    resumen sábado sección solución tema título ventajas viernes

    atto attenzione avviso avvertenza canzone capitolo conclusione consiglio consigli definizione
    domenica esempio esempi esercizio fase fonte giorno giovedì importante indirizzo ingredienti
    lezione libro luogo lunedì martedì mercoledì metodo nome nota note obiettivo ora passo pericolo
    preparazione prezzo problema regola ricetta riepilogo ricorda risultato sabato scena sezione
    soluzione suggerimento tema titolo vantaggi svantaggi venerdì

    ato atenção aviso canção capítulo conclusão conselho cuidado definição desvantagens dica dicas
    domingo endereço exemplo exemplos exercício fonte hora importante ingredientes lembrete lição
    livro local método nome nota notas objetivo observação parte passo perigo preço preparo
    problema quarta quinta receita regra resultado resumo sábado seção segunda sexta solução tema
    terça título vantagens

    важно внимание время вывод глава дата день заметка задача задание заключение зм имя ингредиенты
    инструкция итак итог итого книга место минусы напоминание объявление опасно осторожно песня
    плюсы подсказка понедельник вторник среда четверг пятница суббота воскресенье правило
    предупреждение пример примеры примечание примечания причина проблема решение результат рецепт
    совет советы состав сцена тема том урок факт цель цена часть шаг пс источник адрес этап важливо
    увага висновок розділ приклад примітка порада частина крок інгредієнти

    σημειωση προσοχη προειδοποιηση σημαντικο κεφαλαιο μερος βημα παραδειγμα συμβουλη υγ ημερομηνια
    τοπος ωρα υλικα εκτελεση συμπερασμα

    opmerking let waarschuwing belangrijk voorbeeld hoofdstuk deel stap ingrediënten bereiding
    datum plaats tijd conclusie samenvatting obs viktigt varning exempel kapitel steg ingredienser
    uwaga ważne przykład rozdział część krok składniki not uyarı önemli örnek bölüm adım malzemeler
""")
"""Words that are never a name, nor its first or last word."""

NAMES_TOO = word_list("april august autumn june may spring summer")
"""The `NO_NAMES` that may be a given name if another name follows."""

NO_NAMES_UNCASED = _words("""
    注意 提示 警告 危险 重要 例 例如 例子 示例 步骤 材料 食材 配料 做法 方法 时间 日期 地点 地址
    电话 价格 标题 题目 作者 来源 备注 附注 说明 总结 结论 摘要 目录 优点 缺点 问题 原因 结果 目标
    目的 规则 小贴士 提醒 更新 姓名 年龄 第一 第二 第三 首先 其次 最后 比如 另外 今天 明天 昨天
    早上 上午 中午 下午 晚上 星期一 周一 早餐 午餐 晚餐 事实 定义 附录 時間 日時 日付 場所 住所
    電話 価格 題名 著者 出典 備考 補足 説明 まとめ 結論 要約 目次 長所 短所 問題 理由 結果 目標
    ルール ポイント ヒント 例えば たとえば 作り方 手順 メモ 注 危険 名前 年齢 今日 明日 昨日 朝 昼
    夜 참고 주의 경고 중요 예 예시 예를 재료 방법 시간 날짜 장소 주소 전화 가격 제목 저자 출처 요약
    결론 목차 장점 단점 문제 이유 결과 목표 규칙 팁 단계 이름 나이 오늘 내일 어제 ملاحظة تنبيه
    تحذير هام مهم مثال المكونات الطريقة الوقت التاريخ المكان العنوان السعر المصدر الخلاصة النتيجة
    الفصل الجزء الخطوة نصيحة הערה אזהרה זהירות חשוב דוגמה דוגמא מרכיבים אופן הכנה זמן תאריך מקום
    כתובת מחיר מקור סיכום פרק חלק שלב טיפ नोट ध्यान चेतावनी महत्वपूर्ण उदाहरण सामग्री विधि समय
    तारीख स्थान पता मूल्य स्रोत सारांश अध्याय भाग चरण หมายเหตุ คำเตือน ตัวอย่าง ส่วนผสม วิธีทำ เวลา
    วันที่ สถานที่ ราคา สรุป บทที่ ขั้นตอน
""")
"""The `NO_NAMES` of scripts without capitals."""

ROLES = _words("""
    actor actress admiral all alien announcer answer anchor anchorwoman anchorman aunt baby barista
    bartender bishop both boss boy boys brother butler captain cashier caller child children chorus
    clerk colonel computer cop countess crowd dad daddy daughter detective director doc doctor dr
    driver duke elder emperor everyone farmer father friend gentleman general ghost girl girls god
    grandfather grandma grandmother grandpa granny guard guest guide herald hero host hostess
    husband inspector interviewee interviewer judge kid king knight lady landlord lawyer lieutenant
    lord ma'am maid major man manager mayor men merchant messenger minister miss mister moderator
    mom mommy mother mr mrs ms mum mummy narrator neighbor neighbour nurse officer operator pa
    pastor patient person pilot pirate policeman policewoman pope presenter president priest prince
    princess prof professor prophet q queen question radio reader receptionist reporter respondent
    robot sailor santa salesman secretary sergeant servant sheriff shepherd shopkeeper sir sister
    soldier son speaker stranger student teacher tourist uncle user assistant villager visitor vo
    vendor voice voiceover waiter waitress widow wife witch witness wizard woman women

    alle alter antwort arzt ärztin bruder chor dame erzähler erzählerin frage frau freund freundin
    gast großmutter großvater herr hexe interviewer junge kellner kellnerin kind kinder könig
    königin kunde kundin lehrer lehrerin mädchen mama mann moderator moderatorin mutter oma opa
    papa patient polizist prinz prinzessin reporter richter schüler schwester sohn soldat sprecher
    sprecherin stimme tochter vater verkäufer verkäuferin

    ami amie client cliente docteur élève enfant femme fille fils frère garçon homme hôte invité
    invitée journaliste juge maître maman médecin mère mademoiselle madame mlle mme monsieur
    narrateur narratrice papa père policier présentateur présentatrice prince princesse professeur
    reine réponse roi serveur serveuse soeur sœur soldat tous vendeur vendeuse voix

    abuela abuelo alumno amiga amigo camarera camarero chica chico cliente don doña entrevistador
    entrevistadora hermana hermano hija hijo hombre juez locutor locutora madre mamá médico mujer
    niña niño narrador narradora padre papá policía pregunta presentador presentadora princesa
    príncipe profesor profesora reina respuesta rey señor señora señorita sr sra soldado todos
    vendedor voz

    amica amico bambina bambino cameriera cameriere coro donna dottore dottoressa figlia figlio
    fratello giudice intervistatore maestra maestro madre mamma medico narratore narratrice nonna
    nonno padre papà poliziotto presentatore principe principessa professore professoressa re
    regina ragazza ragazzo risposta domanda signor signora signore signorina sig soldato sorella
    tutti uomo voce

    aluna aluno apresentador apresentadora avó avô criança filha filho garota garoto garçom homem
    irmã irmão juiz locutor mãe menina menino médica mulher narrador narradora pai pergunta
    policial príncipe professor rainha rei repórter resposta senhor senhora soldado todos vendedor
    voz

    автор бабушка ведущая ведущий ведьма все голос госпожа господин дедушка девочка девушка диктор
    доктор дочь друг женщина журналист интервьюер капитан король королева корреспондент мальчик
    мама мать милиционер мужчина муж жена няня ответ отец официант папа подруга покупатель
    полицейский принц принцесса продавец рассказчик ребенок репортер сестра солдат старик старуха
    студент судья сын учитель учительница хор царь царица чтец вопрос брат врач

    αφηγητης γιατρος μητερα πατερας ανδρας γυναικα βασιλιας φωνη δασκαλος verteller man vrouw
    moeder vader berättare lektor narrator kobieta mężczyzna anlatıcı

    旁白 主持人 主播 记者 老师 学生 妈妈 爸爸 母亲 父亲 爷爷 奶奶 男 女 男孩 女孩 男人 女人 医生
    护士 警察 司机 店员 服务员 顾客 客人 国王 王后 王子 公主 众人 问 答 甲 乙 丙 哥哥 姐姐 弟弟
    妹妹 ナレーター ナレーション 語り手 司会 司会者 記者 先生 生徒 お母さん お父さん 母 父 医者
    店員 客 王様 姫 全員 問 男の子 女の子 男性 女性 兄 姉 弟 妹 おじいさん おばあさん 내레이션
    내레이터 해설 진행자 사회자 기자 선생님 학생 엄마 아빠 어머니 아버지 의사 점원 손님 왕 왕비
    왕자 공주 남자 여자 질문 답변 모두 الراوي المذيع المذيعة المعلم المعلمة الأب الأم الطبيب الرجل
    المرأة الملك الملكة سؤال جواب س ج קריין קריינית מנחה מורה אמא אבא רופא גבר אישה מלך מלכה שאלה
    תשובה सूत्रधार कथावाचक शिक्षक माँ पिता डॉक्टर राजा रानी प्रश्न उत्तर ผู้บรรยาย ครู แม่ พ่อ หมอ
    ชาย หญิง พิธีกร ถาม ตอบ
""")
"""Roles of people who speak in a script, and titles before a name."""

ORDINALS = _words("""
    1st 2nd 3rd 4th first second third fourth fifth sixth seventh erste erster erstes zweite
    zweiter zweites dritte dritter premier première deuxième troisième primer primera primero
    segunda segundo tercer tercera prima primo seconda secondo terza terzo primeira primeiro
    terceira terceiro первая первый вторая второй третий третья
""")
"""Ordinals before a role: "First Witch"."""

QUESTIONS = _words("""
    answer antwort ask domanda frage pergunta pregunta question réponse respuesta resposta risposta
    вопрос ответ
""")
"""The `ROLES` that are a heading, not a speaker, if they have a number."""

GIVEN_NAMES = _words("""
    aaron abby abigail adam adrian aisha alan albert alex alexander alexandra alexis ali alice
    alicia allison amanda amber amelia amy ana andre andrea andreas andrew angela anita ann anna
    anne anthony antonio ariel arthur ash ashley audrey austin ava barbara beatrice ben benjamin
    bernard beth betty bill billy bob bobby brad brandon brenda brian bruce bryan caleb camila carl
    carla carlos carmen carol caroline catherine cathy charles charlie charlotte chris christian
    christina christine christopher claire clara claude claudia colin connor craig cynthia daisy
    dan dana daniel daniela danny dave david dean deborah debra dennis diana diane diego dmitri
    donald donna doris dorothy doug douglas dylan ed eddie edward elaine elena eli elijah elisa
    elizabeth ella ellen ellie emily emma eric erik erin ethan eva evan eve evelyn faith fatima
    felix fernando fiona florence frances francesca francisco frank franz fred frederick gabriel
    gary george gerald gina giovanni giulia gloria grace greg gregory guy hannah hans harold
    harriet harry hassan heather heidi helen helena henry holly howard hugh hugo ian ibrahim igor
    ines ingrid irene iris isaac isabel isabella ivan ivy jack jackie jacob jacqueline jake james
    jamie jan jane janet jason javier jay jean jeff jeffrey jen jennifer jenny jeremy jerry jess
    jesse jessica jessie jill jim jimmy joan joanna joe joel johann johannes john johnny jon jonas
    jonathan jordan jorge jose joseph josh joshua joy juan judith juliet judy julia julian julie
    jürgen justin kai karen karl kate katherine kathleen kathryn kathy katie kayla keith kelly ken
    kenneth kevin kim klaus kurt kyle larry laura lauren lea leah lee lena leo leon leonard lily
    linda lisa liz lola lorenzo louis louise luca lucas lucia lucy luigi luis luisa luka luke lukas
    lydia maggie marc marco marcus margaret maria marie marina mario marion mark marta martha
    martin mary mateo matt matthew maurice max maya megan mehmet melissa mia michael michelle
    miguel mike mila mohamed mohammed molly monica nadia nancy naomi natalie natasha nathan neil
    nicholas nick nicole nina noah nora norman oliver olivia omar oscar otto pablo pam pamela
    patricia patrick paul paula pedro penny pete peter petra phil philip phillip phoebe pierre
    priya rachel ralph ravi ray raymond rebecca ricardo richard rick rita rob robert roberto robin
    roger romeo ron ronald rosa rosie ross roy ruby russell ruth ryan sabine sally sam samantha
    samuel sandra sanjay sara sarah scott sean sebastian sergio seth sharon shirley silvia simon
    sofia sonia sophia sophie stefan stella stephanie stephen steve steven stuart sue susan susanne
    susie sven sylvia tamara tanya ted teresa terry thomas tim timothy tina todd tom tommy tony
    tracy tyler ursula valentina vanessa vera veronica victor victoria vincent virginia vivian
    walter wanda wayne wendy werner will william wolfgang xavier yuki yusuf zach zoe александр
    алексей алена алиса алла анастасия андрей анна антон борис вадим валентина валерий василий вера
    виктор виктория владимир галина григорий даша денис дима дмитрий евгений екатерина елена иван
    игорь ирина катя кирилл коля лена леонид людмила максим марина мария маша михаил миша надежда
    наталья наташа никита николай оксана олег ольга павел петр петя роман светлана сергей софия
    таня татьяна юлия юрий αννα γιωργος δημητρης ελενη κωστας μαρια νικος γιαννης
""")
"""Common given names. Two lines that begin with them are more likely a dialogue than a list."""

GREETINGS = _words("""
    ah aha alright aye bye congratulations excuse goodbye ha hello hey hi hmm hm huh i'm mm nice no
    nope oh ok okay ooh ouch please right sorry sure thank thanks uh um welcome well wow yeah yep
    yes aber ach bitte danke doch entschuldigung guten hallo ja klar moin na nein servus tschüss
    tja willkommen allô bonjour bonsoir d'accord merci non oui pardon salut si voyons eh bah ben
    adiós bien bueno claro gracias hola perdón sí vale vaya buenos buenas buongiorno buonasera
    certo ciao grazie scusa sì va beh bene prego desculpe não obrigada obrigado oi olá sim tchau
    bom boa ага алло да здравствуй здравствуйте ладно нет ну ой пока пожалуйста привет спасибо
    хорошо γεια ναι οχι καλημερα ευχαριστω 你好 您好 喂 嗨 是的 好的 谢谢 不客气 早上好 再见 对 嗯
    哦 啊 没有 当然 こんにちは こんばんは おはよう はい いいえ ありがとう ええ うん すみません
    もしもし 안녕 안녕하세요 네 아니요 감사합니다 그래 응 여보세요 مرحبا أهلا نعم لا شكرا السلام
    שלום כן לא תודה היי नमस्ते हाँ नहीं धन्यवाद สวัสดี ใช่ ไม่ ขอบคุณ
""")
"""Words with which somebody greets or answers."""

TALK = _words("""
    i i'd i'll i'm i've me mine my our ours us we we're we've you you're you've your yours dein
    deine dich dir du euch ich ihnen mein meine mich mir uns unser unsere wir je j'ai j'aime moi
    mon ma mes nous notre te toi ton tu vous votre mi mí nosotros tú usted ustedes yo io mio mia
    noi tuo tua voi eu meu minha nós seu sua você vocês я меня мне мой моя мы нам нас твой ты тебя
    тебе вам вас вы ваш εγω εσυ μου σου εμεις
""")
"""Words of somebody who addresses somebody else."""

TALK_UNCASED = "你您我吗呢吧私僕俺君"
"""Characters that show talk in scripts without spaces or capitals."""

LINKS = _words("""
    a and at behind by de del della der des di do dos du e el et für i in la le mit of on or the
    und van von with y & и с
""")
"""Small words inside a name: "Old Man with Hat", "Vincent van Gogh"."""

NO_NAMES_AMONG = _words("""
    are aren't be been can can't could did do does don't for had has have he her his how i is isn't
    it its my need not our said says she should than that their there these they things this those
    to was we were what when where which why will won't would you your asked asks writes wrote read
    reads added adds shouted replied answered ist sind war waren haben wird sagt sagte fragt fragte
    nicht wie warum für est sont dit était ont pour comment pourquoi pas es son dijo para cómo qué
    è sono disse per come é são como это был была сказал сказала спросил спросила как для не
""")
"""Words that occur in a sentence or heading of several words, but in no name of several words."""
