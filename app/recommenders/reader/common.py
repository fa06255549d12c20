"""Ordinary words: talk that asks for nothing, and correctly spelled words that are never "corrected"."""

from __future__ import annotations

NOUNS = """
film films movie movies picture pictures flick flicks feature features show shows stuff thing things one
ones title titles video videos clip clips book books cinema story stories tale tales kind kinds sort sorts
type types genre genres material fare choice choices option options pick picks suggestion suggestions
recommendation recommendations selection selections content viewing watch watches entry entries work works
production productions example examples piece pieces offering offerings list lists slate row results result
item items novel novels read reads series song track release releases
"""
"""What a catalog's items are called; never unknown, and they end a noun phrase."""

FILLER = """
impress impresses trouble troubled two three four five six seven eight nine ten eleven twelve parent parents
adult adults grown ups outside inside group groups celebrating celebrate lead leading a an the this that
these those it its i me my mine myself we us our ours you your yours he him his she her hers they them their
theirs who whom whose which what where when why how someone anyone everyone everybody anybody nobody
somebody am is are was were be been being do does did doing done have has had having can could will would
shall should may might must ought cant cannot couldnt wont dont doesnt didnt isnt arent wasnt havent hasnt
shouldnt wouldnt im ive id ill youre youve theyre weve lets thats whats theres heres hows whos dunno gonna
gotta wanna kinda sorta lemme gimme of to in on at for from by with about into onto over under after before
since until till through during between within without up down out off again further here there now then
once as than so too very just also only even ever never yet still already soon later always often usually
sometimes rarely almost quite rather really truly actually honestly frankly basically literally simply
clearly obviously certainly probably possibly perhaps maybe hopefully totally completely absolutely
definitely pretty fairly somewhat anyway anyways anyhow otherwise instead though although however because
cause cos coz if unless while whereas whether and or but nor both either neither each every all any some
many much few fewer more most less least several enough such same other others another else own lot lots bit
bits little couple plenty not no yes yeah yep yup nope nah ok okay k oki hi hello hey hiya heya howdy
greetings morning afternoon evening evenings night nights tonight today tomorrow yesterday day days week
weeks weekend month months year years time times moment minute hour hours minutes mins min hr hrs ago lately
recently currently nowadays meanwhile monday tuesday wednesday thursday friday saturday sunday january
february april june july august september october november december please pls plz plse thanks thank
thankyou thx ty cheers ta sorry pardon welcome hmm hm hmmm um uh uhm er erm ah oh ooh aha well wow whoa huh
eh ha haha hahaha lol omg ugh argh meh yay hooray phew oops bye goodbye dear mate buddy dude pal man folks
guys guy girl boy lad lady ladies gentlemen sir madam friend bro like liked likes want wants wanted need
needs needed prefer prefers preferred love loved hope hoping hopes wish wishes think thinks thought thinking
guess suppose believe reckon know knows knew known feel feels feeling felt feelings mind minds care cares
cared mean means meant wonder wondering see sees seeing saw seen look looks looked looking watch watching
watched view viewed show shows showed showing shown give gives giving gave given get gets getting got gotten
go goes going went gone come comes coming came take takes taking took taken make makes making made let put
puts putting set sets find finds finding found try tries trying tried pick picked picking choose chose
chosen choosing select suggest suggests suggested recommend recommends recommended recommending offer offers
offered bring brings brought send sends serve serves served keep keeps keeping kept stay stays staying start
starts starting started begin stop stops end ends ended ending endings help helps helped ask asks asking
asked tell tells telling told say says saying said talk talks speak call called turn turns move run runs
work works worked play plays played playing use used using add adds change changes changed leave leaves left
return happen happens happened remember forget seem seems seemed sound sounds sounded appear appears become
becomes enjoy enjoys enjoyed enjoying fit fits fitting suit suits suitable match matches share include
includes including included contain contains continue wait waits waiting sit sitting sat lie lying lay stand
stands sleep sleeps sleeping slept asleep awake wake eat ate eaten drink drank cook cooked relax rest unwind
switch settle bear spend spent spending save saves kill pass passing live lives lived stick sticks sticking
throw skip skips scroll scrolling browse browsing search searching explore exploring discover discovering
consider considering decide decided deciding expect expected involve involves involving concern concerning
deal deals dealing feature features featuring star stars starring catch catches caught follow follows
following meet meets met hear hears heard hearing listen read reading write wrote understand understood
agree agreed disagree appreciate appreciated appreciates good better best great greater greatest nice nicer
nicest fine finer finest excellent brilliant fantastic amazing awesome wonderful lovely perfect superb
terrific outstanding incredible fabulous decent solid proper real true bad worse worst awful terrible
horrible poor rubbish crap crappy lousy boring dull tedious annoying okayish alright right wrong correct
sure certain clear cool super top high higher highest low lower lowest big bigger biggest large larger huge
small smaller tiny full empty free busy ready able unable likely unlikely possible impossible easy hard
simple main general particular particularly special specific usual normal normally common ordinary typical
regular whole entire total complete extra additional next last previous first second third final past
present future early earlier late latest near nearby far close closer closest open opening favourite
favorite favourites favorites interesting interested interest interests enjoyable entertaining entertained
entertain entertainment engaging memorable worthwhile worth watchable rewatchable rewatch important quality
standard level levels kindly gladly happily sadly unfortunately luckily seriously highly mostly mainly
largely nearly hardly barely exactly especially extremely incredibly ridiculously insanely overly slightly
terribly awfully remotely properly generally specifically personally apparently surely indeed together alone
apart away back forward around round along across above below beside besides against among toward towards
behind beyond except per via vs versus etc eg ie aka re plus minus mood moods vibe vibes taste tastes
tasting style styles tone tones atmosphere theme themes topic topics subject subjects element elements
aspect aspects touch side way ways idea ideas plan plans reason reasons case point points part parts place
places world life head brain eyes eye heart hand hands face body soul nerves nerve energy spirits spirit
sense question questions answer answers problem issue matter fact luck chance fan fans people person persons
men woman women viewer viewers audience audiences user users public crowd company companion partner wife
husband girlfriend boyfriend spouse fiance fiancee flatmate flatmates roommate roommates housemate
housemates neighbour neighbor colleague colleagues boss coworker coworkers guest guests visitor visitors
grandma grandpa grandmother grandfather granny grandad uncle aunt auntie cousin cousins nephew niece
daughter daughters son sons toddler toddlers baby home house room sofa couch bed bedtime bedroom tv telly
television screen laptop popcorn snack snacks pizza dinner lunch breakfast supper tea coffee beer blanket
job office shift meeting commute flight exam exams holiday holidays vacation break date dates party birthday
anniversary weeknight weeknights rain rainy raining sunny catalog catalogue library collection database
system app site website service algorithm machine bot assistant stream streaming netflix screening version
versions original originals instalment installment episode episodes season seasons director directors
directed actor actors actress actresses cast filmmaker filmmakers creator creators character characters plot
plots scene scenes storyline storylines script dialogue acting based filmed shot produced released written
oriented related themed centered centred focused focussed driven packed filled inspired esque ish minded
friendly appropriate whatever whichever whoever whenever wherever anymore evermore anywhere everywhere
somewhere nowhere elsewhere upon onwards onward afterwards beforehand max maximum minimum tops approx
approximately roughly circa exact tired sleepy exhausted knackered drained bored boredom stressed stress
hungry lazy curious fancy fancying craving keen dying desperate glad pleased delighted honest fair fairness
grateful lucky afraid worried scared nothing none anything something everything somethings thingy thingies
whatsoever percent number numbers amount amounts ton tons load loads bunch heap heaps dose dash hint piece
slice range balance mixture combination mix bag surprise surprises overload overdose binge session sessions
rounds aint innit bloody damn damned darn hell heck freaking frigging fucking fuck shit shitty god gosh
jesus christ goodness sake gods sakes presently forever age ages era eras century centuries decade decades
millennium mates idk imo imho tbh btw fyi asap rn ngl smh irl focus focusing lean leaning leans suddenly
quickly slowly badly deeply greatly equally preferably ideally primarily chiefly purely merely solely
exclusively strictly entirely wholly fully partly half quarter double twice thrice dozen hundred hundreds
thousand zero bothered bother bothers fussed fussy picky choosy allowed allow allows overall alltime somehow
anyplace regardless despite unlike alike similar similarly likewise equal various varying mixed assorted
assortment pair trio introduce introduces introducing expand brighten improve improved improvement adjust
adjusted tweak tweaked swap refresh refreshed reset update updated tolerate tolerated bare handle handled
handling cope coping manage managed starred role roles performance performances masterpiece masterpieces
rate rated rating ratings reviewed review reviews award awards winning winner winners won score scores
"""

