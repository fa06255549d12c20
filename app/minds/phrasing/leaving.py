"""What is said on leaving, by reason: content with the session, and disappointed. {films} is the item noun."""

from __future__ import annotations

GOODBYES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "time": (
        (
            "I have to stop here, but this was good. See you.",
            "My time is up. Thanks, I enjoyed that.",
            "That's all the time I have. Until next time.",
            "I need to go now; this was a good one.",
        ),
        (
            "My time is up, and I didn't find what I wanted.",
            "I have to go. Better luck next time.",
            "That's all the time I have for this.",
            "I need to go now, with nothing much to show for it.",
        ),
    ),
    "dissatisfied": (
        (
            "The last ones weren't for me. I'll leave it there.",
            "It started well enough, but I'm not finding anything now.",
            "This has gone off course for me. Bye.",
            "Not bad on the whole, but nothing here for me any more.",
        ),
        (
            "There's nothing here for me. I'm off.",
            "This isn't what I want. Goodbye.",
            "I'm not finding anything I like, so I'll stop.",
            "That's enough {films} that aren't for me.",
        ),
    ),
    "bored": (
        (
            "It was fine, but it's all getting a bit the same. Bye for now.",
            "I liked it at first; now it repeats itself.",
            "Time for something other than this. See you.",
            "I've had my fill of the same sort of {films}.",
        ),
        (
            "It's always the same. I'm off.",
            "One more of these and I'll fall asleep. Bye.",
            "Nothing new ever comes up here, so I'll stop.",
            "I've seen enough of the same {films} over and over.",
        ),
    ),
    "tired": (
        (
            "I'm getting tired. That was nice, thanks.",
            "Enough looking for one day. Until next time.",
            "My eyes are closing, but I liked it.",
            "I'll call it a day. Good selection.",
        ),
        (
            "I'm too tired to go on looking.",
            "All this searching wears me out. Bye.",
            "I'll call it a day; this was hard work.",
            "No energy left for this.",
        ),
    ),
    "unheard": (
        (
            "I said what I wanted, and I don't think it got through. Bye.",
            "Nice enough, but you don't take up what I ask for.",
            "I'd stay if I felt listened to.",
            "I asked for something and got something else. I'll leave it there.",
        ),
        (
            "I told you what I wanted, and nothing changed. Goodbye.",
            "There's no point in asking, you don't listen.",
            "I asked, and you went on just the same. I'm off.",
            "I give up; what I say makes no difference here.",
        ),
    ),
    "done": (
        (
            "I've got what I came for. Thanks.",
            "That will do for now. Good stuff.",
            "I'm all set, thank you.",
            "I'm happy with what I found. Bye.",
        ),
        (
            "That will do for now.",
            "I think I'll leave it at that.",
            "I've looked around enough. Bye.",
            "That's it for me.",
        ),
    ),
    "interrupted": (
        (
            "Something came up, I have to go.",
            "Sorry, I'm needed elsewhere. I was enjoying this.",
            "I must break off here. Back soon, I hope.",
            "I have to go in the middle of this, a pity.",
        ),
        (
            "Something came up, I have to go.",
            "Sorry, I'm needed elsewhere.",
            "I must break off here.",
            "I'm called away. Never mind this.",
        ),
    ),
}
