"""What is added to a thought about an item that was opened: what was done, and how long one stayed."""

from __future__ import annotations

Phrases = tuple[str, ...]

TAILS: dict[tuple[str, bool], Phrases] = {
    ("share", True): ("Others should see this.", "I'm passing it on.", "That one I'll share."),
    ("share", False): ("I'll pass it on all the same.", "Somebody else may like it."),
    ("save", True): ("Saved for later.", "I'm keeping it.", "That goes on my list."),
    ("save", False): ("I'll keep it all the same.", "Saved anyway."),
    ("like", True): ("A like from me.", "I'll give it a like.", "Thumbs up."),
    ("like", False): ("A like all the same.", "Thumbs up for the effort."),
    ("comment", True): ("I had to leave a comment.", "I said so in a comment."),
    ("comment", False): ("I said so in a comment.", "I left a comment about that."),
    ("dislike", True): ("A thumbs down all the same.", "And still I pressed dislike."),
    ("dislike", False): ("Thumbs down.", "That gets a dislike.", "I pressed dislike."),
}
"""What was done besides opening, for a liked and a not liked item, the strongest action first."""

AGAIN: Phrases = ("I went over part of it again.", "I even went back to a bit of it.")
STAYED: Phrases = ("I stayed with it.", "It kept me.")
STAYED_EVEN_SO: Phrases = ("I stayed with it even so.", "I kept going all the same.")
LEFT_EARLY: Phrases = ("I didn't stay long.", "I gave up early on.")
GLIMPSE: Phrases = ("Only a quick look, though.", "I didn't stay long, but it was good.")