SOFT = """
women men baby babies pizza coffee tea beer computer machine phone sleep birthday holiday holidays vacation
rain popcorn television neighbour neighbours neighbor neighbors roommate roommates uncle uncles aunt aunts
cousins cousin grandmother grandfather exams stress boss bosses characters dialogue couch sofa beds
"""
"""Talk, unless a negation, an amount or "about" stands right before: then it is what is asked for."""

SPELLED = """
accidents airplane alley alleys amber angels apartment apartments arrival arrivals astronomy auction
auctioneer auctions auditions babe babes backing baked bakery bakes banks banner banners barns basil baths
batter bean beans bears beautiful beauty believed bell bells berries berry biker bikers bird birds bishop
bishops black blacks bland blank blood blown blue boast boots borrowing bottle bottles boxed brake brat
brats breaker breaks breast breweries bribe bridge bridges brook brooks brothel brothels brown bullet
bullets bunkers burger burns bush cage cages camel camps cancel candle candy capes career carriage carriages
carry cartoonish casino castle champion chase chases cheese cherries chess chief chili chilli chilly church
clash classy claws cliff cliffs coats cocktail cocktails collections comet commuting composting concept
concepts conforming cook copper corny correction count counts cover covers coves creations crook crooks crow
crown crows cruise cruises crushing crystal crystals cube curry daisies dale danger dangers darts dawn day
dean deans dearth demon densities dependent depending depression depth depths descent differently differing
direction district divers docks drain drape dream dreams drill dripping drying duke dukes dyeing enchanted
evolution exclusive execution executions exorcist experiment experiments explosive explosives faction factor
fairs fall farmhouse farther feast feather feathers feeding felon felons female festivals fiction field
fight files finish fisher fishes flame flames flood floods fools foot ford former forming fountain fox frame
frames framing frank franks freaks friction frozen funky gardening gate gates gently geography glen goals
goods graduate graduates grant gray green greens greet grey groom guard guards hall halls hammer hammers
hand head heart heat heave heavens hill historian holly hood hook hooks hopes houses hung hunt hunted
hunting hunts hurt hurts inability independently infamous inspection iris irons irony ivy jade jay jingle
king knight labor lamb lambs lane lanes launching layer layers lemon length letter libraries lobsters
locking lodger lodgers lorry loser losers lowlands magicians maiden maidens mails male manners marathoners
marry marsh martial martin mason masons maths menu miles miner mines mirror model monkey monkeys moon moose
moral morality morals motel moths motivation mouse mummy mythos network networks north noting nun olive
olives order orders oscar otters packer page pages painted panel parish park parks partisans pearl peels
persona pickles pigeon pike pink plane planes plant plants plaza pointer pointing poison policies policy
polished polishing polite pools pope possession possessive posts prey price prices pride princes printer
printing properties purple queen queens quicken quilt quilts quits racket raid rain rains ranches ranger
ransom red reed reeds reflection reflections relations reputation resident residents resolution rice ring
rings rivers robes robin robins roman romans rose roses roulette rubies ruby rush sage salon sappy satan
scales scarf scarfs scars scarves scout scouts scream seals serial sheep sheet shell shells shepherd
shepherds shield shields shirt shirts shoes shoot shoots shops shore shores shots shower sing skate skies
slander slaughter slugs smart solutions south spacey speed speeds spice spices spied spill spoon spoons
spore spores spotlight spots spring springs stage stale stall stamp stamps stare starving state stated
states statue steep stern sting stock stone stoner stones store stove strangely strangers strong sunrise
surprisingly swamp swan swans sweater sweets swept swing swinging swish sworn tailor tanks teaches teams
temple tenements tensed tensions thickness thorough tides tractor tractors trail trails training trees
tribal tripe trips troll ugly union vagabond valley verse victories villager villagers violet visibility
vital wages waiter waiters walker walkers wards warehouse warehouses warning waters waves wealthy weaving
weight weights wells west wests whale whales wheat white whiter wholesale wildfires winder wing wings winter
winters wolf wonders words worms wound young
"""
"""Everyday words close in spelling to words of the lexicon or to names: they are what they are."""

TYPED = """
something anything nothing everything without please really tonight instead thanks maybe would could should
another movie movies films watch watching recommend similar rather though through except avoid show shows
start enough prefer looking feeling exclusively strictly minutes before after under since because already
totally definitely absolutely completely slightly favourite favorite interested directed director starring
featuring people little about where there think other
"""
"""Words of talk that are recognized through a typing error."""
