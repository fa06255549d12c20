"""Words for newer, older, shorter, longer, popular, niche and surprising: `asked / opposite = phrases`."""

from __future__ import annotations

DIRECTIONS = """
newer / older = new, newer, newest, recent, latest, modern, contemporary, (new|recent|modern|latest) (stuff|
  things|releases|ones|films|movies|release|arrivals), up to date, present day, current, something new,
  new release, just released, of late, (recently|newly) (made|released), fresh releases, this decade,
  the last few years, recent years, (last|past) (decade|ten years|few years|couple of years|five years|
  twenty years), nowadays, just out, fresh out, 21st century feel, hot off the press, brand new,
  more recent, more modern, more up to date, more contemporary, more current, younger, fresher, dated,
  outdated, newish, this year, last year, (out|came out) (recently|lately), made recently, recently
older / newer = old, older, oldest, old stuff, oldie, oldies, golden oldies, old but gold, classic,
  classics, vintage, golden age, old school, old fashioned, oldschool, retro, (old|older|classic|
  vintage) (stuff|things|ones|films|movies|cinema|hollywood), the classics, the old ones, from long ago,
  long ago, bygone, bygone era, from way back, old timey, the good old days, ancient, before my time,
  old time, from (a|another) (different|bygone|earlier|past) (era|age|time), earlier, olden days,
  yesteryear, of old, golden era, black and white era, more old fashioned, (old|older) era, decades ago,
  from another era, earlier films, aged
shorter / longer = short, shorter, shortest, short one, quick, quicker, quick one, brief, briefer,
  short film length, bite sized, bite size, quick watch, short on time, (not|dont have) (much|a lot of|
  enough|loads of|that much) time, (not|dont have) much time (left|tonight|today|), little time,
  in a hurry, in a rush, pressed for time, not a lot of time, running time short, not all night, shortish,
  over quickly, limited time, short running time, short runtime, low runtime, compact, time is short,
  time is limited, have to be up early, got to be up early, need to be up early, an early night, quickie,
  drag on, drags on, endless, never ending, go on forever, goes on forever, last forever, take all (night|
  evening|day), keep it (brief|short)
longer / shorter = long, longer, longest, lengthy, lengthier, long one, long running, long haul, (plenty|
  loads|lots) of time, all (night|evening|day), (have|got) (the|a) (whole|entire) (evening|night|day|
  afternoon|weekend), extended, three hour epic length, with a long running time,
  something to fill the (evening|afternoon|day|night|weekend), long runtime
popular / niche = popular, mainstream, blockbuster, hit, hits, big hit, smash hit, box office hit, big name,
  crowd pleaser, crowd pleasing, well known, wellknown, well loved, widely known, widely seen, famous,
  most famous, trending, mega hit, megahit, commercial, big budget, household name, the big ones,
  best known, better known, top ten, top 10, most watched, most popular, more popular, what is (hot|
  popular|trending|big), (everyone|everybody|people|the world|most people|others) (is|are|else is|has|
  ) (watching|talking about|raving about|loves|love|knows|know|likes|seen|saw|has seen|watches|heard of|
  into), box office (success|smash|champion|gold), (high|highest) grossing, hyped, talk of the town,
  known by everyone, known to everyone, everyday hits, a la mode, in vogue, fashionable, widely watched,
  much talked about, talked about, much watched, (everyone|everybody) (is|are|
  else is) watching (right now|these days|at the moment|now), chart topping, chart topper, buzz, buzzy,
  big movies, big films, a big (one|film|movie|name), big screen hits, celebrated, a sure bet,
  sure fire hit, universally known, viral, famous ones
niche / popular = niche, obscure, obscurer, hidden gem, hidden gems, hidden treasure, hidden treasures,
  hidden, gem, underrated, under rated, undiscovered, unknown, overlooked, under the radar,
  below the radar, lesser known, less known, less well known, little known, not (so|very|too|that|
  widely) known, off the beaten track, off the beaten path, deep cut, underseen, under seen, sleeper,
  sleeper hit, forgotten, rare, rarity, rarities, indie, indies, independent, art house, arthouse,
  underappreciated, under appreciated, cult classic, cult film, cult movie, cult favourite, cult favorite,
  unsung, neglected, lesser seen, seldom seen, rarely seen, (nobody|no one|noone|hardly anyone|few people|
  not many people|not everyone|almost nobody|nobody else|very few people) (knows|know|has seen|have seen|
  has heard of|have heard of|heard of|watches|watch|talks about|seen|saw|has watched|has ever heard of|
  remembers|knows about), (never|not|havent|have not|not even) heard (of|about), most people (dont|do not|
  havent|have not) (know|seen|heard of|watched|know about), (outside|away from) the mainstream,
  non mainstream, anti mainstream, less obvious, non obvious, underground, unheard of, off the radar,
  long forgotten, deeper cuts, unseen, criminally underrated, the unknown, not the obvious (ones|choices|
  picks|), out of the way, less travelled, less traveled, unpopular, unfamous, uncommon, overhyped,
  overrated hits, buried treasure, little seen, esoteric, left field
surprise = surprise, (i|you|we|) (keep|kept) (seeing|getting|showing|showing me|giving me|
  being shown) (always|) (the|) same (old|) (things|thing|stuff|films|movies|ones), surprises,
  surprise me, surprise us, surprising, (something|anything|somewhere|things|somewhat|a bit|completely|
  totally|films|movies|stuff|entirely|quite|very|really|something a bit|something totally|
  something completely|something entirely|something quite|something really|something very|be|
  try something|wildly|altogether|a little) different, different, something else, anything else,
  (something|stuff|things|films|anything|a film|all) new (to|for) (me|us), new to me, new to us,
  mix it up, mix things up, mix (it|things|stuff) up (a bit|a little|) , a mix, (shake|switch|change|
  spice) (it|things|stuff|this) up (a bit|a little|), more variety, variety, more varied, varied, diverse,
  diversity, more diverse, more diversity, (bored|tired|sick|fed up) (of|with) (seeing|getting|always|
  ) (the|) same (things|thing|stuff|old stuff|old things|films|movies|ones|recommendations|suggestions|
  old films|), (always|all|just|only) (the|) (same) (old|) (stuff|things|thing|films|movies|ones|
  kind of thing|suggestions|), the same (old|) (stuff|things|thing|films|movies|ones|few films|
  suggestions|recommendations) (again|over and over|all the time|every time|again and again|), same (old|
  ) (stuff|things|thing), same old same old, (more|less|not more|no more) of the same, (it|these|they|
  everything) (is|are|) all the same, all (look|feel|seem|sound) (the same|alike|similar), unexpected,
  the unexpected, random, randomly, at random, (you|your) (choose|pick|decide|choice|call),
  dealers choice, dealer choice, anything goes, whatever you (like|think|want|fancy|choose|recommend),
  up to you, (i|im) feeling lucky, feeling lucky, a wild card, wild card, wildcard, (get|step|break|
  push me|) out of (my|the|our) (comfort zone|ordinary|box), outside (my|of my|the|our) (comfort zone|
  usual|box|bubble), broaden my horizons, expand my horizons, change of pace, a change, a change of scene,
  a change of scenery, a change of pace, throw me a curveball, curveball, (never|not|wouldnt) (thought of|
  expect|have thought of|expected|think of|normally watch|normally pick|usually watch|usually pick|
  have picked), not (the|my) usual (stuff|thing|things|fare|), a surprise, adventurous,
  feeling adventurous, novelty, fresh, something fresh, shuffle, a change from (the usual|all this|this|
  these), (i|we) (havent|have not|have never|never|ve never) (seen|watched) (before|yet|already|),
  (havent|never|not) seen before, blow my mind, unpredictable, take me by surprise, a lucky dip,
  lucky dip, potluck, go wild, dare me, wander off, something out of the ordinary, unfamiliar,
  not what i (usually|normally) (watch|see|pick|go for), (just|) (am|im|so|) (bored|getting bored),
  (repeating|repeat) (yourself|yourselves|itself|the same), repetitive, repetition, monotonous, samey,
  keep repeating
"""
