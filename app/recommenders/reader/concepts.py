"""What people call genres, moods and tags: `realizations = words`, read by `lexicon`.

The realizations of a line are tried in order, separated by `/`; a `+` joins facets that are meant
together. Words are folded; plurals and the name of the first value are added when the table is read.
What OUTSIDE names is an unknown word as a whole where the catalog has no facet for it.
"""

from __future__ import annotations

GENRES = """
genre:Action = action, action packed, action filled, actioner, shoot em up, explosions, car chases,
  shootouts
genre:Adventure = adventure, swashbuckler, swashbuckling, expedition, quest
genre:Animation / genre:Animated / tag:animation = animation, animated, cartoon, pixar, stop motion,
  claymation, anime style
genre:Anime / tag:anime / genre:Animation + country:Japan / genre:Animation = anime
genre:Biography / genre:Biopic / tag:biography / genre:Biographical = biography, biopic, biographical,
  life story, life stories, bio pic, true life story, memoir
genre:Comedy = comedy, comic film, slapstick, farce, sitcom, comedic, comical, screwball, screwball comedy,
  spoof, parody
genre:Crime = crime, true crime, murder, criminal, crime caper, crime story, crime stories, felony,
  whodunnit crime
genre:Documentary = documentary, doc, docu, factual, non fiction, nonfiction, real life documentary,
  docuseries
genre:Drama = drama, dramatic, melodrama, melodramatic, tragedy, weighty drama
genre:Family / genre:Children / genre:Children's / genre:Kids / tag:family / tag:children = family, kids,
  kid, children, childrens, child friendly, kid friendly, kids friendly, family friendly,
  suitable for children, for all ages, for the whole family, the whole family, for the little ones,
  for little ones, for toddlers, for my daughter, for my son, for my niece, for my nephew,
  for the grandchildren, the little ones, suitable for kids, child safe, for young children,
  for small children
genre:Fantasy = fantasy, fantastical, high fantasy, sword and sorcery, elves, dragons, wizardry world
genre:History / genre:Historical / tag:history = history, historical, historic, period piece, period drama,
  costume drama, period film, costume film, period, historicals, ancient rome, medieval history
genre:Horror = horror, slasher, gorefest, fright flick, horror show
genre:Musical / genre:Musicals = musical, song and dance, singalong, sing along, showtune, show tune,
  broadway musical
genre:Mystery = mystery, whodunit, whodunnit, who dunnit, who dunit, who done it, murder mystery,
  murder mysteries, mysterious, puzzle mystery
genre:Romance = romance, love story, love stories, love film, love movie, love affair, chick flick,
  about love, romances, of love, love and romance, romantic film genre
genre:Romantic Comedy / genre:Rom-Com / genre:Romance + genre:Comedy = romcom, rom com
genre:Comedy + genre:Drama = dramedy, comedy drama, tragicomedy
genre:Science Fiction / genre:Sci-Fi / genre:SciFi / tag:sci-fi / tag:science fiction = science fiction,
  sci fi, sci fy, scifi, sf, syfy, sciencefiction, space opera, futuristic
genre:Thriller = thriller, psycho thriller, potboiler
genre:War / tag:war = war, wartime, war story, war stories, military, army, soldier, ww2, wwii, ww1, wwi,
  world war, world war two, world war ii, world war 2, second world war, first world war, world war one,
  world war i, vietnam war, battle, combat, trench, battlefield, anti war, warfare
genre:Western / genre:Westerns = western, wild west, spaghetti western, cowboy film, cowboy movie
genre:Film-Noir / genre:Film Noir / genre:Noir / tag:film noir / tag:noir = noir, film noir, neo noir
mood:dark + genre:Comedy / genre:Comedy = black comedy, black humour, black humor, gallows humour,
  gallows humor
genre:Short = short film
genre:IMAX / tag:imax = imax
genre:Sport / genre:Sports / tag:sport / tag:sports = sport, sports, sporty, football, soccer, basketball,
  baseball, athletics, athlete, athletic, underdog sports, rugby
genre:Teen / tag:teen / tag:coming of age = teen, teenage, teenager, teenaged, adolescent, adolescence
genre:Superhero / tag:superheroes / tag:superhero / tag:comic book = superhero, super hero, comic book,
  comic book hero, marvel, caped crusader, superheros, comic book film, caped hero, batman, superman,
  dc comics
"""

