"""The words of United States addresses, each with the one letter that stands for its kind.

The lists follow USPS Publication 28 (Postal Addressing Standards): street suffixes with their variants (appendix C1),
secondary unit designators (C2 and section 213), directionals (233), highways and county roads (appendix F), rural and
contract routes (24, 25), general delivery (26), post office boxes (28), Puerto Rico (29), military mail (225) and
state names (appendix B). What else people write for an address is in `lesser_addresses`; how words make a line
is for `delivery_line`. Figures have no list: `kind_of_figures` tells their kinds from their form.

Kinds, one letter a word, so that a line has a shape such as `newt,un` for `418 N Juniper St, Apt 7`:

    n 418            h 45-090, 12A, N6W23001  c B12, D-3      f 1/2           z 000            L any other figures
    o FIFTH, 5TH     k ONE, TWO               a C, NN         j I             e N S E W        D NORTH, NE
    t ST             v AVENUE                 r ROAD, HWY     S STREET, BLVD  s COURT, RIDGE   m MILE
    Z CENTER, CAMP   q ROUTE, FM              W I-35, FM1960  g COUNTY, OLD   T CALLE, VIA     K BROADWAY
    E THE            l DE, LAS                O OF            N AND, IN       & ampersand      , comma
    u APT            d LOT, BLDG, CELL        B BLOCK         U REAR          F FLOOR          # number sign
    p PO             P POBOX, APARTADO        b BOX           R RR, HC        M PSC, CMR       V USS     G GENDEL
    Y URB            H COND, RES              Q KM            C C/O           y TX (never a word of English or Spanish)
    I register number of someone held                         J to be split
    A begins a phrase of `SPELLINGS`                         w any other word
"""

from __future__ import annotations

import re

STATES: dict[str, str] = {
    name.strip(): line.split("=")[0].strip()
    for line in """
    AL=ALABAMA,ALA
    AK=ALASKA,ALAS
    AZ=ARIZONA,ARIZ
    AR=ARKANSAS,ARK
    CA=CALIFORNIA,CALIF,CAL
    CO=COLORADO,COLO
    CT=CONNECTICUT,CONN
    DE=DELAWARE,DEL
    DC=DISTRICT OF COLUMBIA,D C,DIST OF COLUMBIA
    FL=FLORIDA,FLA
    GA=GEORGIA
    HI=HAWAII
    ID=IDAHO,IDA
    IL=ILLINOIS,ILL,ILLS
    IN=INDIANA,IND
    IA=IOWA
    KS=KANSAS,KANS,KAN
    KY=KENTUCKY,KEN
    LA=LOUISIANA,LUISIANA
    ME=MAINE
    MD=MARYLAND
    MA=MASSACHUSETTS,MASS
    MI=MICHIGAN,MICH
    MN=MINNESOTA,MINN
    MS=MISSISSIPPI,MISS
    MO=MISSOURI
    MT=MONTANA,MONT
    NE=NEBRASKA,NEBR,NEB
    NV=NEVADA,NEV
    NH=NEW HAMPSHIRE,N H
    NJ=NEW JERSEY,N J,NUEVA JERSEY
    NM=NEW MEXICO,N MEX,N M,NUEVO MEXICO
    NY=NEW YORK,N Y,NUEVA YORK
    NC=NORTH CAROLINA,N C,N CAROLINA,NO CAROLINA,N CAR
    ND=NORTH DAKOTA,N D,N DAK,N DAKOTA,NO DAKOTA
    OH=OHIO
    OK=OKLAHOMA,OKLA
    OR=OREGON,ORE,OREG
    PA=PENNSYLVANIA,PENNA,PENN
    RI=RHODE ISLAND,R I
    SC=SOUTH CAROLINA,S C,S CAROLINA,SO CAROLINA,S CAR
    SD=SOUTH DAKOTA,S D,S DAK,S DAKOTA,SO DAKOTA
    TN=TENNESSEE,TENN
    TX=TEXAS,TEX,TEJAS
    UT=UTAH
    VT=VERMONT
    VA=VIRGINIA,VIRG
    WA=WASHINGTON,WASH
    WV=WEST VIRGINIA,W VA,W VIRGINIA
    WI=WISCONSIN,WIS,WISC
    WY=WYOMING,WYO
    PR=PUERTO RICO,P R
    VI=VIRGIN ISLANDS,US VIRGIN ISLANDS,USVI,V I
    GU=GUAM
    AS=AMERICAN SAMOA
    MP=NORTHERN MARIANA ISLANDS
    FM=FEDERATED STATES OF MICRONESIA
    MH=MARSHALL ISLANDS
    PW=PALAU
    AA=ARMED FORCES AMERICAS
    AE=ARMED FORCES EUROPE
    AP=ARMED FORCES PACIFIC
    """.split("\n")
    if "=" in line
    for name in (line.replace("=", ",")).split(",")
}


