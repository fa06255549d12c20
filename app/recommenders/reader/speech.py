"""How people ask: negations, amounts, wishes, likeness, directions and talk that asks for nothing.

Each line is `role = phrases`; `(a|b) (c|d)` stands for every combination. Apostrophes are dropped and
the endings 'd, 'll, 've, 're, 'm and 's are cut before matching, so that "I'd love" is "i love".
"""

from __future__ import annotations

OPERATORS = """
avoid = no, no more, not any more, nothing, none of (the|those|these|that|your|), without, avoid, avoiding,
  (skip|skipping), hate, hates, hated, dislike, (detest|loathe|despise), (cant|cannot|can not|could not|
  couldnt) (stand|bear|take|abide|face|handle|do|stomach), (cant|cannot|can not) (take|bear|face|watch|
  stand|do|handle|see|sit through) (any more|anymore|another|any), anything but, everything but,
  (anything|everything|all|something) (except|except for|other than|apart from|aside from|besides|
  excluding|bar|outside of), (except|except for|other than|apart from|aside from|besides|excluding|
  exclude|excludes|minus|sans), anything that is not, anything thats not, (stop|quit) (showing|
  recommending|suggesting|giving|offering|sending|pushing|with|it with|) (me|us|) (the|all|all the|
  all these|these|any|), (enough|enough of|enough with|enough already with), (had|seen) enough (of|with|),
  (had|seen) (quite|more than) enough (of|), (tired|sick|weary|bored|fed up|sick and tired|sick to death|
  over|done|finished|through|exhausted) (of|with|by) (all|) (these|those|the|seeing|watching|), (so|
  really|totally|pretty much|kind of|completely) (tired|sick|weary|fed up|over|done) (of|with|) (all|
  ) (these|those|the|seeing|watching|), (i|i am|im|am|we are|we|were) (over|done with|past|off) (the|
  all the|), had it (with|up to here with), too many of (these|those|the), (leave|cut|keep|take|throw|
  filter|leaving|cutting|rule|get) (out|away|off) (of|) (the|any|all|all the|those|these|anything|),
  (drop|ditch|lose|remove|ban|block|hide|omit|eliminate|forget|forget about|spare me|spare us|hold|
  exclude|scrap|bin) (the|all|all the|any|those|these|), (steer clear of|stay away from|keep away from|
  keep clear of|steer away from|move away from|get away from|get rid of|clear of|free of|devoid of),
  instead of, rather than, in place of, no need for, in no mood for, no interest in, (zero|absolutely no|
  definitely no|strictly no) (tolerance for|interest in|), (off|off of) the menu, least favorite,
  least favourite, allergic to, no longer want, no longer (like|enjoy|need), anti, (non|nowt|nuthin),
  hell no, put off by, scared of, afraid of, over it with, not in (any|the slightest|the least bit) (mood|
  interested) (for|in), save me from, no (kind|sort) of, anything with no, please no, no please no,
  absolutely nothing, nothing at all, nothing with, nothing like, nothing that is, no one wants,
  nobody wants
not = not, dont, do not, doesnt, does not, didnt, did not, isnt, is not, arent, are not, wasnt, was not,
  wont, will not, wouldnt, would not, shouldnt, should not, aint, never, neither, nor, not necessarily,
  havent, hasnt, never again, cant, cannot, can not, couldnt, rarely, not even, dont think
less = less, fewer, less of, fewer of, (easy|light|easier|lighter|go easy|easy on|go light) on (the|all the|
  ), (go|going) easy on (the|), (cut|cutting) (down|back) on (the|), (tone|dial|turn|toning|dialing|
  dialling) down (the|on the|), (tone|dial|turn) (it|things) down with the, (ease|let|go|lay) (up|off|
  off of|slow) on (the|), lay off (the|), ease off (the|on the|), reduce the, reduce, reduced, (very|
  so) few, (very|so|as) little, hardly (any|much|ever), scarcely any, not a lot (of|), not lots of,
  not much (of|), not many, minimal, low on, go light on, not (too|so|as|very|that|overly) (much|many|
  heavy on|big on) (of|) (the|a|), less and less, (you|you just|they|it) keep (showing|recommending|
  giving|suggesting|sending|pushing|serving|offering) (me|us|), (i|we) keep (getting|seeing|being shown|
  being offered|being given), (why|what is) (is|with) (it|all) (always|the|all the|all these),
  you only (show|recommend|give|suggest) (me|us|), all (you|i|we) (show|see|get|recommend|ever get) (me|
  us|) (is|are|), (it|its|is|are|they are|these are|this is|thats|that is|were|there is|theres) (all|
  always|nothing but|only ever), (it|its) just, (are|is) mostly, (drowning|swimming) in, everything (is|
  looks|feels|seems|here is|here|sounds|) (a|an|about|like|), (all of these|these all|they all|
  those all) (are|feel|look|seem|), everything is all, every (film|movie|one|thing) is (a|about|),
  overload of, (over|too) reliant on, went (heavy|overboard) (on|with), (swamped|flooded) (with|by),
  far too (much|many), way too (much|many), too much of (a|the|), too heavy on (the|), (prefer|
  want) fewer, as few, as few as possible, a bit too, a little too, ever so slightly less, mind fewer,
  thin out the, dial back (the|on the|), scale back (the|on the|), hold back on (the|)
more = more, more of, a (lot|lot more|little more|bit more) of, a lot more, lots of, lots more, plenty of,
  plenty, loads of, tons of, heaps of, a bit of, a little bit of, a touch of, a dash of, heavy on (the|),
  heavier on (the|), full of, packed with, extra, some more, increase the, increase, crank up the, (dial|
  turn|bring) up the, (cant|cannot|never|can not|couldnt) get enough (of|), not enough (of|), too little,
  too few, more and more, (add|adding) (some|more|in|in some|a bit of|a|), mostly, mainly, (plus|
  including|preferably|ideally|especially|particularly), as many, as much, as many as possible, (could|
  can) never have (enough|too much|too many), (wouldnt|would not|dont|do not) (mind|say no to|object to|
  be opposed to) (seeing|watching|trying|some|a|a bit of|) (more|), not opposed to, not averse to,
  open to, (lean|leaning|leans|go|tilt|veer) (into|toward|towards), throw in (a|an|some|a few|),
  (not seen|havent seen|have not seen|hardly any) enough, why not, why dont (you|we), rich in, (dont|
  do not|doesnt) (you|we|they) have (any|some|a|), havent you got (any|a|some|), (isnt|arent) there (any|
  a|some|), (i|we|) (havent|have not|not|never) (seen|watched|had) (a|an|any) (good|decent|proper|),
  the more, on the (more|) side of
only = only, only ever, exclusively, strictly, nothing but, nothing except, nothing other than,
  nothing else but, solely, purely, entirely, nothing apart from, no films but, no movies but, limit (it|
  this|yourself) to, stick (to|with), (keep|restrict|narrow) (it|this|things|) (down|) (to|strictly to),
  only show (me|us) (the|), only want, only interested in, (all|everything) has to be, has to be, (it|
  they) must be, must be, have to be, not anything but
just = just, simply
somewhat = (a|just a|only a|maybe a|perhaps a) (bit|little|touch|tad|little bit|wee bit|shade|smidge|
  smidgen|notch|teeny bit|fraction), slightly, ever so slightly, somewhat, maybe, perhaps, possibly,
  kind of, kinda, sort of, sorta, fairly, mildly, marginally, a few, moderately, if possible, a notch
much = much, way, a lot, lots, far, really, considerably, significantly, substantially, seriously,
  definitely, absolutely, a whole lot, a great deal, a good deal, very much, so much, loads, heaps,
  massively, drastically, vastly
degree = so, too, very, that, as, overly, particularly, especially, terribly, extremely, super, quite,
  all that, all too, exactly, remotely, awfully, insanely, excessively, unbelievably, incredibly,
  ridiculously, hugely, overwhelmingly, entirely too, unnecessarily, properly, in your face, wildly,
  constantly, always, excruciatingly, painfully, unbearably, relentlessly
toomuch = too (much|many|often), so (much|many), that (much|many), quite (so|as|that) (much|many),
  an awful lot of, overly many, so damn (much|many), too damn (much|many|)
enough = enough
but = but, however, although, though, yet, except that, only that, just not, then, after that, followed by,
  on the other hand, while, whereas, still
and = and, n, plus also, as well as, along with, together with, coupled with, and also
or = or, and or, or else, or even, or maybe
than = than, over
instead = instead, for a change, for once
want = want, start (showing|recommending|giving|suggesting|offering) (me|us|), begin with, start with,
  wants, wanted, wanting, love, loves, loving, need, needs, prefer, preferring, preference is, fancy,
  fancying, feel like, feels like, feeling like, (in|really in) (the|a|an|) mood (for|to see|to watch|
  for seeing|for watching|), mood for, up for, looking for, look for, search for, hoping for,
  hoping to see, hope for, craving, crave, dying (for|to see|to watch), keen (on|to see|to watch), give,
  give me, show, show me, find, find me, get me, bring me, bring us, bring on (the|), recommend, suggest,
  (go|gone|going) for, could use, could do with, (how|what) about, any chance of, (i|am|im|are|we) after,
  (be|am|im|are|really) into, into, fan of, fans of, partial to, ready for, interested in, (time|
  hankering|yearning|itching|longing) for, make it, make them, make that, make (things|something),
  keep it, let it be, let me (see|have|watch|try), let us (see|have|watch|try), try, back to, go back to,
  (dig|digging), hit me with, treat me to, would rather (see|watch|have|), rather (see|watch|have|get),
  rather, (swap|switch|change) (to|it for|them for|that for|this for), switch to, go with, play, put on,
  watch, see, have, pick, i want, want to (see|watch|try|have), like to (see|watch|try|have),
  love to (see|watch|try|have), wish for, (bit|mood|kind) of a craving for, gimme, wanna, wanna see,
  wanna watch, (be|been) (meaning|wanting) to see, serve (me|us|up), line up, pull up, queue up, dig up,
  (tend|lean) (to|) like, got any, do you have, have you got, has to have, must have, i need, bring back,
  give us, show us, find us, get us, get, appeals to me, enjoy, enjoys, enjoying, adore, adores, got
loved = (loved|adored|enjoyed|liked), (absolutely|really|just) (loved|adored|enjoyed|liked),
  favourite (film|movie|) (is|was|of all time is|ever is), favorite (film|movie|) (is|was|of all time is|
  ever is), favourites are, favorites are, big fan of, huge fan of, my (favourite|favorite),
  obsessed with, (just|recently|last) (watched|saw|finished), (watched|saw) and loved, watched, saw,
  rewatched, crazy about, (cant|cannot) stop watching, fell in love with, blown away by, nuts about,
  mad about
seen = (already|i have|have|have already|ive|ive already|we have|we have already) (seen|watched),
  (already) (seen|watched), seen
cue = like, similar to, similiar to, along the lines of, along the same lines as, reminds me of,
  remind me of, reminding me of, reminds us of, reminiscent of, akin to, much like, (something|things|
  anything|films|movies|stuff|more|one|ones|just|kind of|sort of|a bit|kinda|a film|a movie|feels|
  exactly) like, another, such as, in the (same|) (vein|style|spirit|mold|mould|manner|tradition|mode|
  line) (of|as), in the same (vein|style|spirit|league|ballpark|category) as, (the|) same (vibe|vibes|
  feel|feeling|mood|kind|sort|style|type|energy|tone|spirit) as, with the (feel|vibe|mood|spirit|style|
  look|tone|atmosphere) of, the (vibe|feel|style|spirit) of, (same|the same) (kind|sort|type) of (thing|
  film|movie|story) as, comparable to, inspired by, as good as, a la, the next, resembling, resembles,
  in the way of, on a par with, on par with, close to, because i (liked|loved|enjoyed), if (i|you|
  we) (liked|loved|enjoyed|like|love), a second, evoking, evokes, echoes of, more in the vein of, (vibes|
  shades|feel|style) of, not unlike, the likes of, goes well with, (fits|pairs) with,
  spiritual (successor|sequel) to, (sequel|companion|follow up) to
by = by, from, directed by, director, made by, of, a film by, films by, movies by, works by, work of,
  works of, written by, the director of
with = with, starring, stars, featuring, features, star, actor, actress, acted by, played by, has, played,
  having, acting, that stars, led by, including actor
about = about, concerning, revolving around, dealing with, deals with, on the subject of, regarding, around,
  centered on, centred on, set in, set on, set at, set during, involving, involves, exploring, (to do|
  having to do) with, that (has|have|features|involves|contains), containing
here = something, some, someone, somewhere, somebody, anybody, somethin, sth, smth, smthng, some kind of,
  some sort of, some good, some of
any = anything, any, anythin, any of, any kind of, any sort of, any more, anymore, anything that is,
  anything too
post = (is|are) (really|definitely|just|) not (really|quite|) (my thing|for me|for us|my cup of tea|my bag|
  my style|my jam|to my taste|what i want|what i need), (isnt|arent|not) (really|quite|exactly|
  ) (my thing|for me|for us|my cup of tea|my bag|my style|my jam|to my taste|what i want|what i need),
  (bores|bore|annoys|annoy|depresses|irritates|irritate|disgusts|disgust) (me|us), (bores|bore) (me|
  us) (to death|to tears|rigid|silly), (puts|put) me (to sleep|off), (leaves|leave) me cold, (is|are) (so|
  just|really|too|) (boring|awful|terrible|annoying|overrated|rubbish|dull|tedious|tiresome|out|a no|
  off the table), (does|do) nothing for me, (never|dont|doesnt) (works|work|do it|does it|appeal|appeals|
  interest|interests|grab|grabs) (for me|for us|to me|me|us), no thanks, no thank you, no way, not for me,
  not for us, not my thing, not my cup of tea, not again, (can|could) wait, not tonight,
  never again please, (is|are) not welcome, off limits, get on my nerves, gets on my nerves, make me sick,
  makes me sick, turn me off, turns me off, (is|are) a turn off, to a minimum, need not apply, (is|
  are) a (big|hard|) no, (is|are) (getting|) old, have been done to death, has been done to death,
  are done to death
free = free, less please
turn = tonight, for now, right now, just this once, this once, for today, today, this time, this evening,
  this afternoon, for the moment, at the moment, just for now, for this evening, this weekend, just now,
  just for tonight, just tonight, only tonight, for tonight, this morning, just this time, only this time,
  just today
swap = (swap|replace|trade|exchange|switch) (the|all the|those|these|some of the|out the|)
"""
