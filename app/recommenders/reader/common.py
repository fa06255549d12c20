"""Ordinary words: talk that asks for nothing, and correctly spelled words that are never "corrected"."""

from __future__ import annotations

NOUNS = """
film films movie movies picture pictures flick flicks feature features show shows stuff thing things one ones title titles
video videos clip clips book books cinema story stories tale tales kind kinds sort sorts type types genre genres material
fare choice choices option options pick picks suggestion suggestions recommendation recommendations selection selections
content viewing watch watches entry entries work works production productions example examples piece pieces offering
offerings list lists slate row results result item items novel novels read reads series song track release releases
"""
"""What a catalog's items are called; never unknown, and they end a noun phrase."""

FILLER = """
a an the this that these those it its i me my mine myself we us our ours you your yours he him his she her hers they them
their theirs who whom whose which what where when why how someone anyone everyone everybody anybody nobody somebody
am is are was were be been being do does did doing done have has had having can could will would shall should may might
must ought cant cannot could couldnt wont dont doesnt didnt isnt arent wasnt havent hasnt shouldnt wouldnt im ive id ill
youre youve theyre were weve lets thats whats theres heres hows whos dunno gonna gotta wanna kinda sorta lemme gimme
of to in on at for from by with about into onto over under after before since until till through during between within
without up down out off again further here there now then once as than so too very just also only even ever never yet
still already soon later always often usually sometimes rarely almost quite rather really truly actually honestly frankly
basically literally simply clearly obviously certainly probably possibly perhaps maybe hopefully totally completely
absolutely definitely pretty fairly somewhat anyway anyways anyhow otherwise instead though although however because cause
cos coz if unless while whereas whether and or but nor both either neither each every all any some many much few fewer more
most less least several enough such same other others another else own lot lots bit bits little couple plenty
not no yes yeah yep yup nope nah ok okay k oki hi hello hey hiya heya howdy greetings morning afternoon evening evenings
night nights tonight today tomorrow yesterday day days week weeks weekend month months year years time times moment while
minute hour hours minutes mins min hr hrs ago lately recently currently nowadays meanwhile monday tuesday wednesday
thursday friday saturday sunday january february april june july august september october november december
please pls plz plse thanks thank thankyou thx ty cheers ta sorry pardon welcome hmm hm hmmm um uh uhm er erm ah oh ooh aha
well wow whoa huh eh ha haha hahaha lol omg ugh argh meh yay hooray phew oops bye goodbye dear mate buddy dude pal man folks
guys guy girl boy lad lady ladies gentlemen sir madam friend bro
like liked likes want wants wanted need needs needed prefer prefers preferred love loved hope hoping hopes wish wishes
think thinks thought thinking guess suppose believe reckon know knows knew known feel feels feeling felt feelings mind
minds care cares cared mean means meant wonder wondering see sees seeing saw seen look looks looked looking watch watching
watched view viewed show shows showed showing shown give gives giving gave given get gets getting got gotten go goes going
went gone come comes coming came take takes taking took taken make makes making made let lets put puts putting set sets
find finds finding found try tries trying tried pick picked picking choose chose chosen choosing select suggest suggests
suggested recommend recommends recommended recommending offer offers offered bring brings brought send sends serve serves
served keep keeps keeping kept stay stays staying start starts starting started begin stop stops end ends ended ending
endings help helps helped ask asks asking asked tell tells telling told say says saying said talk talks speak call called
turn turns move run runs work works worked play plays played playing use used using add adds change changes changed leave
leaves left return happen happens happened remember forget seem seems seemed sound sounds sounded appear appears become
becomes enjoy enjoys enjoyed enjoying fit fits fitting suit suits suitable match matches share include includes including
included contain contains continue wait waits waiting sit sitting sat lie lying lay stand stands sleep sleeps sleeping
slept asleep awake wake eat ate eaten drink drank cook cooked relax rest unwind switch settle bear spend spent spending
save saves kill pass passing live lives lived stick sticks sticking got throw skip skips scroll scrolling browse browsing
search searching explore exploring discover discovering consider considering decide decided deciding expect expected
involve involves involving concern concerning deal deals dealing feature features featuring star stars starring appears
catch catches caught follow follows following meet meets met hear hears heard hearing listen read reading write wrote
understand understood agree agreed disagree appreciate appreciated appreciates
good better best great greater greatest nice nicer nicest fine finer finest excellent brilliant fantastic amazing awesome
wonderful lovely perfect superb terrific outstanding incredible fabulous decent solid proper real true bad worse worst
awful terrible horrible poor rubbish crap crappy lousy boring dull tedious annoying okayish alright right wrong correct
sure certain clear cool super top high higher highest low lower lowest big bigger biggest large larger huge small smaller
tiny full empty free busy ready able unable likely unlikely possible impossible easy hard simple main general particular
particularly special specific usual usually normal normally common ordinary typical regular whole entire total complete
extra additional next last previous first second third final past present future early earlier late latest near nearby far
close closer closest open opening ready favourite favorite favourites favorites interesting interested interest interests
enjoyable entertaining entertained entertain entertainment engaging memorable worthwhile worth watchable rewatchable
rewatch important serious-ish quality standard level levels kindly gladly happily sadly unfortunately luckily seriously
highly mostly mainly largely nearly hardly barely exactly especially extremely incredibly ridiculously insanely overly
slightly terribly awfully remotely properly generally specifically personally apparently definitely surely indeed together
alone apart away back forward around round along across above below beside besides against among toward towards behind
beyond except per via vs versus etc eg ie aka re plus minus
mood moods vibe vibes taste tastes tasting style styles tone tones atmosphere feel theme themes topic topics subject subjects
element elements aspect aspects touch side way ways idea ideas plan plans reason reasons case point points part parts
place places world life head brain eyes eye heart mind hand hands face body soul nerves nerve energy spirits spirit sense
question questions answer answers problem issue matter fact deal luck chance change fan fans people person persons man men
woman women everyone viewer viewers audience audiences user users public crowd company companion partner wife husband
girlfriend boyfriend spouse fiance fiancee flatmate flatmates roommate roommates housemate housemates neighbour neighbor
colleague colleagues boss coworker coworkers guest guests visitor visitors grandma grandpa grandmother grandfather granny
grandad uncle aunt auntie cousin cousins nephew niece daughter daughters son sons toddler toddlers teen-ager baby
home house room sofa couch bed bedtime bedroom tv telly television screen laptop popcorn snack snacks pizza dinner lunch
breakfast supper tea coffee beer blanket job office shift meeting commute train-ride flight exam exams holiday holidays
vacation break date dates party tv-show birthday anniversary evening-in weeknight weeknights rain rainy raining sunny
catalog catalogue library collection database system app site website service algorithm computer-thing machine robot-thing
bot assistant stream streaming netflix screening theatre-seat
version versions sequel sequels remake remakes original originals franchise franchises franchise-y instalment installment
episode episodes season seasons director directors directed actor actors actress actresses cast filmmaker filmmakers creator
creators character characters plot plots scene scenes storyline storylines script dialogue acting
made based set filmed shot produced released written oriented related themed centered centred focused focussed driven heavy-ish
packed filled inspired style-wise esque ish type-thing minded friendly appropriate
whatever whichever whoever whenever wherever however anymore evermore anywhere everywhere somewhere nowhere elsewhere
upon onwards onward afterwards beforehand max maximum minimum tops approx approximately roughly circa exact
tired sleepy exhausted knackered drained bored boredom stressed stress hungry ill-ish lazy happy-go curious fancy fancying
craving keen dying desperate glad pleased delighted honest fair fairness okay-ish grateful lucky afraid worried scared
nothing none anything something everything somethings thingy thingies whatsoever
per-cent percent number numbers amount amounts ton tons load loads bunch heap heaps dose dash hint piece slice range
balance mixture combination mix bag surprise surprises
overload overdose binge marathon-ing session sessions round rounds turn turns
cannot gotten aint innit bloody damn damned darn hell heck freaking frigging fucking fuck shit shitty crap god gosh jesus
christ goodness sake gods sakes
english-teacher currently presently forever age ages era eras century centuries decade decades millennium
fun-ish mate mates lot-ish dunno idk imo imho tbh btw fyi asap rn ngl smh irl
focus focusing focused lean leaning leans stuff-like anti-climax ton suddenly quickly slowly badly deeply greatly equally
particular preferably ideally primarily chiefly purely merely solely exclusively strictly entirely wholly fully partly half
quarter third double twice thrice dozen hundred hundreds thousand zero bothered bother bothers fussed fussy picky choosy
allowed allow allows fewer need-to have-to overall all-time alltime somehow anyplace regardless despite unlike alike
similar similarly likewise equal various varying mixed assorted assortment couple pair trio
interests introduce introduces introducing expand brighten improve improved improvement adjust adjusted tweak tweaked swap
refresh refreshed reset update updated focus
heavy-handed tolerate tolerated bare handle handled handling cope coping manage managed
leading starred role roles performance performances masterpiece masterpieces
rate rated rating ratings reviewed review reviews award awards winning winner winners won score scores
"""