MILITARY_STATES = frozenset({"AA", "AE", "AP"})
NATION = frozenset(
    """
    USA, US, U S A, U S, UNITED STATES, UNITED STATES OF AMERICA, ESTADOS UNIDOS, EEUU, EE UU, EUA
    """.strip().split(", ")
)

# Suffixes that seldom are part of a name, and so end a street; then those that as often stand inside one.
_STREET_ENDS = """
    STREET STRT STR STREE STREETS BOULEVARD BLVD BOUL BOULV BLV DRIVE DR DRIV DRV LANE LN CT CRT CTS CIR CIRC CRCL PL
    TER TERR PARKWAY PKWY PKY PARKWY PKWAY PKWYS WY TRL TRLS TURNPIKE TPKE TRNPK SQ SQR ALY CV XING CRES BYP PLZ BND LNDG
    TRCE PT PTE CSWY RDG HOLW MNR MDWS TRWY DRS LP
"""
_STREET_NOUNS = """
    ALLEY ALLEE ALLY ANEX ANNEX ANX ARCADE ARC BAYOU BAYOO BYU BEACH BCH BEND BLUFF BLUF BLF BLUFFS BLFS BOTTOM BOTTM BTM
    BRANCH BRNCH BR BRIDGE BRDGE BRG BROOK BRK BROOKS BRKS BURG BURGS BYPASS BYPA BYPAS BYPS CANYON CANYN CNYN CYN
    CAPE CPE CAUSEWAY CAUSWA CIRCLE CIRCL CRCLE CIRCLES CIRS CLIFF CLF
    CLIFFS CLFS CLUB CLB COMMON CMN COMMONS CMNS CORNERS CORS COURSE CRSE COURT COURTS COVE COVES CVS CREEK CRK
    CRESCENT CRSENT CRSNT CREST CRST CROSSING CRSSNG CROSSROAD XRD CROSSROADS XRDS CURVE CURV DALE DL DAM DIVIDE DVD
    ESTATES ESTS EXTENSION EXTN EXTNSN EXT EXTENSIONS EXTS FALLS FLS FERRY FRRY FRY FIELD FLD FIELDS FLDS FLAT FLT FLATS
    FLTS FORD FRD FORDS FRDS FOREST FORESTS FRST FORGE FORG FRG FORGES FRGS FORK FRK FORKS FRKS GARDEN GARDN GRDEN GRDN GDN
    GARDENS GDNS GRDNS GATEWAY GATEWY GATWAY GTWAY GTWY GLEN GLN GLENS GLNS GREEN GRN GREENS GRNS GROVE GROV GRV GROVES
    GRVS HARBOR HARB HARBR HRBOR HBR HARBORS HBRS HAVEN HVN HEIGHTS HTS HGTS HILL HL HILLS HLS HOLLOW HLLW HOLLOWS HOLWS
    INLET INLT ISLAND ISLND ISLANDS ISLNDS ISLE ISLES JUNCTION JCTION JCTN JUNCTN JUNCTON JCT KEY KEYS KYS KNOLL KNOL KNL
    KNOLLS KNLS LAKE LK LAKES LKS LANDING LNDNG LIGHTS LOAF LF LCK LOCKS LCKS LODGE LDGE LODG LDG MALL MANOR MANORS
    MNRS MEADOW MDW MEADOWS MEDOWS MEWS MILL ML MILLS MLS MOTORWAY MTWY MOUNTAIN MNTAIN MNTN MOUNTIN MTN MOUNTAINS MTNS NECK NCK
    ORCHARD ORCH ORCHRD OVAL OVL OVERPASS OPAS PARK PRK PARKS PASS PASSAGE PSGE PATH PATHS PIKE PIKES PINE PNE PINES PNES
    PLACE PLAIN PLN PLAINS PLNS PLAZA PLZA POINT POINTS PTS PRAIRIE PRR RADIAL RADL RAMP RANCH RANCHES RNCH RNCHS RAPIDS
    RPDS RIDGE RDGE RIDGES RDGS RIVER RVR RIVR RIV ROW RUN SHOAL SHL SHOALS SHLS SHORE SHOAR SHR SHORES SHOARS SHRS SKYWAY
    SKWY SPRING SPNG SPRNG SPG SPRINGS SPNGS SPRNGS SPGS SPURS SQUARE SQRE SQU SQUARES SQRS SQS STATION STATN STN STA
    STRAVENUE STRA STREAM STREME STRM SUMMIT SUMIT SUMITT SMT TERRACE THROUGHWAY TRACE TRACES TRACK TRACKS TRK TRKS TRAK
    TRAFFICWAY TRFY TRAIL TRAILS TUNNEL TUNEL TUNL UNDERPASS UPAS UNION UNS VALLEY VALLY VLLY VLY VALLEYS VLYS VIADUCT VDCT
    VIADCT VIEW VW VIEWS VWS VILLAGE VILL VILLAG VILLG VILLIAGE VLG VILLAGES VLGS VILLE VL VISTA VIST VST VSTA VIS WALK
    WALKS WALL WAY WAYS WELLS WLS GADE CHASE CLOSE GATE GREENWAY PROMENADE BOARDWALK TOWNLINE QUARTER QUARTERS QTRS OAKS
    QUAY WHARF
"""

