"""Spellings of one name, and its short forms: what people and clerks write for each other, by general knowledge.

Spellings are of one name in one script or another, so that no two children of a house bear both. Short forms are names
of their own as well, and a brother may bear one: they are a lesser ground, and stand for the full name, which is the
first of its group, and not for one another. What is one name in one language and two in another is left out: Hong and
Hung are one man in Peking and a sister and brother in Saigon. No list was drawn from a register of persons. A stroke
parts what stands for one another; a word may stand in several places.
"""

from __future__ import annotations

from collections.abc import Mapping

_SPELLINGS = """
mohammed/muhammad/mohamed/mohammad/muhammed/mohamad/muhamad/mohd/mohamadou/mamadou/mamadu ahmed/ahmad/ahmet omar/umar/omer hassan/hasan
hussein/husain/hussain/hussien/hossein/husayn ibrahim/ibraheem/ebrahim/ibrahima khalid/khaled/halid yousef/youssef/yusuf/yusef/youssouf/yosef
mahmoud/mahmud/mahmood abdullah/abdallah/abdulla abdoulaye/abdulai abdulrahman/abdelrahman/abdurrahman mustafa/mostafa/moustafa tariq/tarek/tarik
samir/sameer karim/kareem/kerim walid/waleed nasser/nasir/naser/nasr faisal/faysal/feisal jamal/gamal/djamal rashid/rasheed/rachid said/saeed/saed/sayed
ziad/zeyad/ziyad amir/ameer/emir osama/usama/ousama fatima/fatma/fatimah/fatema aisha/ayesha/aicha/aysha/aischa mariam/maryam/meryem zainab/zaynab/zeinab/zeynep
khadija/khadijah/hadija layla/leila/laila/leyla noor/nour/nur huda/hoda amina/aminah/ameena salma/selma yasmin/yasmeen/yasmine/jasmin samira/sameera iman/eman/imane
lina/leena abir/abeer sumaya/somaya/sumaiya asma/asmaa/esma khalil/khaleel/halil mansour/mansoor/mansur saleh/salih/salah haddad/hadad khoury/khouri/khuri
rahman/rehman farouk/farooq/faruk/farouq qasim/kassem/qassem/kasim/qassim shaheen/shahin najjar/najar sabbagh/sabagh darwish/darwich issa/eissa/isa/isah
salem/salim younis/younes/yunus/yunis haidar/haydar/haider aziz/azeez usman/ousmane/othman/osman/uthman ali/aly bilal/belal hamza/hamzah
oleksandr/aleksandr/alexander/alexandr/olexandr serhiy/serhii/sergey/sergei/sergiy/serhij volodymyr/vladimir/wladimir andriy/andrii/andrey/andrei/andrij
mykola/nikolai/nikolay/nikola yuriy/yurii/yuri/yury/iurii dmytro/dmitry/dmitri/dmitriy/dmitrij viktor/victor oleh/oleg ihor/igor petro/peter/pyotr/petr
vasyl/vasily/vasiliy/vasilii bohdan/bogdan pavlo/pavel anatoliy/anatoly/anatolii mykhailo/mikhail/mykhaylo/michail yevhen/evgeny/evgeniy/yevgeny/ievgen
vitaliy/vitaly/vitalii denys/denis maksym/maxim/maksim hrytsenko/gritsenko/grytsenko oksana/oxana olena/elena/yelena natalia/nataliya/natalya/nataliia iryna/irina/iryna tetiana/tatiana/tetyana/tatyana
svitlana/svetlana yulia/julia/yuliya/iuliia/yuliia olha/olga kateryna/ekaterina/katerina/yekaterina halyna/galina liudmyla/lyudmila/ludmila/liudmila
mariia/maria/mariya anastasiia/anastasia/anastasiya viktoriia/victoria/viktoria/viktoriya hanna/ganna nadiia/nadia/nadiya/nadya larysa/larisa
valentyna/valentina daria/darya/dariia sofiia/sofia/sofiya/sofya solomiia/solomia oliynyk/oliinyk/oleynik shevchuk/shevtchuk boyko/boiko lysenko/lisenko
melnyk/melnik klymenko/klimenko vasylenko/vasilenko sydorenko/sidorenko havrylenko/gavrilenko yurchenko/iurchenko hnatiuk/gnatyuk/hnatyuk bilyk/bilik/belik
jose/joseh marco/marcos jesus/hesus oscar/oskar hector/hektor raul/raoul yonatan/jonathan/jhonatan cristian/christian/kristian bryan/brayan/brian/braian isaias/isaiah
osvaldo/oswaldo esteban/estevan reynaldo/reinaldo silvia/sylvia martha/marta veronica/beronica isabel/ysabel/izabel araceli/aracely aracelis yesenia/jessenia/jesenia/yessenia
ximena/jimena sofia/sophia esther/ester ines/inez karla/carla susana/susanna/suzana miriam/myriam reina/reyna evelin/evelyn/evelyne xiomara/siomara
katherine/catherine/kathryn/katharine/cathryn/catharine elizabeth/elisabeth sarah/sara michelle/michele carol/carole deborah/debra/debora rebecca/rebekah/rebeca rachel/rachael
hannah/hanna teresa/theresa/therese ann/anne sydney/sidney claire/clare zoe/zoey haley/hailey/hayley erica/erika crystal/kristal/krystal stacy/stacey tracy/tracey
steven/stephen/stefan bryan/brian jeffrey/geoffrey/jeffery nicholas/nicolas/nikolas/nickolas eric/erik karl/carl terry/terri sean/shawn/shaun alan/allan/allen
louis/lewis/luis philip/phillip/filip glenn/glen derek/derrick/derick darrell/darryl/daryl dwayne/duane corey/cory marcus/markus conor/connor myles/miles terrence/terrance/terence
li/lee yu/yue jian/chien yong/yung bin/ping gang/kang zhiqiang/chihchiang guo/kuo jie/chieh qiang/chiang xiang/hsiang zihao/tzuhao xiu/hsiu jing/ching yan/yen
hua/hwa juan/chuan xia/hsia qian/chien xue/hsueh yuan/yuen zhen/chen jiayi/chiayi xinyi/hsinyi jun/chun
kwame/kwami kofi/koffi kwasi/kouassi yaw/yao kojo/kodjo segun/shegun ousmane/usman sekou/seku/sekoe boubacar/bubakar/abubakar lamine/lamin modou/modu alhassan/alhasan
adwoa/adjoa afia/afua aminata/aminatou fatou/fatu/fatoumata mariama/mariame aissatou/aisatu/aissata kadiatou/kadiatu hawa/awa ramatoulaye/ramatulai oumou/umu
koroma/kourouma sesay/cessay toure/touray cisse/ceesay kone/konneh moussa/musa/moosa cheikh/sheikh/shaikh amadou/ahmadu/amadu isatou/isatu traore/trawally ndiaye/njie diop/jobe ouattara/watara tetteh/teteh ogunleye/ogunleyeade gyamfi/jamfi
"""