SOFT = """
baby babies pizza coffee tea beer computer machine phone sleep birthday holiday holidays vacation rain popcorn television
neighbour neighbours neighbor neighbors roommate roommates uncle uncles aunt aunts cousins cousin grandmother grandfather
sequels remakes franchises exams stress boss bosses characters dialogue holidays couch sofa beds
"""
"""Talk, unless a negation, an amount or "about" stands right before: then it is what is asked for."""

SPELLED = (
    """
country countries county counties island islands irish-born hotel hotels hostel train trains trail trails brain brains rain
rains horse-drawn house houses mouse mousse moose goose loose noose dolls doll dollar dollars puppet puppets casino casinos wine
wines vine vines mine mines pine pines line lines lighthouse elevator elevators gardening garden gardens volcano volcanoes
chess chest chests cheese cheesy submarine submarines marine marines beekeeping bees hypnosis taxidermy violin violins
violence violent violet silence silent gore gory glory glories morning mourning-dove moaning beaches beach peach peaches
teacher teaches reach beast breast feast least roast coast coastal toast boast boats board boards broad bread break
breath breathe leather weather whether feather feathers heather brother bother mother another other father farther
gather rather lather daughter laughter slaughter water waters later latter letter letters ladder better bitter butter
batter battery lattery matter litter glitter twitter trick tricks track tracks truck trucks trunk drunk drink drank
drum drums dream dreams cream scream screams stream steam team teams theme term terms storm storms story storey stock
stocks sticks stick stone stones stove store stores score scores shore shores short shirt shirts skirt skirts sports
sport spore spores spoke spoken broken token taken baked bakery cakes snake snakes shake shark sharks spark sparks park
parks bark dark mark market marks maker makers lakes lake cape capes tape tapes grape grapes drape gravel travel gravy
navy wavy waves wave save cave caves cove coves love glove gloves clove dove doves drove driver drivers river rivers
diver divers diving skiing skating skate skates state states stage stages sage wage wages cage page pages rage range
ranges orange oranges arrange change charge large barge bridge bridges fridge ridge judge fudge badge cards card guard
guards hard yards yard ward wards words word world swords sword sworn worn torn born corn horn horns thorn north south
mouth month moth moths cloth clothes fashion passion mission vision version session region religion onion union
million billion opinion champion companion station nation nations ration action auction section fiction friction
traction faction option potion motion notion nations lotion emotion ocean oceans clean clear bear bears pear pearl
pearls year fear fears tear gear gears wear swear spear spears hearts heart hears earth early clearly nearly yearly
planet planets plane planes plant plants plans giant giants pants paint pain pains painful spine spain-born brain grain
grains drain train strain stairs chair chairs hair pair fair fairy dairy diary daily mail mails sails snail snails nails
tails tailor sailor sailors jailer trailer trailers tower towers power powers flower flowers shower showers lower mower
crown crowns clown clowns brown town gown frown drown crow crows grow growth group groups soup ground round sound
sounds hound hounds wound wounds pound pounds found founder funder thunder wonder wander winder winter winters printer
painter pointer center counter hunter hunters hunting haunting haunted counted mounted mountain mountains fountain
captain curtain certain bargain again against magnet cabinet cabin cabins basin raisin resin robin robins ruins turbine
machine machines medicine medical musical magical logical typical tropical topical optical political critical critic
critics comics comic cosmic ethnic panic picnic clinic cynic civic civil devil evil level levels novel novels navel
shovel hotel motel model models medal medals metal metals petal pedal petals rental mental dental gentle cattle battle
bottle bottles castle castles hustle bustle nestle wrestling wrestler wrestlers restless jungle single jingle angle
angles ankle uncle circle circus circuses cactus campus cancer-free dancer prancer danger dangers ranger stranger-things
strangers manger manners banners banner dinner winner spinner runner gunner owner owners loner stoner sooner spooner
spoon spoons moon moons noon balloon balloons cartoonish platoon saloon salon salmon demon demons lemon lemons melon
felon felons baron barons barn barns burn burns turns churn church march match matches watch watches witch-hunting switch
ditch pitch stitch kitchen chicken chickens thicken quicken sicken silicon falcon falcons bacon beacon season reason
poison prisoner person personal arson mason lesson lessons session passage message massage sausage cottage village
villain villains pillow willow yellow fellow mellow follow hollow shallow swallow arrow narrow sorrow borrow tomorrow
marrow sparrow mirror mirrors error errors terror terrors tremor armor armour harbor harbour labor rumor rumour tumor
tumour vapor favor flavor flavour savior behavior warrior warriors barrier carrier career careers fairies fairs ferries
berries cherries merry marry carry curry hurry furry ferry berry cherry sherry worry sorry lorry lorries stories
factory factories victory victories history-making hysteria mystical mysterious
serious series serial cereal aerial burial buried married carried worried hurried varied studied studies studio student
body bodies copies candy candle candles handle handles panel panels channel tunnel tunnels funnel kennel kernel colonel
column columns autumn album albums stadium aquarium museum museums podium opium sodium calcium medium premium
trams tram trains bikes bike bicycle bicycles motorbike motorcycles motorcycle cars caravan trucks taxis taxi airport airports airplane airplanes
pilots pilot flight flights kites kite knife knives wives lives hives olives olive active native nature natures mature
creature-like creatures features feature future futures culture cultures vulture vultures sculptures capture picture rupture
torture texture lecture mixture fixture furniture adventure venture venues venue value valley valleys volley alley
alleys trolley turkey-dinner monkey monkeys donkey donkeys hockey jockey money honey phoney journal tennis golf cricket wickets
ticket tickets pocket pockets rocket rockets socket jacket jackets racket bracket basket baskets casket market blanket
planetary banquet bouquet trumpet trumpets carpet carpets puppetry poppet muppet muppets limit limits summit hermit permit
spirit spiritual rabbit rabbits habit habits orbit exhibit inherit credit edit bandit bandits pandas panda
snow snowy blow blown glow slow show shown shows crew screw view views news newt stew brew jewel jewels towels towel bowel
vowels bowling boiling rolling trolling polling pulling pushing rushing crushing brushing blushing fishing dishes
fishes wishes wishing washing sash cash crash crashes trash flash flashy splash smash class classy glass glasses grass
brass mass massive passive
"""
    """
trees tree knees bees cheese sheep sheet sheets sleepy steep steel wheel wheels heels heel peels feels fuels duel duels
cruel fuel hostel hostels hospital hospitals capital digital vital total petrol patrol control cholera camera cameras
opera operas drone drones throne thrones phones phone stones bones bone cone zone zones tone tones loner honest harvest
forest forests interest-free artistic autistic majestic domestic plastic elastic drastic fantastical gymnastics mathematics math maths
physics chemistry biology geology theology psychology psychological philosophy philosophical photography
photographers photographer geography genealogy archaeology astronomy astrology architecture architects bakers barbers nurses nurse
doctor doctors surgeon surgeons dentist dentists chemist pharmacist scientist scientists engineers engineer miner miners minor minors mining
coal goal goals goats goat coats coat oath boating floating flying trying crying drying dyeing lying buying studying
butterflies butterfly dragonflies birds bird words birth births girth earthquake earthquakes tornado tornadoes hurricane
hurricanes tsunami avalanche avalanches glacier glaciers iceberg icebergs polar penguin penguins whale whales dolphin dolphins octopus
lobster lobsters spider spiders scorpion insects insect ants ant wasps wasp beetles beetle worms worm crocodile crocodiles alligators tiger tigers lion
lions leopard wolf wolves foxes fox deer elephants elephant gorilla gorillas camel camels llama parrots parrot pigeon pigeons chickens ducks duck
swan swans frog frogs toad toads turtle turtles tortoise
tattoo tattoos jewelry jewellery diamonds diamond gold golden silver bronze copper iron irony ironic crystal crystals pottery lottery gambling gambler gamblers poker
roulette cards dice darts snooker billiards bowling-alley cycling cyclists rowing swimming swimmer swimmers climbing climbers mountaineering mountaineers hiking hikers camping
surfing surfers sledding sledge skateboarding skateboard parkour gymnastics ballets marathoners wrestlers fencing archery
magicians magician juggling jugglers acrobats trapeze carnival carnivals fairground fairgrounds amusement puppeteers ventriloquist mannequins mannequin
mask masks costume costumes uniforms dresses fashion models model wigs shoes shoe boots hats buttons knitting sewing quilts
libraries librarian librarians bookshop bookshops museums galleries auctions auction antiques maps map mapmaking compass clocks clock clockmakers watchmakers
maze mazes labyrinth labyrinths puzzles puzzle riddles crosswords caves tunnels bunkers towers ruins castles castle palaces palace mansions mansion cabins attics basements
cemeteries graveyards graveyard cathedral cathedrals temples temple pyramids pyramid mummy
subway subways metro stations railways railway trains tram trolleybus ferry ferries cruise cruises canoe canoes yachts yacht rafts submarines helicopters helicopter zeppelins zeppelin
balloons parachutes gliders drones trucks truckers
taxis limousines ambulances firefighters firefighter fireworks wildfires floods flood droughts blizzards blizzard
lightning thunderstorms rainbows eclipse eclipses meteors meteor asteroid asteroids comets comet
mushrooms mushroom tomatoes tomato potatoes potato chocolate chocolates cookies coffee-shops bakeries breweries brewing distillery whisky whiskey vineyards vineyard cocktails
lawn lawns orchids orchid roses tulips bonsai orchards orchard harvest beehives honey
twins-like orphan orphans orphanage nannies nanny butlers butler maids maid servants servant
cults sect sects exorcism exorcisms exorcist possession demons angels angel devils satan
spies-like hostages hostage kidnapping kidnappings kidnapped ransom blackmail smuggling smugglers assassins assassin hitman hitmen bounty
mercenaries mercenary snipers sniper soldiers-like navy airforce paratroopers tanks
pandas kangaroos koalas ostriches
quantum nuclear atomic chernobyl radiation virus viruses vaccines cloning clones
hair hairdressers barbershop barbers makeup perfume perfumes
typewriters typewriter telegraph telephone letters postman postmen pigeons mailmen radio radios podcasts podcast
subtitles subtitled dubbed dubbing foreign narrator narration voiceover voice voices
cloud clouds crowd crowds proud shroud fraud frauds afraid braid braids bride brides pride tribe tribes tribal bribe prize
prices price slice slices spice spices mice nice voice device advice service police-free notice justice-free office officer officers
offer coffee toffee coffin coffins muffin muffins puffins puffin penguin ruin
mystic mythos maths moths paths path bath baths bathtub bathe breathe death-defying dearth hearth wealthy healthy health
length strength tenth teeth tooth booth smooth
nurse curse cursed curses course courses source sources horse horses worse verse verses reverse purse pursue rescue rescues
statue statues virtue virtual ritual rituals casual usual unusual actual annual manual sexual sexy erotic erotica steamy
toys toy boys joys enjoy destroy annoy
"""
    """
wars scars scar stars guitars bars jars cars
lies ties pies dies flies skies spied spices
jazz-like pizza plaza
swamp swamps stamp stamps lamp lamps clamp camps camp champs
prom proms promise premise precise previous precious priceless princely principal princes prince
tax taxes taxi text texts next index
blood bloody flood food-free mood-board hood hooded wood wooden woods goods
island-hopping inland highland highlands lowlands wasteland heartland homeland borderland borderlands
spin spinning span spanner sparse
eastern southern northern postern modernist modernism
polite politely police-like policy policies politician-like
mammals mammal dragon dragons griffin unicorn unicorns mermaid mermaids centaur trolls troll goblin goblins giants dwarf dwarves elf elves
detention attention intention invention inventions inventor inventors inventing mention
dancehall discos disco nightclub nightclubs clubbing clubs club
bank banks tank thanks blank frank franks prank pranks drank rank ranks shrink
ghetto ghosting ghastly
marsh harsh harshly
pirouette silhouette
moral morals morality coral choral oral rural-free plural mural murals
action-free auctioneer
danes-like dunes dune june tunes tune tunnels
finish finished finishing
polish-ing polished polishing
swish dish
turkeys chilly chili chilli
main manly
greet greed-free greens green greenery
spaniel panic
irony irons
brats brat
warmth warming-up warrant
bleach bleached bleacher
heaven heavens heavenly heave leavy
tensed dense sense nonsense senses
scarf scarfs scares-me scary-go scarce scarcely
funny-bone bunny bunnies sunny penny funnel fungi fungus
lightly brightly nightly slightly tightly
darkroom darkly
quietly quiet-time quit quits quite
romans roman woman omen
mover movers moved moving-house
opics optics
spacey spacious species specie
"""
    + """
"""
)
"""Content words of everyday language close in spelling to words of the lexicon."""

TYPED = """
something anything nothing everything without please really tonight instead thanks maybe would could should another movie movies films
watch watching recommend similar rather though through except avoid show shows start enough prefer looking feeling exclusively strictly
minutes before after under since because already totally definitely absolutely completely slightly favourite favorite interested
directed director starring featuring people little about where there think other
"""
"""Words of talk that are recognized through a typing error."""