_WORDS: dict[str, str] = {
    "s": _STREET_NOUNS,
    "Z": "CENTER CENTERS CENTR CENTRE CNTER CNTR CTR CTRS CAMP CMP",
    "S": _STREET_ENDS,
    "t": "ST",
    "v": "AVE AVENUE AV AVEN AVENU AVN AVNUE",
    "r": "ROAD RD RDS ROADS HIGHWAY HWY HIGHWY HIWAY HIWY HWAY LOOP LOOPS SPUR EXPRESSWAY EXPY EXPW FREEWAY FREEWY FRWAY FRWY FWY",
    "q": "ROUTE RTE RT RUTA FM CR SR SH CTH STH TH IH US INTERSTATE TWP TR USFS BIA NYS",
    "g": "COUNTY STATE OLD FEDERAL FARM PRIVATE TOWNSHIP CTY CNTY INDIAN NAVAJO TRIBAL RESERVATION SERVICE BUSINESS CO FRONTAGE ACCESS",
    "T": "CALLE CALLEJON CALLECITA CAMINO CAMINITO AVENIDA AVDA AVD PASEO PASEOS PASAJE VIA RUE VEREDA CORTE CERRADA CIRCULO "
         "PLACITA SENDERO RONDA CARRETERA CARR CALZADA ENTRADA RAMBLA BULEVAR CALLES CARRERA CHEMIN ESTATE CHALAN",
    "K": "BROADWAY BOWERY EMBARCADERO STRAND ESPLANADE CONCOURSE RIALTO ALAMEDA BROADWALK MALECON MIDWAY SPEEDWAY",
    "E": "THE",
    "l": "LA LAS LOS EL DE DEL LE LES DU DES AL",
    "O": "OF",
    "N": "AND Y IN ON AT BY WITH",
    "&": "&",
    "m": "MILE",
    "e": "N S E W",
    "D": "NE NW SE SW NORTH SOUTH EAST WEST NORTHEAST NORTHWEST SOUTHEAST SOUTHWEST NORTE SUR ESTE OESTE SO",
    "u": "APT APTS APARTMENT APMT APTO APARTAMENTO UNIT UNIDAD SUITE STE RM ROOM TRLR PMB DEPTO DEPARTAMENTO DEPT MSC CUARTO "
         "HABITACION PISO OFICINA",
    "d": "LOT LOTE SPACE SP STOP SLIP PIER TRAILER HANGAR HNGR BUILDING BLDG BLD EDIFICIO EDIF DIVISION DIV SECTION "
         "CELL CELDA CELLBLOCK TIER WARD BED BUNK CABIN STALL SITE CAMPSITE CASA PHASE STORE BARRACK BARRACKS BARRACA WING "
         "MAILSTOP TOWER TORRE DORM DORMITORY DORMITORIO POD PABELLON MODULE MODULO MOD QUAD TANK COTTAGE HU LEVEL LVL",
    "B": "BLOCK BLK BLOQUE",
    "U": "BSMT BASEMENT FRNT FRONT LBBY LOBBY LOWR LOWER UPPR UPPER REAR SIDE OFC OFFICE PH PENTHOUSE GARAGE DOWNSTAIRS UPSTAIRS "
         "LOFT STUDIO",
    "F": "FLOOR FL FLR",
    "#": "# NO NUM NUMBER NUMERO NRO",
    "p": "PO",
    "P": "POBOX POB DRAWER LOCKBOX APARTADO APDO",
    "b": "BOX BX BUZON BZN",
    "R": "RR HC",
    "M": "PSC CMR OMC",
    "V": "USS USNS USCGC",
    "G": "GENDEL",
    "Y": "URB URBANIZACION BO BARRIO SECT SECTOR PARC PARCELA PARCELAS REPTO REPARTO JARD JARDINES ALTS ALTURAS BDA BARRIADA "
         "MANS MANSIONES QTAS QUINTAS COMUNIDAD HACIENDA ESTANCIAS",
    "H": "COND CONDOMINIO RES RESIDENCIAL",
    "Q": "KM HM KILOMETRO KILOMETER",
    "C": "C/O ATTN ATTENTION",
    ",": ",",
    "a": "A B C D F G H J K L M O P Q R T U V X Z AA BB CC DD EE FF GG HH JJ KK LL MM NN OO PP QQ TT UU VV ZZ",
    "j": "I",
    "k": "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN SIXTEEN SEVENTEEN "
         "EIGHTEEN NINETEEN TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY HUNDRED THOUSAND UNO DOS TRES",
    "o": "FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH FOURTEENTH "
         "FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH TWENTIETH",
    "y": "AK AZ AR CA FLA GA HI IA ID IL KS KY MA MI MN MT NC ND NH NJ NM NV NY OH OK SC SD TN TX UT VT WA WI WV",
    "A": "GENERAL GEN GENL ENTREGA LISTA POSTE GENERALDELIVERY POST POSTAL FIRM CALLER LOCK RURAL RFD HCR HIGHWAYCONTRACT MOTEL SUPER "
         "CONTRACT",
}  # fmt: skip