_SURNAMES = """
gonzalez/gonzales vasquez/vazquez/basquez velasquez/velazquez valdez/valdes cortez/cortes chavez/chaves espinoza/espinosa meza/mesa zavala/zabala quiroz/quiros
rodriguez/rodrigues perez/peres lopez/lopes hernandez/hernandes martinez/martines garcia/garzia jimenez/gimenez/ximenez mejia/mexia/megia nunez/nunes ramirez/ramires
gutierrez/gutierres sanchez/sanches dominguez/domingues diaz/dias gomez/gomes
clark/clarke green/greene phillips/philips stewart/stuart cook/cooke rogers/rodgers peterson/petersen reed/reid wood/woods bailey/bayley kelly/kelley gray/grey
myers/meyers mcdonald/macdonald/mcdonnald stephens/stevens matthews/mathews olson/olsen snyder/snider riley/reilly elliott/elliot/eliott schmidt/schmitt meyer/meier/maier
johnston/johnstone hansen/hanson jensen/jenson schultz/schulz/shultz hoffman/hoffmann weber/webber allen/allan
li/lee/ly wang/wong huang/wong/hwang zhang/chang/cheung/zang liu/lau/liou chen/chan yang/yeung/young zhao/chao/chiu wu/ng/woo zhou/chou/chow/zhow xu/hsu/hsui zhu/chu/choo
hu/wu/woo guo/kuo he/ho lin/lam gao/kao/ko luo/lo zheng/cheng liang/leung xie/hsieh/tse song/sung/soong feng/fung deng/teng cao/tsao peng/pang zeng/tseng/tsang
xiao/hsiao/siu tian/tien dong/tung pan/poon cai/tsai/choi/chua jiang/chiang/keung yu/yue/yee du/tu ye/yeh/yip ma/mah lu/loo shen/shum tang/tong han/hon
owusu/owusuh boateng/boatin asante/ashanti osei/osey appiah/apia agyeman/agyemang okafor/okafo diallo/jallow/jalloh/diallow bah/ba barry/barrie camara/kamara conteh/konteh
nguyen/nguyn/ngyuen tran/trann pham/fam phan/fan dang/dan do/doh dinh/dingh trinh/trin duong/dzuong
"""

