"""What people call the themes of a story (the tags), written like `concepts`."""

from __future__ import annotations

TAGS = """
tag:addiction = addict, drug addiction, alcoholism, alcoholic, drug addict, junkie, substance abuse,
  addicted
tag:ageing / tag:aging = aging, getting older, getting old, growing old, growing older, old age, old people,
  elderly, elderly people, the elderly, senior citizen, pensioner, retirement
tag:aliens / tag:alien / tag:alien invasion = alien, extraterrestrial, extra terrestrial, ufo, martian,
  alien invasion, invaders from space
tag:ambition = ambitious, ambitious people, social climber, social climbing, making it big
tag:animals / tag:animal = animal, dog, cat, pet, puppy, talking animal, horse, wild animal,
  creature comfort, wildlife, puppies
tag:apocalypse / tag:post-apocalyptic / tag:apocalyptic = apocalyptic, post apocalyptic, postapocalyptic,
  end of the world, the end of the world, post apocalypse, doomsday, armageddon, after the bomb,
  world ending
tag:art = artist, painter, painting, the art world, sculptor, fine art, arts, sculpture
tag:artificial intelligence / tag:ai = ai, a i, artificially intelligent, sentient computer,
  thinking machine, intelligent machine
tag:betrayal = betray, betrayed, backstabbing, treachery, traitor, treason, double crossing, disloyalty
tag:big city / tag:city = city, cities, city life, urban, metropolis, the big city, metropolitan,
  big cities, urban life
tag:boxing = boxer, boxing ring, prizefighter, prize fighter, pugilist, boxing match
tag:childhood = being a child, being a kid, about children, about kids, about a child, about being young,
  through the eyes of a child, growing up as a child, youngster
tag:christmas = xmas, christmassy, christmasy, festive, holiday season, santa, santa claus, noel, yuletide,
  christmas time, yule
tag:class / tag:class differences = social class, class struggle, class conflict, working class,
  class divide, upper class, rich and poor, class war, class differences, aristocracy, aristocrat,
  posh people, upstairs downstairs
tag:colonialism = colonial, colony, colonies, colonization, colonisation, empire and colony, colonialist,
  imperialism
tag:coming of age / genre:Coming-of-Age = comingofage, growing up, grow up, young people growing up,
  bildungsroman, youth, puberty
tag:conspiracy = conspiracies, conspiratorial, cover up, coverup, conspiracy theory, conspiracy theories,
  paranoia, plots and conspiracies
tag:corruption = corrupt, corrupt cop, corrupt politician, bribery, crooked cop, corrupt police
tag:countryside / tag:rural = rural, country life, farm, farming, village, village life, country side,
  pastoral, farmland, farmer, rural life
tag:courtroom / tag:court = court, court room, courtroom drama, lawyer, trial, legal, attorney, legal drama,
  courts, jury, court case, judge, barrister, legal thriller, courthouse
tag:cowboys = cowboy, gunslinger, outlaw, cowgirl, gunfighter, cattle drive, cowboys and indians, rancher
tag:dance / tag:dancing = dancing, dancer, ballet, ballerina, tango, ballroom dancing, tap dancing,
  choreography, ballroom
tag:death / tag:mortality = dying, mortality, afterlife, death and dying, funeral, mortal
tag:desert = deserts, sahara, dunes, sand dune, in the desert
tag:detective = sleuth, private eye, private detective, private investigator, detective story,
  detective stories, gumshoe, investigator, investigation, sleuthing, inspector, sherlock,
  sherlock holmes, crime solving
tag:dinosaurs / tag:dinosaur = dinosaur, dino, t rex, trex, tyrannosaurus, raptor, velociraptor
tag:disability = disabled, blindness, deaf, wheelchair, disabilities, deafness, blind people
tag:divorce = divorced, divorcing, separation, marital breakdown, marriage breakdown, custody battle
tag:doomed love = tragic love, tragic romance, impossible love, star crossed lovers, star crossed,
  starcrossed lovers, forbidden love, doomed romance, unhappy love, doomed lovers, doomed affair,
  love that cannot be
tag:dystopia / tag:dystopian / tag:dystopic = dystopian, dystopic, dystopias, totalitarian future,
  dark future, bleak future, dystopian future
tag:escape = prison break, jailbreak, jail break, escaping, escapes, breakout, great escape, on the run,
  fugitive, escapee
tag:espionage / tag:spy / tag:spies = spy, spies, spying, secret agent, james bond, spy thriller style,
  secret service, cia, mi6, double agent, undercover agent, 007, spycraft, cold war spies, secret agents,
  kgb
tag:fairy tale / tag:fairy tales / tag:fairytale = fairytale, fairy story, fairy stories, princess, fairies,
  fable, princesses, once upon a time story
tag:faith / tag:religion / tag:religious = religion, religious, priest, nun, god, spiritual, christian,
  church, spirituality, belief, believers, bible, biblical, monk, monastery, catholic, vicar
tag:fame / tag:celebrity = celebrity, celebrities, stardom, famous people, pop star, rock star,
  being famous, movie star, film star, rise to fame
tag:fatherhood / tag:father = father, dad, fathers and sons, father and son, daddy, father son,
  fathers and daughters, father daughter, father figure, being a dad, being a father, single dad
tag:first love = young love, teenage love, puppy love, summer love, teen romance, teenage romance,
  falling in love for the first time, first crush, first kiss, first romance
tag:food / tag:cooking = cooking, cook, chef, restaurant, cuisine, baking, foodie, kitchen, eating,
  gastronomy, food porn, culinary, baker
tag:friendship / tag:friends = friends, buddy, buddies, friend, best friend, best friends, buddy film,
  buddy movie, buddy comedy, male bonding, female friendship, pals, companionship, about friends,
  camaraderie, bromance
tag:gangsters / tag:gangster / tag:mafia / tag:mob = gangster, mafia, mob, mobster, mafioso, yakuza, triads,
  organized crime, organised crime, gang, cosa nostra, hoodlum, crime boss, mob boss, crime family,
  crime families, mafiosi, wise guys, underworld, cartel
tag:ghosts / tag:ghost = ghost, haunted, haunting, haunted house, ghost story, ghost stories, spirits,
  poltergeist, spook, hauntings, apparition, phantom, supernatural
tag:grief / tag:mourning = grieving, mourning, bereavement, loss of a loved one, losing someone, bereaved,
  mourner, death of a child, loss and grief
tag:heist / tag:robbery / tag:heists = bank robbery, robbery, robberies, bank heist, bank robber,
  bank robberies, robber, caper, con men, con artist, con man, thieves, thief, theft, burglar,
  safecracking, safecracker, jewel thief, heist film, burglary
tag:identity = who am i, mistaken identity, double life, self discovery, finding yourself, double identity,
  identities, finding oneself, identity crisis, lookalike
tag:illness / tag:disease = disease, mental illness, mental health, sickness, cancer, terminal illness,
  sick people, hospital, dementia,
  alzheimers, ill people, pandemic, epidemic, plague
tag:immigration / tag:immigrants = immigrant, migrant, migration, emigration, refugee, exile, emigrants,
  asylum seeker, emigrating, displaced people
tag:journalism / tag:journalist = journalist, reporter, newspaper, the press, newsroom, news reporter,
  press and media, newspapers, investigative journalism, media
tag:journey = journeys, voyage, odyssey, pilgrimage, trek, long journey, travel, travelling, traveling,
  traveller, traveler, wandering
tag:justice = injustice, wrongly accused, wrongly convicted, wrongful conviction, fight for justice,
  miscarriage of justice, miscarriages of justice, innocent man convicted
tag:knights / tag:medieval = knight, medieval, king arthur, crusader, middle ages, arthurian,
  the middle ages, sword fighting, swords, camelot, jousting, chivalry, castles and knights
tag:loneliness / tag:lonely = lonely, loner, solitude, isolation, lonesome, being alone, lonely people,
  alienation, isolated, solitary
tag:madness / tag:insanity = insanity, insane, going mad, going crazy, mental breakdown, psychosis,
  losing your mind, asylum, losing ones mind, lunacy, mad people, unhinged
tag:magic / tag:wizards = magical, wizard, sorcery, sorcerer, spells, wizardry, enchantment, magic spell,
  magical powers
tag:marriage / tag:wedding = married, married life, wedding, married couple, husbands and wives, wedlock,
  matrimony, marital, bride, husband and wife
tag:martial arts / tag:kung fu / genre:Martial Arts = martial art, kung fu, kungfu, karate, fighting style,
  wuxia, judo, taekwondo, ninja, sword fight and kung fu, jiu jitsu, bruce lee films
tag:memory / tag:amnesia = memories, amnesia, remembering, forgetting, memory loss, lost memory,
  nostalgia for the past, amnesiac, recollection, remembrance
tag:money / tag:greed = greed, wealth, rich people, wall street, finance, banking, stock market, greedy,
  riches, gambling debt, banker, billionaire, millionaire, get rich
tag:monsters / tag:monster = monster, creature feature, creature, beast, kaiju, giant monster, godzilla,
  giant lizard, werewolf, monster film, monster movie, beasties, werewolves
tag:motherhood / tag:mother = mother, mum, mom, mothers and daughters, mother and daughter, mother daughter,
  mommy, being a mother, mummies and babies, being a mum, being a mom, single mother, single mum,
  single mom, maternal
tag:music / tag:musicians = musician, band, singer, rock and roll, rock n roll, jazz, rock music, songs,
  piano, pop music, classical music, rock band, concert, singing, composer, pianist, rapper, hip hop,
  guitar, opera, songwriter, orchestra
tag:myth / tag:mythology = mythology, mythical, myths, legend, greek gods, mythological, folklore,
  greek mythology, legends, greek myth, norse gods, ancient myths
tag:nature = wilderness, outdoors, natural world, great outdoors, environment, forest, mountain,
  the great outdoors, the wild, woods, jungle
tag:obsession = obsessive, obsessed, fixation, stalker, stalking, obsessive love, obsessions,
  obsessed people
tag:pirates / tag:pirate = pirate, buccaneer, swashbuckling pirate, high seas piracy, piracy
tag:police / tag:cops = cop, policeman, policewoman, police officer, cop show, law enforcement,
  police procedural, procedural, buddy cop, policemen, policing, fbi, sheriff
tag:politics / tag:political = political, politician, president, election, elections, government,
  political intrigue, politically charged, prime minister, parliament, senator, white house, presidents
tag:poverty = poor, poor people, the poor, slum, homelessness, homeless, poverty stricken, destitution,
  hardship, slums
tag:prison / tag:jail = jail, prisoner, inmate, behind bars, convict, prisons, death row, imprisonment,
  incarceration, gaol
tag:queer love / tag:lgbt / tag:gay / tag:queer / genre:LGBT / tag:lgbtq = lgbt, lgbtq, gay, lesbian, queer,
  gay love, gay romance, lesbian romance, same sex, queer romance, lgbtqia, lgbtqi, two men in love,
  two women in love, gay love story, gay couple, lesbian love, queer cinema, gays, homosexual,
  homosexuality, gay love stories, queer love story, queer love stories, same sex love, same sex romance,
  lesbian love story, gay people, bisexual, trans people
tag:redemption = second chance, atonement, redeeming, redeemed, second chances, making amends,
  redeems himself
tag:revenge / tag:vengeance = vengeance, avenge, avenging, payback, vigilante, revenge tale, vengeful,
  retribution, vendetta, getting even
tag:revolution = revolutionary, uprising, rebellion, revolt, rebel, revolutionaries, coup, insurrection,
  guerrilla, rebels
tag:rivalry = rivals, rival, competition, feud, competing, rivalries, bitter rivals, arch enemies,
  archenemies
tag:road trip / tag:road movie / tag:roadtrip = road movie, road film, on the road, roadtrip, road trips,
  cross country trip, road story, cross country drive
tag:robots / tag:robot = robot, android, cyborg, droid, killer robot, mecha, robotic
tag:sacrifice = self sacrifice, sacrificing, sacrifices, selfless sacrifice, martyr, martyrdom
tag:samurai = samurais, ronin, samurai sword, samurai warriors, katana
tag:satire / tag:satirical = satirical, satires, mockery, biting satire, social satire, lampoon,
  political satire, satiric
tag:school / tag:high school = high school, college, university, teacher, student, classroom, schoolkids,
  campus, boarding school, pupils, school days, schoolteacher, schoolchildren, schoolboy, schoolgirl
tag:sea / tag:ocean = ocean, at sea, sailing, sailor, ship, the sea, seafaring, ocean voyage, ships,
  nautical, maritime, high seas, seaside, underwater, boat
tag:serial killer / tag:serial killers = serial murderer, psychopath, serial killing, psycho killer,
  mass murderer, killer on the loose, psychopathic killer, murderous maniac
tag:show business / tag:hollywood = showbiz, show biz, theatre, theater, filmmaking, film making,
  movie business, actors and actresses, backstage, theatre people, the movies themselves,
  movies about movies, films about films, film about film, vaudeville, stage life, making movies,
  making films, the film industry, the stage, film industry, entertainment industry
tag:siblings / tag:brothers / tag:sisters = brother, sister, brothers and sisters, brotherhood, twins,
  sisterhood, sibling rivalry, twin, brother and sister
tag:small town / tag:small towns = town, towns, small town life, little town, smalltown, provincial,
  small town america, small towns
tag:space / tag:outer space = outer space, astronaut, spaceship, space travel, space exploration,
  spacecraft, galaxy, galaxies, cosmonaut, space station, rocket, cosmos, moon landing, planets,
  space ship, starship
tag:survival / tag:survivalist = survivor, surviving, stranded, castaway, desert island survival,
  survivalist, survive, shipwreck, stay alive, fight for survival, desert island
tag:technology / tag:computers = computer, tech, hacker, internet, hacking, gadget, technological,
  technologies, cyber, computers, silicon valley
tag:time travel / tag:time-travel = time traveller, time traveler, time machine, time loop,
  travelling through time, traveling through time, time travelling, time traveling, time loops, timetravel
tag:vampires / tag:vampire = vampire, dracula, bloodsucker, nosferatu, undead bloodsuckers, vampiric
tag:witches / tag:witch / tag:witchcraft = witch, witchcraft, coven, witchy, witch hunt
tag:work / tag:workplace = workplace, office life, working life, the workplace, jobs and work, labour,
  about work, office politics, workers, about jobs, factory, working people, factory workers,
  bosses and workers
tag:writing / tag:writers = writer, author, novelist, poet, poetry, authors, novelists, playwright,
  literary, screenwriter, writers block
tag:zombies / tag:zombie = zombie, undead, living dead, walking dead, zombie apocalypse, the undead,
  the living dead, zombi
"""
