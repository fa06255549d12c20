"""Countries, by nationality adjectives and cities: `country / fallbacks | languages | words`.

The languages stand in where a catalog has no countries; those that it has need no table, only frames.
"""

from __future__ import annotations

COUNTRIES = """
Afghanistan | Dari | afghan
Albania | Albanian | albanian
Algeria | Arabic | algerian
Argentina | | argentine, argentinian, argentinean, buenos aires
Armenia | Armenian | armenian
Australia | | australian, aussie, down under
Austria | | austrian, vienna, viennese
Bangladesh | Bengali | bangladeshi
Belgium | Flemish | belgian
Bolivia | | bolivian
Bosnia and Herzegovina / Bosnia / Yugoslavia | Bosnian | bosnian, bosnia
Brazil | | brazilian, brasil, brasilian, rio
Bulgaria | Bulgarian | bulgarian
Burkina Faso | | burkinabe
Cambodia | Khmer | cambodian
Canada | | canadian, quebec, quebecois
Chile | | chilean
China | Mandarin, Chinese | chinese, mainland chinese
Colombia | | colombian
Croatia / Yugoslavia | Croatian | croatian
Cuba | | cuban
Czech Republic / Czechia / Czechoslovakia | Czech | czech, czechoslovak, czechoslovakian, czechoslovakia,
  prague
Denmark | Danish | danish, dane, danes, copenhagen
Egypt | | egyptian, cairo
Estonia | Estonian | estonian
Ethiopia | Amharic | ethiopian
Finland | Finnish | finnish, finn, finns
France | French | french, paris, parisian, gallic
Georgia / Soviet Union | Georgian | georgian
Germany / West Germany / East Germany | German | german, berlin, west germany, east germany
Ghana | | ghanaian
Greece | Greek | greek, athens
Hong Kong | Cantonese | hong kong, hongkong, hk
Hungary | Hungarian | hungarian, budapest
Iceland | Icelandic | icelandic
India | Hindi | indian, bollywood, tamil cinema, tollywood, mumbai
Indonesia | Indonesian | indonesian
Iran | Persian, Farsi | iranian, persian, tehran
Iraq | | iraqi
Ireland | Irish, Gaelic | irish, dublin
Israel | Hebrew | israeli
Italy | Italian | italian, rome, roman cinema, italians
Jamaica | | jamaican
Japan | Japanese | japanese, tokyo, nippon
Kazakhstan | Kazakh | kazakh
Kenya | Swahili | kenyan
Latvia | Latvian | latvian
Lebanon | | lebanese, beirut
Lithuania | Lithuanian | lithuanian
Luxembourg | | luxembourgish
Malaysia | Malay | malaysian
Mali | Bambara | malian
Mauritania | | mauritanian
Mexico | | mexican, mexico city
Mongolia | Mongolian | mongolian
Morocco | | moroccan
Netherlands / The Netherlands / Holland | Dutch | dutch, holland, the netherlands, amsterdam
New Zealand | | new zealand, kiwi, new zealander
Nigeria | | nigerian, nollywood, lagos
North Macedonia / Macedonia | Macedonian | macedonian, macedonia
Norway | Norwegian | norwegian, oslo
Pakistan | Urdu | pakistani
Palestine | | palestinian
Peru | | peruvian
Philippines | Tagalog, Filipino | filipino, philippine, the philippines, manila
Poland | Polish | polish, warsaw, polish cinema
Portugal | Portuguese | portuguese, lisbon
Puerto Rico | | puerto rican
Romania | Romanian | romanian, bucharest
Russia / Soviet Union / USSR | Russian | russian, moscow
Saudi Arabia | | saudi, saudi arabian
Scotland / United Kingdom / UK | | scottish, scots
Senegal | Wolof | senegalese, dakar
Serbia / Yugoslavia | Serbian | serbian
Singapore | | singaporean
Slovakia / Czechoslovakia | Slovak | slovak, slovakian
Slovenia / Yugoslavia | Slovenian | slovenian, slovene
South Africa | Afrikaans | south african, south africa
South Korea / Korea / Republic of Korea | Korean | korean, korea, south korean, seoul, koreans, k cinema
Soviet Union / USSR / Russia | Russian | soviet, ussr, soviet union
Spain | Spanish, Castilian | spanish, madrid, spaniard, catalan cinema
Sweden | Swedish | swedish, swede, swedes, stockholm
Switzerland | | swiss
Syria | | syrian
Taiwan | | taiwanese, taipei
Thailand | Thai | thai, bangkok
Tunisia | | tunisian
Turkey | Turkish | turkish, istanbul
Ukraine / Soviet Union | Ukrainian | ukrainian, kyiv
United Kingdom / UK / Great Britain / Britain / England | English | british, britain, great britain, uk,
  u k, england, brit, brits, english, london, britons
United States / USA / US / United States of America | English | american, america, usa, u s a, u s,
  united states, the states, us made, hollywood, americans, states side, united states of america
Uruguay | | uruguayan
Venezuela | | venezuelan
Vietnam | Vietnamese | vietnamese
Wales / United Kingdom | Welsh | welsh
Yugoslavia | Serbo-Croatian, Serbian | yugoslav, yugoslavian
"""

LANGUAGE_FRAMES = (
    "in {}", "{} speaking", "{} language", "{} spoken", "spoken in {}", "{} dialogue", "{} audio",
    "in the {} language", "{} speakers", "speak {}", "speaking {}", "original {}", "{} talking", "with {} dialogue",
    "{} language cinema",
)  # fmt: skip

SILENT = """
language:Silent / genre:Silent / tag:silent = silent, silent era, silent film, silent movie, silents,
  without dialogue, no dialogue, wordless, dialogue free
"""