KINDS: dict[str, str] = {word: kind for kind, words in _WORDS.items() for word in words.split()}

# Suffixes as they are misspelt, each with the one that is meant.
MISSPELT_SUFFIXES: dict[str, str] = {
    wrong: right
    for right, wrongs in {
        "STREET": "STEET STRET STRETE SRTEET STREEET STRRET STRREET SREET",
        "AVENUE": "AVEUNE AVENEU AVENE AVNEUE AVENEUE",
        "ROAD": "RAOD",
        "BOULEVARD": "BULEVARD BOULVARD BOULAVARD BOLEVARD BLVRD",
        "DRIVE": "DIRVE DRVE DRIEV",
        "CIRCLE": "CIRLCE CIRCEL CICLE",
        "TERRACE": "TERACE TERRCE",
        "PLACE": "PLCE",
        "LANE": "LNAE",
    }.items()
    for wrong in wrongs.split()
}
KINDS |= {wrong: KINDS[right] for wrong, right in MISSPELT_SUFFIXES.items()}

# Spellings of one delivery method, brought to one word; over words joined by a space.
SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{spellings})(?= |\Z)"), word)
    for spellings, word in (
        ("(?:GENERAL|GEN|GENL) (?:DELIVERY|DEL|DELIV|DELV|DLVY)|ENTREGA GENERAL|LISTA DE CORREOS|POSTE RESTANTE|GENERALDELIVERY", "GENDEL"),
        ("P ?O ?(?:BOX|BX|DRAWER|B)|P BOX|POST(?:AL)? OFFICE (?:BOX|BX|DRAWER)|POST(?:AL)? BOX|LOCK BOX", "POBOX"),
        ("(?:FIRM )?CALLER(?: BOX)?(?= #?[0-9])|APARTADO (?:POSTAL|DE CORREOS)|APDO POSTAL", "POBOX"),
        ("R ?F ?D(?: (?:ROUTE|RTE|RT))?|RURAL (?:ROUTE|RTE|RT|DELIVERY)|RURAL(?= #?[0-9])|R R|RUTA RURAL", "RR"),
        ("HCR|H C R?|(?:HIGHWAY|HWY) CONTRACT(?: (?:ROUTE|RTE|RT))?|STAR (?:ROUTE|RTE|RT)", "HC"),
        ("SPC(?= (?:# )?[0-9])", "SPACE"),  # else a service processing center
        ("MOTEL 6|SUPER 8", "MOTEL"),  # else a stray number
        ("U S(?= (?:HIGHWAY|HWY|ROUTE|RTE|RT))", "US"),
        ("COUNTY(?= [0-9]{1,4}[A-Z]?)", "CR"),
        ("(?:FARM|RANCH) TO MARKET(?: (?:ROAD|RD))?(?= [0-9])", "FM"),
    )
)  # fmt: skip

# Number words that do not number a house, by what they count: "Two Rivers Rd", "Seven Mile Rd".
COUNTED = frozenset(
    """
    MILE WAY FOOT NOTCH ROD PENNY CHOPT BRIDGE TREE EYCK POND HORSE MEN MAN LAKE CORNER POINT FORK NATION HILL SPRING ACRE OAK PINE ELM
    DOG BEAR BULL EYED TOED LEGGED PIN BAR STAR MOON ROCK STONE CREEK RIVER LICK GATE LEAF LEAGUE CHIMNEY GABLE PRONG WHEEL BUTTE ARROW
    """.split()
)