MOODS = """
mood:light / tag:light / tag:lighthearted = light, light hearted, lighthearted, breezy, fluffy, undemanding,
  easy going, easygoing, carefree, easy watch, easy watching, easy to watch, easy viewing, frothy, fluff,
  not demanding, chill, relaxing, relaxed, brain off, switch my brain off, switch off my brain, playful,
  airy, low stakes, laid back, lightweight, nothing demanding, unwind to, popcorn film, popcorn movie,
  popcorn films, popcorn movies
mood:funny / tag:funny / tag:humorous / genre:Comedy = funny, laughing, feel like laughing, in stitches,
  chuckle, hilarious, humorous, humor, humour, witty, laugh out loud, make me laugh, makes me laugh,
  made me laugh, make us laugh, makes us laugh, fun, comical mood, amusing, silly, goofy, good laugh,
  a laugh, a giggle, have a laugh, some laughs, laughs, laughter, side splitting, to laugh, laugh at,
  need to laugh, entertainingly silly, droll, jokes, laugh, wacky, zany, hysterical, funniest
mood:warm / tag:heartwarming / tag:feel-good / tag:warm = warm, heart warming, heartwarming, warm hearted,
  warmhearted, cozy, cosy, sweet, tender, kind hearted, big hearted, wholesome, comforting, comfort film,
  comfort movie, comfort watch, charming, warming, snug, kindly, gentle hearted, cuddly, warm and fuzzy
mood:uplifting / tag:uplifting / tag:inspirational / tag:feel-good = uplifting, feel good, feelgood,
  inspiring, inspirational, hopeful, optimistic, cheerful, cheering, joyful, joyous, happy, cheer me up,
  cheers me up, cheer us up, lift my spirits, lifts my spirits, lift my mood, happy ending, make me smile,
  makes me smile, make us smile, upbeat, life affirming, makes me happy, make me happy, make me feel good,
  makes me feel good, makes you feel good, merry, positive, exhilarating, triumphant, joy,
  raises my spirits, pick me up, put a smile on my face, motivating
mood:romantic / tag:romantic = romantic, swoony, lovey dovey, swoonworthy, amorous, date night film,
  date night movie, soppy, passionate
mood:moving / tag:emotional / tag:moving / tag:touching / tag:poignant = moving, touching, feel like crying,
  crying, cry, emotional, poignant, heartfelt, tear jerker, tearjerker, tear jerkers, tearjerkers, weepie,
  weepies, weepy, make me cry, makes me cry, a good cry, make us cry, makes you cry, bring me to tears,
  affecting, stirring, heartbreaking, heart breaking, heart rending, heartrending, heart wrenching, tears,
  sob story, bittersweet, gut wrenching, a cry, soulful, makes me weep, emotionally powerful
mood:tense / tag:tense / tag:suspense / tag:suspenseful = tense, suspenseful, suspense, gripping,
  nail biting, nailbiting, nail biter, nail biters, nerve wracking, nerve racking, edge of my seat,
  edge of your seat, edge of the seat, edge of our seats, thrilling, thrills, intense, nervy, taut,
  white knuckle, tension, pulse pounding, heart pounding, stressful, high stakes, on edge,
  breathtakingly tense
mood:scary / tag:scary / tag:creepy / genre:Horror = scary, be scared, get scared, being scared, creepy,
  spooky, frightening, terrifying, eerie, scare me, scares me, scare us, scares, chilling, spine chilling,
  hair raising, nightmarish, jump scares, jump scare, bloodcurdling, frightful, blood curdling, fright,
  spine tingling, horrifying, unnerving, gives me nightmares, give me nightmares, nightmares, nightmare,
  ghoulish, creeps me out
mood:dark / tag:dark = dark, gritty, sinister, disturbing, edgy, macabre, twisted, brooding, noirish,
  morbid, sordid, darkest, darkness, seedy, grisly
mood:bleak / tag:bleak / tag:depressing / tag:melancholic = bleak, depressing, grim, gloomy, gloom, sad,
  hopeless, miserable, downbeat, downer, downers, despairing, dreary, tragic, doom and gloom, nihilistic,
  pessimistic, dismal, misery, melancholy, melancholic, depressive, dispiriting, harrowing, joyless,
  devastating, cheerless, desolate, saddening, sorrowful, unhappy, soul crushing, despair, sadness,
  mournful, gets me down, get me down, brings me down, bring me down
mood:heavy / tag:heavy = heavy, serious, demanding, weighty, hard going, heavy going, draining, solemn,
  exhausting, heavyweight, hard hitting, heavy stuff, difficult, challenging, deep and meaningful, taxing,
  ponderous
mood:slow / tag:slow = slow, slow burn, slow burning, slow paced, slow moving, leisurely, contemplative,
  meditative, unhurried, slowburn, plodding, slow burner, slow burners, sluggish, slowly paced, languid,
  patient, dragging, takes its time
mood:fast / tag:fast paced / tag:fast-paced = fast, (speed|speeding) (things|it|this) up, pick up the pace,
  fast paced, fast moving, pacy, frantic, frenetic,
  kinetic, breakneck, exciting, adrenaline, adrenalin, high octane, high energy, energetic, breathless,
  rapid, snappy, zippy, high speed, non stop, nonstop, quick paced, excitement, action paced, speedy,
  pace, turbo
mood:strange / tag:surreal / tag:weird / tag:strange / tag:quirky = strange, weird, odd, surreal, bizarre,
  offbeat, off beat, quirky, trippy, dreamlike, dreamy, oddball, mind bending, mindbending, eccentric,
  peculiar, experimental, absurd, absurdist, out there, psychedelic, wacko, uncanny, weirdo, kooky,
  off kilter, surrealist, surrealism, far out, unusual, crazy weird, mind boggling, head scratching,
  bonkers
mood:epic / tag:epic = epic, sweeping, grand, grandiose, larger than life, monumental, on a grand scale,
  grand scale, spectacle, spectacular, large scale, majestic, big and sweeping, colossal
mood:quiet / tag:quiet = quiet, calm, calming, peaceful, understated, gentle, low key, serene, tranquil,
  soothing, subdued, restful, hushed, still and quiet, intimate, soft, mellow, delicate, silence and calm,
  softly spoken, muted
"""

