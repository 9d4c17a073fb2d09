"""Street addresses of places of confinement and shelter, so that one is known without its name.

As of 28 November 2026. SOURCE: general knowledge of public directories (detention centers that ICE uses, the Federal
Bureau of Prisons, state prisons, county jails of large cities, shelters). UNCONFIRMED: no entry was checked against a
directory of that day, institutions open, close and move, and the list is far from complete. An entry that is wrong costs
whoever lives there the building or unit; one that is missing lets a jail pass for a house. The custodian should keep it.

One a line: number, street, city, state, postal code, name. How an address is compared with them is for `institutions`.
"""

from __future__ import annotations

INSTITUTIONS_BY_STREET = """
1705|E Hanna Rd|Eloy|AZ|85131|Eloy Detention Center
5501|N La Palma Rd|Eloy|AZ|85131|La Palma Correctional Center
1252|E Arica Rd|Eloy|AZ|85131|Saguaro Correctional Center
1750|E Arica Rd|Eloy|AZ|85131|Red Rock Correctional Center
3250|N Pinal Pkwy|Florence|AZ|85132|Florence Service Processing Center
1155|N Pinal Pkwy|Florence|AZ|85132|Central Arizona Florence Correctional Complex
1100|Bowling Rd|Florence|AZ|85132|Florence Correctional Center
1305|E Butte Ave|Florence|AZ|85132|Arizona State Prison Complex Florence
406|N Avenue D|San Luis|AZ|85349|San Luis Regional Detention Center
10250|Rancho Rd|Adelanto|CA|92301|Adelanto Processing Center
10400|Rancho Rd|Adelanto|CA|92301|Adelanto Processing Center
10450|Rancho Rd|Adelanto|CA|92301|Desert View Annex
7488|Calzada de la Fuente|San Diego|CA|92154|Otay Mesa Detention Center
1572|Gateway Rd|Calexico|CA|92231|Imperial Regional Detention Facility
425|Golden State Ave|Bakersfield|CA|93301|Mesa Verde Processing Center
611|Frontage Rd|McFarland|CA|93250|Golden State Annex
22844|Virginia Blvd|California City|CA|93505|California City Detention Facility
3130|N Oakland St|Aurora|CO|80010|Denver Contract Detention Facility
18201|SW 12th St|Miami|FL|33194|Krome Service Processing Center
3900|N Powerline Rd|Pompano Beach|FL|33073|Broward Transitional Center
1297|E State Road 78|Moore Haven|FL|33471|Glades County Detention Center
1|Sheriff Office Dr|Macclenny|FL|32063|Baker County Detention Center
54575|Tamiami Trl E|Ochopee|FL|34141|Florida Soft-Side South
146|CCA Rd|Lumpkin|GA|31815|Stewart Detention Center
3026|Hwy 252 E|Folkston|GA|31537|Folkston Processing Center
3262|Hwy 252 E|Folkston|GA|31537|D. Ray James Correctional Facility
132|Cotton Dr|Ocilla|GA|31774|Irwin County Detention Center
11866|Hastings Bridge Rd|Lovejoy|GA|30250|Robert A. Deyton Detention Facility
1930|Beach St|Broadview|IL|60155|Broadview Processing Center
611|E Jackson St|Brazil|IN|47834|Clay County Justice Center
3038|W 850 S|Bunker Hill|IN|46914|Miami Correctional Facility
3020|Conrad Ln|Burlington|KY|41005|Boone County Jail
100|Highway Ter|Leavenworth|KS|66048|Midwest Regional Reception Center
301|S Walnut St|Cottonwood Falls|KS|66845|Chase County Detention Facility
830|Pinehill Rd|Jena|LA|71342|Central Louisiana Processing Center
180|CCA Blvd|Winnfield|LA|71483|Winn Correctional Center
560|Gum Springs Rd|Winnfield|LA|71483|Winn Correctional Center
327|Industrial Dr|Jonesboro|LA|71251|Jackson Parish Correctional Center
180|Pine Bayou Cir|Monroe|LA|71202|Richwood Correctional Center
26362|Hwy 15|Ferriday|LA|71334|River Correctional Center
3843|Stagg Ave|Basile|LA|70515|South Louisiana Processing Center
1133|Hampton Dupre Rd|Pine Prairie|LA|70576|Pine Prairie Processing Center
7340|Hwy 26 W|Oberlin|LA|70655|Allen Parish Public Safety Complex
96|George Thompson Dr|Alexandria|LA|71303|Alexandria Staging Facility
17544|Tunica Trce|Angola|LA|70712|Louisiana State Penitentiary
20|Hobo Fork Rd|Natchez|MS|39120|Adams County Correctional Center
415|US Hwy 49 N|Tutwiler|MS|38963|Tallahatchie County Correctional Facility
26|Long Pond Rd|Plymouth|MA|02360|Plymouth County Correctional Facility
400|Faunce Corner Rd|North Dartmouth|MA|02747|Bristol County House of Correction
185|E Michigan Ave|Battle Creek|MI|49014|Calhoun County Correctional Facility
1805|W 32nd St|Baldwin|MI|49304|North Lake Processing Center
13880|Business Center Dr NW|Elk River|MN|55330|Sherburne County Jail
2190|E Mesquite Ave|Pahrump|NV|89060|Nevada Southern Detention Center
18|E Basic Rd|Henderson|NV|89015|Henderson Detention Center
266|County Farm Rd|Dover|NH|03820|Strafford County Corrections
625|Evans St|Elizabeth|NJ|07201|Elizabeth Contract Detention Facility
451|Doremus Ave|Newark|NJ|07105|Delaney Hall
354|Doremus Ave|Newark|NJ|07105|Essex County Correctional Facility
160|S River St|Hackensack|NJ|07601|Bergen County Jail
30-35|Hackensack Ave|Kearny|NJ|07032|Hudson County Correctional Center
2000|Cibola Loop|Milan|NM|87021|Cibola County Correctional Center
26|McGregor Range Rd|Chaparral|NM|88081|Otero County Processing Center
209|County Road 49|Estancia|NM|87016|Torrance County Detention Facility
4250|Federal Dr|Batavia|NY|14020|Buffalo Service Processing Center
110|Wells Farm Rd|Goshen|NY|10924|Orange County Jail
2240|Hubbard Rd|Youngstown|OH|44505|Northeast Ohio Correctional Center
1101|W Dry Rd|Newkirk|OK|74647|Kay County Detention Center
3200|S Kings Hwy|Cushing|OK|74023|Cimarron Correctional Facility
700|Sugar Creek Dr|Hinton|OK|73047|Great Plains Correctional Facility
555|Geo Dr|Philipsburg|PA|16866|Moshannon Valley Processing Center
175|Pike County Blvd|Lords Valley|PA|18428|Pike County Correctional Facility
58|Pine Mountain Rd|McElhattan|PA|17748|Clinton County Correctional Facility
950|High St|Central Falls|RI|02863|Donald W. Wyatt Detention Facility
15850|Export Plaza Dr|Houston|TX|77032|Houston Contract Detention Facility
806|Hilbig Rd|Conroe|TX|77301|Montgomery Processing Center
500|Hilbig Rd|Conroe|TX|77301|Joe Corley Processing Center
566|Veterans Dr|Pearsall|TX|78061|South Texas Processing Center
409|FM 1144|Karnes City|TX|78118|Karnes County Immigration Processing Center
300|El Rancho Way|Dilley|TX|78017|Dilley Immigration Processing Center
27991|Buena Vista Blvd|Los Fresnos|TX|78566|Port Isabel Service Processing Center
1800|Industrial Dr|Raymondville|TX|78580|El Valle Detention Facility
1695|S Buffalo Dr|Raymondville|TX|78580|Willacy County State Jail
1001|Welch St|Taylor|TX|76574|T. Don Hutto Detention Center
400|E 2nd St|Anson|TX|79501|Bluebonnet Detention Facility
1209|Sunflower Ln|Alvarado|TX|76009|Prairieland Detention Center
3400|FM 350 S|Livingston|TX|77351|IAH Secure Adult Detention Facility
8915|Montana Ave|El Paso|TX|79925|El Paso Service Processing Center
6920|Digital Rd|El Paso|TX|79936|Camp East Montana
4702|E Saunders St|Laredo|TX|78041|Laredo Processing Center
1001|San Rio Blvd|Laredo|TX|78046|Rio Grande Detention Center
9998|S Hwy 83|Laredo|TX|78046|Webb County Detention Center
253|FM 2523|Del Rio|TX|78840|Val Verde Correctional Facility
702|E Broadway St|Eden|TX|76837|Eden Detention Center
118|County Road 206|Haskell|TX|79521|Rolling Plains Detention Center
401|S Vaquero Ave|Sierra Blanca|TX|79851|West Texas Detention Facility
910|N Tyus St|Groesbeck|TX|76642|Limestone County Detention Center
4909|FM 2826|Robstown|TX|78380|Coastal Bend Detention Center
901|County Road 201|Falfurrias|TX|78355|Brooks County Detention Center
1300|E Hwy 107|La Villa|TX|78562|East Hidalgo Detention Center
1330|E Hwy 107|La Villa|TX|78562|East Hidalgo Detention Center
508|Waterworks Rd|Farmville|VA|23901|Farmville Detention Center
11093|SW Lewis Memorial Dr|Bowling Green|VA|22427|Caroline Detention Facility
1623|E J St|Tacoma|WA|98421|Northwest Processing Center
216|W Center St|Juneau|WI|53039|Dodge County Detention Facility
827|Forrest Ave|Gadsden|AL|35901|Etowah County Detention Center
1400|E 4th Ave|Anchorage|AK|99501|Anchorage Correctional Complex
26|Federal Plz|New York|NY|10278|Federal building with hold rooms
300|N Los Angeles St|Los Angeles|CA|90012|Federal building with hold rooms
630|Sansome St|San Francisco|CA|94111|Federal building with hold rooms
1000|District Ave|Burlington|MA|01803|Federal building with hold rooms
565|E Renfroe Rd|Talladega|AL|35160|FCI Talladega
11070|Hwy 14|Aliceville|AL|35442|FCI Aliceville
1400|Dale Bumpers Rd|Forrest City|AR|72335|FCC Forrest City
37900|N 45th Ave|Phoenix|AZ|85086|FCI Phoenix
8901|S Wilmot Rd|Tucson|AZ|85756|FCI Tucson
9300|S Wilmot Rd|Tucson|AZ|85756|USP Tucson
1529|W Hwy 366|Safford|AZ|85546|FCI Safford
5701|8th St|Dublin|CA|94568|FCI Dublin
1299|Seaside Ave|San Pedro|CA|90731|FCI Terminal Island
3901|Klein Blvd|Lompoc|CA|93436|USP Lompoc
3600|Guard Rd|Lompoc|CA|93436|FCI Lompoc
13777|Air Expressway Blvd|Victorville|CA|92394|FCC Victorville
1|Federal Way|Atwater|CA|95301|USP Atwater
33500|W California Ave|Mendota|CA|93640|FCI Mendota
741-925|Access Rd|Herlong|CA|96113|FCI Herlong
535|N Alameda St|Los Angeles|CA|90012|MDC Los Angeles
808|Union St|San Diego|CA|92101|MCC San Diego
5880|Hwy 67 S|Florence|CO|81226|FCC Florence
9595|W Quincy Ave|Littleton|CO|80123|FCI Englewood
33 1/2|Pembroke Rd|Danbury|CT|06811|FCI Danbury
846|NE 54th Ter|Coleman|FL|33521|FCC Coleman
3625|FCI Rd|Marianna|FL|32446|FCI Marianna
33|NE 4th St|Miami|FL|33132|FDC Miami
15801|SW 137th Ave|Miami|FL|33177|FCI Miami
501|Capital Cir NE|Tallahassee|FL|32301|FCI Tallahassee
110|Raby Ave|Pensacola|FL|32509|FPC Pensacola
601|McDonough Blvd SE|Atlanta|GA|30315|USP Atlanta
2600|Hwy 301 S|Jesup|GA|31599|FCI Jesup
351|Elliott St|Honolulu|HI|96819|FDC Honolulu
71|W Van Buren St|Chicago|IL|60605|MCC Chicago
4500|Prison Rd|Marion|IL|62959|USP Marion
100|US Hwy 40|Greenville|IL|62246|FCI Greenville
2600|S 2nd St|Pekin|IL|61554|FCI Pekin
1100|One Mile Rd|Thomson|IL|61285|USP Thomson
4200|Bureau Rd N|Terre Haute|IN|47802|FCC Terre Haute
4700|Bureau Rd S|Terre Haute|IN|47802|USP Terre Haute
1300|Metropolitan Ave|Leavenworth|KS|66048|USP Leavenworth
1197|Airport Rd|Inez|KY|41224|USP Big Sandy
3301|Leestown Rd|Lexington|KY|40511|FMC Lexington
805|Fox Hollow Rd|Manchester|KY|40962|FCI Manchester
330|Federal Way|Pine Knot|KY|42635|USP McCreary
1507|E Whatley Rd|Oakdale|LA|71463|FCI Oakdale
2105|E Whatley Rd|Oakdale|LA|71463|FDC Oakdale
1010|E Whatley Rd|Oakdale|LA|71463|Oakdale holding facility
1000|Airbase Rd|Pollock|LA|71467|USP Pollock
42|Patton Rd|Ayer|MA|01432|FMC Devens
14601|Burbridge Rd SE|Cumberland|MD|21502|FCI Cumberland
4004|E Arkona Rd|Milan|MI|48160|FCI Milan
2110|E Center St|Rochester|MN|55904|FMC Rochester
2300|County Rd 29|Sandstone|MN|55072|FCI Sandstone
1000|University Dr SW|Waseca|MN|56093|FCI Waseca
4464|Ralston Dr|Duluth|MN|55811|FPC Duluth
1900|W Sunshine St|Springfield|MO|65807|MCFP Springfield
2225|Haley Barbour Pkwy|Yazoo City|MS|39194|FCC Yazoo City
1|Success Loop Rd|Berlin|NH|03570|FCI Berlin
655|Fairton Millville Rd|Fairton|NJ|08320|FCI Fairton
80|29th St|Brooklyn|NY|11232|MDC Brooklyn
150|Park Row|New York|NY|10007|MCC New York
128|Ray Brook Rd|Ray Brook|NY|12977|FCI Ray Brook
8730|Scroggs Rd|Lisbon|OH|44432|FCI Elkton
7410|S MacArthur Blvd|Oklahoma City|OK|73169|FTC Oklahoma City
4205|Hwy 66 W|El Reno|OK|73036|FCI El Reno
27072|Ballston Rd|Sheridan|OR|97378|FCI Sheridan
700|Arch St|Philadelphia|PA|19106|FDC Philadelphia
2400|Robert F Miller Dr|Lewisburg|PA|17837|USP Lewisburg
3057|Easton Tpke|Waymart|PA|18472|USP Canaan
6975|Route 59|Lewis Run|PA|16738|FCI McKean
772|Saint Joseph St|Loretto|PA|15940|FCI Loretto
652|Carr 28|Guaynabo|PR|00965|MDC Guaynabo
696|Muckerman Rd|Bennettsville|SC|29512|FCI Bennettsville
501|Gary Hill Rd|Edgefield|SC|29824|FCI Edgefield
100|Prison Rd|Estill|SC|29918|FCI Estill
8301|Hwy 521|Salters|SC|29590|FCI Williamsburg
1016|Douglas Ave|Yankton|SD|57078|FPC Yankton
1101|John A Denie Rd|Memphis|TN|38134|FCI Memphis
1341|Hwy 95 N|Bastrop|TX|78602|FCI Bastrop
5430|Knauth Rd|Beaumont|TX|77705|FCC Beaumont
5560|Knauth Rd|Beaumont|TX|77705|FCC Beaumont
5830|Knauth Rd|Beaumont|TX|77705|FCC Beaumont
6200|Knauth Rd|Beaumont|TX|77705|FCC Beaumont
1900|Simler Ave|Big Spring|TX|79720|FCI Big Spring
1701|Apron Dr|Big Spring|TX|79720|Flightline Correctional Center
1100|Ursuline Ave|Bryan|TX|77803|FPC Bryan
3150|Horton Rd|Fort Worth|TX|76119|FMC Fort Worth
1200|Texas St|Houston|TX|77002|FDC Houston
8500|Doniphan Dr|Anthony|TX|79821|FCI La Tuna
2113|N Hwy 175|Seagoville|TX|75159|FCI Seagoville
4001|Leopard Dr|Texarkana|TX|75501|FCI Texarkana
1060|River Rd|Hopewell|VA|23860|FCC Petersburg
1100|River Rd|Hopewell|VA|23860|FCC Petersburg
2425|S 200th St|Seattle|WA|98198|FDC SeaTac
1600|Industrial Rd|Beaver|WV|25813|FCI Beckley
201|FCI Ln|Glenville|WV|26351|FCI Gilmer
1640|Sky View Dr|Bruceton Mills|WV|26525|FCC Hazelton
101|Federal Dr|Welch|WV|24801|FCI McDowell
446|Greenbag Rd|Morgantown|WV|26501|FCI Morgantown
1|Glen Ray Rd|Alderson|WV|24910|FPC Alderson
2600|S California Ave|Chicago|IL|60608|Cook County Jail
2700|S California Ave|Chicago|IL|60608|Cook County Jail
2950|S California Ave|Chicago|IL|60608|Cook County Jail
37W755|IL Route 38|St Charles|IL|60175|Kane County Jail
501|N County Farm Rd|Wheaton|IL|60187|DuPage County Jail
2200|N Seminary Ave|Woodstock|IL|60098|McHenry County Jail
20|S County St|Waukegan|IL|60085|Lake County Jail
95|S Chicago St|Joliet|IL|60436|Will County Jail
441|Bauchet St|Los Angeles|CA|90012|Men's Central Jail
450|Bauchet St|Los Angeles|CA|90012|Twin Towers Correctional Facility
11705|S Alameda St|Lynwood|CA|90262|Century Regional Detention Facility
29310|The Old Rd|Castaic|CA|91384|Pitchess Detention Center
29320|The Old Rd|Castaic|CA|91384|Pitchess Detention Center
29330|The Old Rd|Castaic|CA|91384|Pitchess Detention Center
29340|The Old Rd|Castaic|CA|91384|Pitchess Detention Center
501|The City Dr S|Orange|CA|92868|Theo Lacy Facility
550|N Flower St|Santa Ana|CA|92703|Orange County Central Jail
13502|Musick Dr|Irvine|CA|92618|James A. Musick Facility
1173|Front St|San Diego|CA|92101|San Diego Central Jail
451|Riverview Pkwy|Santee|CA|92071|Las Colinas Detention Facility
446|Alta Rd|San Diego|CA|92158|George Bailey Detention Facility
480|Alta Rd|San Diego|CA|92179|Richard J. Donovan Correctional Facility
5325|Broder Blvd|Dublin|CA|94568|Santa Rita Jail
850|Bryant St|San Francisco|CA|94103|San Francisco County Jail
425|7th St|San Francisco|CA|94103|San Francisco County Jail
1|Moreland Dr|San Bruno|CA|94066|San Francisco County Jail
150|W Hedding St|San Jose|CA|95110|Santa Clara County Main Jail
701|S Abel St|Milpitas|CA|95035|Elmwood Correctional Facility
651|I St|Sacramento|CA|95814|Sacramento County Main Jail
12500|Bruceville Rd|Elk Grove|CA|95757|Rio Cosumnes Correctional Center
17635|Industrial Farm Rd|Bakersfield|CA|93308|Lerdo Facility
17695|Industrial Farm Rd|Bakersfield|CA|93308|Lerdo Facility
17801|Industrial Farm Rd|Bakersfield|CA|93308|Lerdo Facility
1225|M St|Fresno|CA|93721|Fresno County Jail
4000|Orange St|Riverside|CA|92501|Robert Presley Detention Center
1627|S Hargrave St|Banning|CA|92220|Larry D. Smith Correctional Facility
9500|Etiwanda Ave|Rancho Cucamonga|CA|91739|West Valley Detention Center
18000|W Institution Rd|San Bernardino|CA|92407|Glen Helen Rehabilitation Center
9438|Commerce Way|Adelanto|CA|92301|High Desert Detention Center
215|5th St|Marysville|CA|95901|Yuba County Jail
800|S Victoria Ave|Ventura|CA|93009|Ventura County Main Jail
10-10|Hazen St|East Elmhurst|NY|11370|Rikers Island
11-11|Hazen St|East Elmhurst|NY|11370|Rikers Island
14-14|Hazen St|East Elmhurst|NY|11370|Rikers Island
15-15|Hazen St|East Elmhurst|NY|11370|Rikers Island
16-16|Hazen St|East Elmhurst|NY|11370|Rikers Island
18-18|Hazen St|East Elmhurst|NY|11370|Rikers Island
19-19|Hazen St|East Elmhurst|NY|11370|Rikers Island
1|Halleck St|Bronx|NY|10474|Vernon C. Bain Center
100|Carman Ave|East Meadow|NY|11554|Nassau County Correctional Center
100|Center Dr|Riverhead|NY|11901|Suffolk County Correctional Facility
10|Woods Rd|Valhalla|NY|10595|Westchester County Jail
40|Delaware Ave|Buffalo|NY|14202|Erie County Holding Center
130|Plymouth Ave S|Rochester|NY|14614|Monroe County Jail
1200|Baker St|Houston|TX|77002|Harris County Jail
1307|Baker St|Houston|TX|77002|Harris County Jail
701|N San Jacinto St|Houston|TX|77002|Harris County Jail
711|N San Jacinto St|Houston|TX|77002|Harris County Jail
111|W Commerce St|Dallas|TX|75202|Lew Sterrett Justice Center
133|N Riverfront Blvd|Dallas|TX|75207|Frank Crowley Courts and Jail
100|N Lamar St|Fort Worth|TX|76102|Tarrant County Jail
200|N Comal St|San Antonio|TX|78207|Bexar County Adult Detention Center
601|E Overland Ave|El Paso|TX|79901|El Paso County Jail
12501|Montana Ave|El Paso|TX|79938|El Paso County Jail Annex
3614|Bill Price Rd|Del Valle|TX|78617|Travis County Correctional Complex
500|W 10th St|Austin|TX|78701|Travis County Jail
711|El Cibolo Rd|Edinburg|TX|78541|Hidalgo County Adult Detention Center
7300|Old Alice Rd|Olmito|TX|78575|Carrizales-Rucker Detention Center
1001|Washington St|Laredo|TX|78040|Webb County Jail
201|S 4th Ave|Phoenix|AZ|85003|Fourth Avenue Jail
3250|W Lower Buckeye Rd|Phoenix|AZ|85009|Lower Buckeye Jail
2939|W Durango St|Phoenix|AZ|85009|Estrella Jail
3127|W Gibson Ln|Phoenix|AZ|85009|Towers Jail
2670|S 28th Dr|Phoenix|AZ|85009|Maricopa County Intake, Transfer and Release
1270|W Silverlake Rd|Tucson|AZ|85713|Pima County Adult Detention Complex
330|S Casino Center Blvd|Las Vegas|NV|89101|Clark County Detention Center
1321|NW 13th St|Miami|FL|33125|Miami-Dade Pre-Trial Detention Center
7000|NW 41st St|Miami|FL|33166|Turner Guilford Knight Correctional Center
13850|NW 41st St|Doral|FL|33178|Metro West Detention Center
555|SE 1st Ave|Fort Lauderdale|FL|33301|Broward County Main Jail
3228|Gun Club Rd|West Palm Beach|FL|33406|Palm Beach County Main Detention Center
520|N Falkenburg Rd|Tampa|FL|33619|Falkenburg Road Jail
1201|Orient Rd|Tampa|FL|33619|Orient Road Jail
3723|Vision Blvd|Orlando|FL|32839|Orange County Corrections
14400|49th St N|Clearwater|FL|33762|Pinellas County Jail
14840|49th St N|Clearwater|FL|33762|Pinellas Safe Harbor
500|E Adams St|Jacksonville|FL|32202|John E. Goode Pre-Trial Detention Facility
901|Rice St NW|Atlanta|GA|30318|Fulton County Jail
254|Peachtree St SW|Atlanta|GA|30303|Atlanta City Detention Center
4425|Memorial Dr|Decatur|GA|30032|DeKalb County Jail
2900|University Pkwy|Lawrenceville|GA|30043|Gwinnett County Jail
1825|County Services Pkwy|Marietta|GA|30008|Cobb County Adult Detention Center
5301|Russell St|Detroit|MI|48211|Wayne County Jail
1215|W 3rd St|Cleveland|OH|44113|Cuyahoga County Corrections Center
2460|Jackson Pike|Columbus|OH|43223|Franklin County Corrections Center
675|Justice Way|Indianapolis|IN|46203|Marion County Adult Detention Center
949|N 9th St|Milwaukee|WI|53233|Milwaukee County Jail
8885|S 68th St|Franklin|WI|53132|Milwaukee County House of Correction
401|S 4th Ave|Minneapolis|MN|55415|Hennepin County Jail
490|W Colfax Ave|Denver|CO|80204|Van Cise-Simonet Detention Center
10500|E Smith Rd|Denver|CO|80239|Denver County Jail
500|5th Ave|Seattle|WA|98104|King County Correctional Facility
620|W James St|Kent|WA|98032|Maleng Regional Justice Center
1120|SW 3rd Ave|Portland|OR|97204|Multnomah County Detention Center
11540|NE Inverness Dr|Portland|OR|97220|Inverness Jail
7901|State Rd|Philadelphia|PA|19136|Curran-Fromhold Correctional Facility
8001|State Rd|Philadelphia|PA|19136|Philadelphia prisons
8301|State Rd|Philadelphia|PA|19136|Riverside Correctional Facility
950|2nd Ave|Pittsburgh|PA|15219|Allegheny County Jail
1901|D St SE|Washington|DC|20003|Central Detention Facility
1901|E St SE|Washington|DC|20003|Correctional Treatment Facility
300|E Madison St|Baltimore|MD|21202|Baltimore Central Booking
20|Bradston St|Boston|MA|02118|South Bay House of Correction
200|Nashua St|Boston|MA|02114|Nashua Street Jail
3000|Perdido St|New Orleans|LA|70119|Orleans Justice Center
2800|Perdido St|New Orleans|LA|70119|Orleans Justice Center
201|Poplar Ave|Memphis|TN|38103|Shelby County Criminal Justice Center
5113|Harding Pl|Nashville|TN|37211|Davidson County jails
801|E 4th St|Charlotte|NC|28202|Mecklenburg County Detention Center
3301|Hammond Rd|Raleigh|NC|27603|Wake County Detention Center
3415|S 900 W|Salt Lake City|UT|84119|Salt Lake County Metro Jail
1480|N 8000 W|Salt Lake City|UT|84116|Utah State Correctional Facility
100|Deputy Dean Miera Dr SW|Albuquerque|NM|87151|Metropolitan Detention Center
1850|Copper Loop|Las Cruces|NM|88005|Dona Ana County Detention Center
400|S 6th St|Louisville|KY|40202|Louisville Metro Corrections
200|S Tucker Blvd|Saint Louis|MO|63102|City Justice Center
1300|Cherry St|Kansas City|MO|64106|Jackson County Detention Center
300|N Denver Ave|Tulsa|OK|74103|David L. Moss Criminal Justice Center
201|N Shartel Ave|Oklahoma City|OK|73102|Oklahoma County Detention Center
710|S 17th St|Omaha|NE|68102|Douglas County Department of Corrections
10520|Judicial Dr|Fairfax|VA|22030|Fairfax County Adult Detention Center
2001|Mill Rd|Alexandria|VA|22314|William G. Truesdale Adult Detention Center
2199|Kamehameha Hwy|Honolulu|HI|96819|Oahu Community Correctional Center
99-902|Moanalua Rd|Aiea|HI|96701|Halawa Correctional Facility
1|Main St|San Quentin|CA|94964|San Quentin
100|Main St|San Quentin|CA|94964|San Quentin
300|Prison Rd|Represa|CA|95671|Folsom State Prison
4001|King Ave|Corcoran|CA|93212|California State Prison Corcoran
900|Quebec Ave|Corcoran|CA|93212|Substance Abuse Treatment Facility
5905|Lake Earl Dr|Crescent City|CA|95531|Pelican Bay State Prison
14901|Central Ave|Chino|CA|91710|California Institution for Men
16756|Chino Corona Rd|Corona|CA|92880|California Institution for Women
2302|Brown Rd|Imperial|CA|92251|Centinela State Prison
7018|Blair Rd|Calipatria|CA|92233|Calipatria State Prison
1|Kings Way|Avenal|CA|93204|Avenal State Prison
701|Scofield Ave|Wasco|CA|93280|Wasco State Prison
2737|W Cecil Ave|Delano|CA|93215|North Kern State Prison
3000|W Cecil Ave|Delano|CA|93215|Kern Valley State Prison
4001|Hwy 104|Ione|CA|95640|Mule Creek State Prison
31625|Hwy 101|Soledad|CA|93960|Salinas Valley State Prison
639|Exchange St|Attica|NY|14011|Attica Correctional Facility
354|Hunter St|Ossining|NY|10562|Sing Sing Correctional Facility
594|Route 216|Stormville|NY|12582|Green Haven Correctional Facility
1156|Route 374|Dannemora|NY|12929|Clinton Correctional Facility
247|Harris Rd|Bedford Hills|NY|10507|Bedford Hills Correctional Facility
135|State St|Auburn|NY|13021|Auburn Correctional Facility
1879|Davis St|Elmira|NY|14901|Elmira Correctional Facility
16830|S Broadway St|Joliet|IL|60403|Stateville Correctional Center
711|Kaskaskia St|Menard|IL|62259|Menard Correctional Center
700|W Lincoln St|Pontiac|IL|61764|Pontiac Correctional Center
815|12th St|Huntsville|TX|77340|Huntsville Unit
3872|FM 350 S|Livingston|TX|77351|Polunsky Unit
264|FM 3478|Huntsville|TX|77320|Estelle Unit
1697|FM 980|Huntsville|TX|77343|Ellis Unit
2661|FM 2054|Tennessee Colony|TX|75884|Coffield Unit
2664|FM 2054|Tennessee Colony|TX|75884|Michael Unit
1391|FM 3328|Tennessee Colony|TX|75880|Beto Unit
7819|NW 228th St|Raiford|FL|32026|Florida State Prison
2978|Hwy 36 W|Jackson|GA|30233|Georgia Diagnostic and Classification Prison
1200|Mokychic Dr|Collegeville|PA|19426|SCI Phoenix
1100|Pike St|Huntingdon|PA|16654|SCI Huntingdon
2605|State St|Salem|OR|97310|Oregon State Penitentiary
1313|N 13th Ave|Walla Walla|WA|99362|Washington State Penitentiary
545|S San Pedro St|Los Angeles|CA|90013|Union Rescue Mission
601|S San Pedro St|Los Angeles|CA|90014|Midnight Mission
303|E 5th St|Los Angeles|CA|90013|Los Angeles Mission
400|E 30th St|New York|NY|10016|30th Street shelter
1|Haven for Hope Way|San Antonio|TX|78207|Haven for Hope
1458|S Canal St|Chicago|IL|60607|Pacific Garden Mission
444|Harrison Ave|Boston|MA|02118|Pine Street Inn
815|Myrtle Ave|El Paso|TX|79901|Annunciation House
111|S 15th St|McAllen|TX|78501|Humanitarian Respite Center
230|S 12th Ave|Phoenix|AZ|85007|Central Arizona Shelter Services
1501|Imperial Ave|San Diego|CA|92101|Father Joe's Villages
1603|NW 7th Ave|Miami|FL|33136|Camillus House
"""
