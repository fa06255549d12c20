"""Phrases that ask for nothing although their words might: "after work", "a long day", "no idea"."""

from __future__ import annotations

TALK = """
(long|hard|heavy|stressful|exhausting|rough|tough|busy|sad|dark|difficult|tense|awful|miserable|slow|
  dramatic|intense) (day|days|week|weeks|month|year|morning|afternoon|shift|drive|flight|journey|trip|
  meeting|weekend|time|while|commute)
(gloomy|serious|tragic|short|weird|strange|crazy|fast|challenging|draining|depressing|emotional|new|old|
  warm|light|quick) (day|week|month|year|morning|afternoon|shift|drive|flight|trip|meeting|question|break|
  breakfast|lunch|word|snack)
(cold|rainy|dark|stormy|long|late|lonely|school|work|sad|movie|film|date) night
(after|from|at|for|off|to|of|before|with|during) (work|school|college|university)
(work|school|college) (tomorrow|week|day|today)
(home|back) from (work|school), long day of work, works (for me|well|fine|best), work out, done with work,
  my work, your work
(my|our|his|her|your|the wifes|my husbands) (mother|father|brother|sister|mum|mom|dad|friend|friends|dog|
  cat|teacher|boss|pals)
(with|for) (friends|a friend|some friends|mates|my mates|my best friend|old friends|the dog|the cat),
  a friend of mine
(mum|mom|dad|mother|father|sister|brother|friends|a friend) (is|are|and i|wants|want|loves|likes|comes|
  visiting|says)
(my|the|both) (kids|children) (are|) (asleep|in bed|away|gone|out|at school|sleeping), (kids|children) (are|
  ) (asleep|in bed)
no (idea|problem|worries|rush|matter|matter what|offence|offense|preference|doubt|hurry|wonder|need|
  pressure|clue|thanks to)
oh no, no no, no please, yes and no, no one, noone
not (sure|really sure|bad|only|just|fussy|picky|bothered|at all|fair|that i mind|to mention|a problem|
  sure what|long ago)
dont (know|care|mind|worry|forget|get me wrong|have a preference|really mind|ask|bother|be afraid to|
  you think|think so)
(do not|doesnt|does not) (know|care|mind|matter), cant (wait|decide|think|choose|tell|sleep|complain|
  go wrong with)
(why|if) not, could not decide, not quite sure, nothing (much|really|special|in particular|particular|
  planned|like it)
nothing like (that|this|these|those|them)
(havent|have not|not) (decided|got a clue|made up my mind), (wouldnt|would not) it, isnt it, arent they,
  wasnt it, dont we
so (far|that|on|anyway|be it|please|yes|yeah), as (well|always|usual|long as|soon as|for|a|far as|i said|
  before)
such a, too bad, me too, us too, you too, at (least|all|last|once|first|best), more or less,
  sooner or later, even more so
(a|for a|in a|after a|quite a) (while|long while|long time|very long time), long time no see, so long ago,
  for long, (in|playing) (the|a) (lead|leading role|starring role|main role)
(in|for) (ages|years|forever|so long), once in a while, (of|off) course, by (the way|any chance|chance),
  ages ago
for (example|instance|sure|real|free|fun|me|us|once and for all|a start|what it is worth|god sake|gods sake|
  heavens sake)
in (general|particular|terms of|short|life|fact|case|any case|advance|the first place|the end|my life|a row|
  common|total|full)
(kind|sort|type|that sort|that kind|this kind|those kinds) of (thing|things|stuff|film|films|movie|movies)
(like|such as) (that|this|these|those|it|them), (something|anything|things|stuff|films|movies) like (that|
  this|these|those)
or (something|so|anything|whatever|something like that|similar|thereabouts|anything like that), and (so on|
  stuff|things|all that|such)
(thank|oh|my|oh my|good|dear|for) god, god (knows|no|forbid), bored to death, scared to death, dead tired,
  to death
in light of, light up, after dark, dark outside, cup of tea, glass of wine, bottle of wine, cold outside
(happy|sad) (to|with|about|that|if), (be|very|so|am|not|would be) happy (to|with|), sad to say,
  funny (enough|how|thing is)
strange (but true|enough), slow down, fast forward, as fast as (you can|possible), (at|on) short notice,
  long story short
new (here|to this|account|subscriber|tv|year|years eve|to the site|user|member|sofa|job), good old days of,
  old (man|woman|lady|chap)
social media, (in|on) real life, life is, my (mind|brain|wife|husband|life), brain dead, (my|watch|viewing|
  watching) history
worth my money, value for money, food for thought, from memory, (world|first) class, on holiday,
  what a journey
no longer with, let (it|that) go, i (love|like) you, love you, love it, loved it, (would|will|
  should) love that, i am in love
old and new, young and old, big (and|or) small, more so, less so, one more time, once more,
  any more questions
(like|as) i said, if you like, as you like, what i like, would like that, i like it, just like that,
  and the like
what (is|are|have|has|do|did|would|should|can) (you|i|we|there|it|on|next) (got|have|for|to|in|recommend|
  suggest|offer|)
(sounds|looks|feels|seems|felt) (like a plan|good|great|fine|about right), i have a feeling, feel (free|
  tired|bad|better|fine)
(good|bad|foul|great|funny|strange|weird|odd) mood, (put|puts|get|gets) (me|us) in (a|the) mood,
  whatever mood
getting (late|dark|old), it is late, (time|ready) for bed, early (start|night|morning|in the morning),
  of the (day|week|month)
slow (internet|connection|day), hard to (say|please|choose|decide|tell), (easy|difficult) to (please|choose|
  decide|say)
light (dinner|lunch|on), (a|the) short (list|while), short of ideas, over (here|there|again|and over|
  and over again), all over
on (my|our) own, all (alone|by myself|on my own), by myself, (home|all|sit) alone, dark room, dark in here,
  feeling (down|low|sad|blue)
(last|every|another|most|all) (time|times|night|week|month|weekend), every single (time|day), (first|
  second) time
(stuck|staying) at home, nature calls, god mode, in the (end|meantime|background|morning|evening|afternoon|
  dark|meanwhile)
take it easy, easy peasy, (no|without) further ado, food is ready, cooking dinner, making dinner,
  having dinner, eating dinner
(with|and|for|over|while) (food|cooking|eating|dinner), while i (cook|work|eat|iron|cook dinner),
  on the train, on (a|the) plane
(bit|little|touch|dash|hint) of, lots and lots, more than (that|this|these|enough|anything|usual), (less|
  rather|other) than (that|this|these|usual)
than (that|this|these|those|usual|before|normal|the last one|the last ones|all these|what you showed me|
  those ones|yesterday|last time)
so (you|i|we) (can|could|know|need|want), so what, so let, (and|ok|okay|well|right|hey|hi) so, so how about,
  so maybe, so please
too please, as much as, as many as, as well as that, and not, so good, too good, so great, so bad, so nice
(wouldnt|would not|couldnt|wont|will not|cant) hurt, doesnt hurt, make my day, all day long
"""