_SHORT_FORMS = """
william/bill/will/billy/willie/liam robert/bob/rob/bobby/robbie richard/rick/dick/rich/ricky james/jim/jimmy/jamie john/jack/johnny/jon jonathan/jon
joseph/joe/joey michael/mike/mickey david/dave/davy thomas/tom/tommy charles/charlie/chuck christopher/chris matthew/matt daniel/dan/danny anthony/tony donald/don/donny
steven/steve stephen/steve andrew/andy/drew kenneth/ken/kenny george/georgie edward/ed/eddie/ted/ned ronald/ron/ronnie timothy/tim/timmy jeffrey/jeff gregory/greg
benjamin/ben/benny samuel/sam/sammy patrick/pat/paddy alexander/alex/sasha/xander nicholas/nick/nicky jacob/jake zachary/zach/zack henry/hank/harry peter/pete walter/walt
lawrence/larry gerald/jerry albert/al/bert alfred/al/fred frederick/fred philip/phil raymond/ray theodore/ted/theo vincent/vince nathaniel/nate/nathan leonard/len/lenny
joshua/josh raymond/ray eugene/gene douglas/doug francis/frank franklin/frank terrence/terry clifford/cliff reginald/reggie maxwell/max dominic/nick
elizabeth/liz/beth/betty/eliza/lizzie/betsy katherine/kate/kathy/katie/kat catherine/cathy/cate margaret/maggie/peggy/meg/marge patricia/pat/patty/trish jennifer/jen/jenny
deborah/debbie/deb barbara/barb susan/sue/susie jessica/jess/jessie rebecca/becky/becca kimberly/kim stephanie/steph cynthia/cindy kathleen/kathy/kate pamela/pam
samantha/sam christine/chris/chrissy/tina christina/tina/chris judith/judy/jude victoria/vicky/tori alexandra/alex/sandra/sasha dorothy/dot/dolly theresa/terry/tess
abigail/abby madeline/maddie amanda/mandy melissa/missy gabrielle/gabby jacqueline/jackie teresa/terry sandra/sandy frances/fran virginia/ginny natalie/nat
francisco/paco/pancho/frank jose/pepe/chepe manuel/manny/manolo jesus/chuy guadalupe/lupe/lupita ignacio/nacho enrique/kike/henry roberto/beto alberto/beto
guillermo/memo/william antonio/tono/tony alejandro/alex/ale eduardo/eddie/lalo rafael/rafa jorge/george miguel/michael/mike juan/john pedro/peter luis/louis/lucho
dolores/lola mercedes/meche rosario/chayo concepcion/concha josefina/fina/pepa isabel/chabela maria/mary carmen/carmela consuelo/chelo graciela/chela
oleksandr/sasha/olek volodymyr/vova dmytro/dima mykhailo/misha anastasia/nastya kateryna/katya natalia/natasha yevhen/zhenya mykola/kolya
funmilayo/funmi chukwuemeka/emeka babatunde/tunde ikechukwu/ike olusegun/segun oluwaseun/seun
"""


def _groups(listed: str, *, heads: bool = False) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(listed.split()):
        for word in group.split("/")[: 1 if heads else None]:
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


SPELLINGS = _groups(_SPELLINGS + _SURNAMES)
SHORT_FORMS = _groups(_SHORT_FORMS)
"""The groups in which a word stands."""
OF_GIVEN = _groups(_SPELLINGS)
"""Those that tell of given names: as surnames Zhao and Chao are one, as given names they are two."""
IN_FULL = _groups(_SHORT_FORMS, heads=True)
"""Those in which it stands first, as the name of which the others are short forms."""