COMPARATIVES = """
mood:light = lighter, fluffier, breezier, easier
mood:funny / genre:Comedy = funnier, sillier, wittier, goofier, jokier
mood:warm = warmer, cosier, cozier, sweeter, tenderer
mood:uplifting = happier, cheerier, jollier, merrier, perkier, sunnier, brighter
mood:moving = weepier
mood:tense = tenser, twistier
mood:scary / genre:Horror = scarier, creepier, spookier, eerier
mood:dark = darker, grittier, edgier, nastier
mood:bleak = bleaker, grimmer, gloomier, sadder
mood:heavy = heavier, tougher
mood:slow = slower, slower paced
mood:fast = faster, faster paced, pacier, speedier, snappier, zippier
mood:strange = stranger, weirder, odder, quirkier, trippier, wackier
mood:epic = grander, epicer
mood:quiet = quieter, calmer, gentler, softer, mellower
"""

OUTSIDE = """
tag:black and white / tag:black-and-white / genre:Black and White = black and white
tag:new wave / tag:nouvelle vague = new wave, nouvelle vague
tag:new york / tag:nyc = new york
tag:magic realism = magic realism, magical realism
tag:twist ending / tag:plot twist = plot twist, twist ending, twist
tag:found footage = found footage
tag:based on a book / tag:based on book = based on a book, based on a novel, book adaptation
tag:based on a true story / tag:true story = true story, true stories, based on a true story
tag:disaster = disaster
tag:violence / tag:violent = violence, violent
tag:gore / tag:gory = gore, gory
tag:nudity = nudity
country:Latin America = (latin|south|north|central|african|asian) american, south america, latin america,
  north america
tag:cult / tag:cult film = cult
"""