_STATE_CODES = "|".join(code for code in STATES if len(code) == 2)

# Before an ordinal these count with it: "Twenty First St", "One Hundred Third St".
TENS = frozenset("TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY HUNDRED".split())

# A designator written against its value: APT7, RR2, IL60505.
_JOINED = re.compile(
    r"(APT|UNIT|STE|SUITE|RM|ROOM|LOT|BLDG|FL|TRLR|RR|HC|BOX|POBOX|POB|PSC|CMR|KM|PMB|CARR|CALLE|NO|HCR|RFD|BLK|PH|DORM|POD"
    rf"|CELL|TIER|(?:{_STATE_CODES})(?=[0-9]{{5}}(?:-|\Z)))-?([0-9][A-Z0-9./-]*)"
)
# A cell block or its like, hyphened: A-BLOCK, 12-POD; POD-B.
_HOUSING = "BLOCK|BLK|POD|DORM|UNIT|WING|TIER|TOWER|BLDG|BUILDING|CELL|BARRACKS|QUAD|WARD"
_HYPHENED = re.compile(rf"([A-Z]|[0-9]{{1,2}})-({_HOUSING})|({_HOUSING})-([A-Z])")
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form), kind)
    for form, kind in (
        (r"[0-9]+(?:ST|ND|RD|TH)", "o"),
        (r"[0-9]{1,2}/[0-9]{1,2}", "f"),
        (r"A?[0-9]{3}-[0-9]{3}-[0-9]{3}|A-?[0-9]{7,9}", "I"),  # the register number of someone held, not of a house
        (r"[0-9]{5}-[0-9]{3}", "L"),  # the register number of a federal prisoner; no house has so many figures
        (rf"(?:{_STATE_CODES})-[0-9]{{1,4}}[A-Z]?", "W"),
        (r"(?:I|IH|US|SR|CR|FM|RM|SH|RT|RTE|HWY|RD|M|K|TH)-?[0-9]{1,4}(?:\.[0-9])?[A-Z]?|A1A", "W"),
        (
            r"[1-9][0-9]{0,5}-?(?!XX)[A-Z]{1,2}|[1-9][0-9]{0,5}-[0-9]{1,5}[A-Z]?|[1-9][0-9]{0,5}\.[0-9]{1,2}|[0-9]{1,5}-1/[234]",
            "h",
        ),
        (r"[NSEW][0-9]{1,3}[NSEW][0-9]{2,6}|[0-9]{1,2}[NSEW][0-9]{2,5}|[NSEW][0-9]{3,6}", "h"),
        (
            r"[0-9]{0,2}[A-Z]{1,3}-?[0-9]{1,4}[A-Z]?(?:-[0-9]{1,4})?|[0-9]{1,3}(?:-[A-Z0-9]{1,3}){2}|[A-Z]-[A-Z0-9]{1,3}",
            "c",
        ),
    )
)


_UNSAID = re.compile(r"[B-DF-HJ-NP-TV-XZ]{2}")  # letters, not a word: Unit DB, County Road JK
_SIDE = re.compile(r"(?!NORTH|SOUTH|EAST|WEST|STREET|ROAD)[A-Z]{3,}SIDE")


def kind_of_letters(word: str) -> str:
    """The kind of a word that no list knows: 3 Dockside needs no suffix."""
    if len(word) == 2 and _UNSAID.fullmatch(word):
        return "a"
    return "K" if word.endswith("SIDE") and _SIDE.fullmatch(word) else "w"


def kind_of_figures(word: str) -> str:
    """The kind of a word that no list knows and that holds something other than letters."""
    if word.isdigit():
        return "z" if not word.strip("0") else "L" if len(word) > 6 else "n" if word[0] > "0" else "c"  # Box 0118
    if not word.strip("0-"):
        return "z"
    if split_of(word) != word:
        return "J"
    kind = next((kind for form, kind in _FORMS if form.fullmatch(word)), "")
    return kind or ("L" if any(map(str.isdigit, word)) else "w")


def split_of(word: str) -> str:
    """A word with a space or comma between parts that are words of their own, else the word itself."""
    if joined := _JOINED.fullmatch(word):
        return f"{joined[1]} {joined[2]}"
    if _HYPHENED.fullmatch(word):
        return word.replace("-", " ")
    return word.replace("/", " , ") if "/" in word and not re.fullmatch(r"[0-9]+(?:-[0-9])?/[0-9]+", word) else word
