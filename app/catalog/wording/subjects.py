"""The words of genres, moods and tags: plural or mass noun, one item, and how an item has it."""

from __future__ import annotations

GENRES: dict[str, tuple[str, str]] = {
    "biography": ("biopics", "biopic"),
    "comedy": ("comedies", "comedy"),
    "documentary": ("documentaries", "documentary"),
    "drama": ("dramas", "drama"),
    "musical": ("musicals", "musical"),
    "mystery": ("mysteries", "mystery"),
    "romance": ("romances", "romance"),
    "thriller": ("thrillers", "thriller"),
    "western": ("westerns", "western"),
    "short": ("shorts", "short"),
}
"""Genres that are the name of a kind of item: plural and singular."""

MASS_GENRES: dict[str, str] = {
    "action": "action", "adventure": "adventure", "animation": "animation", "crime": "crime",
    "fantasy": "fantasy", "film-noir": "film noir", "horror": "horror",
    "science fiction": "science fiction", "sci-fi": "sci-fi",
}  # fmt: skip
"""Genres that one may have more of: "more horror"."""

BEFORE_NOUN: dict[str, str] = {
    "animation": "animated", "children": "children's", "film-noir": "noir", "history": "historical",
}  # fmt: skip
"""Genres that take another form before the noun: "animated films"."""

COMPARATIVES: dict[str, str] = {
    "bleak": "bleaker", "dark": "darker", "fast": "faster", "funny": "funnier", "heavy": "heavier",
    "light": "lighter", "quiet": "quieter", "scary": "scarier", "slow": "slower", "strange": "stranger",
    "warm": "warmer",
}  # fmt: skip
"""Moods that are not compared with `more`."""

PLURAL_TAGS: dict[str, tuple[str, str]] = {
    "aliens": ("aliens", "alien"),
    "artificial intelligence": ("artificial intelligence", ""),
    "boxing": ("boxing", "boxing"),
    "conspiracy": ("conspiracies", "conspiracy"),
    "courtroom": ("courtrooms", "courtroom"),
    "cowboys": ("cowboys", ""),
    "detective": ("detectives", "detective"),
    "dinosaurs": ("dinosaurs", "dinosaur"),
    "espionage": ("espionage", "espionage"),
    "fairy tale": ("fairy tales", "fairy tale"),
    "gangsters": ("gangsters", "gangster"),
    "ghosts": ("ghosts", "ghost"),
    "heist": ("heists", "heist"),
    "knights": ("knights", ""),
    "magic": ("magic", ""),
    "martial arts": ("martial arts", "martial arts"),
    "monsters": ("monsters", "monster"),
    "pirates": ("pirates", "pirate"),
    "prison": ("prisons", "prison"),
    "road trip": ("road trips", "road trip"),
    "robots": ("robots", "robot"),
    "samurai": ("samurai", "samurai"),
    "satire": ("satire", ""),
    "serial killer": ("serial killers", "serial killer"),
    "superheroes": ("superheroes", "superhero"),
    "time travel": ("time travel", "time travel"),
    "vampires": ("vampires", "vampire"),
    "witches": ("witches", "witch"),
    "zombies": ("zombies", "zombie"),
}
"""Tags that one may have more of, and the word before the noun where there is one: "heist films"."""

MASS_TAGS = frozenset(
    ("artificial intelligence", "boxing", "espionage", "magic", "martial arts", "satire", "time travel")
)

TOPICS: dict[str, str] = {
    "animals": "animals", "big city": "the big city", "christmas": "Christmas", "countryside": "the countryside",
    "desert": "the desert", "disability": "disability", "dystopia": "dystopias", "journey": "journeys",
    "knights": "knights", "police": "the police", "revolution": "revolutions", "rivalry": "rivalries",
    "sea": "the sea", "siblings": "siblings", "small town": "small towns", "apocalypse": "the apocalypse",
}  # fmt: skip
"""Tags that read otherwise after `about`; the others read as they are written."""

ABSTRACT_TAGS = frozenset(
    (
        "addiction", "ageing", "ambition", "animals", "apocalypse", "art", "betrayal", "big city",
        "childhood", "christmas", "class", "colonialism", "coming of age", "corruption", "countryside",
        "dance", "death", "desert", "disability", "divorce", "doomed love", "dystopia", "escape", "faith",
        "fame", "fatherhood", "first love", "food", "friendship", "grief", "identity", "illness",
        "immigration", "journalism", "journey", "justice", "loneliness", "madness", "marriage", "memory",
        "money", "motherhood", "music", "myth", "nature", "obsession", "police", "politics", "poverty",
        "queer love", "redemption", "revenge", "revolution", "rivalry", "sacrifice", "school", "sea",
        "show business", "siblings", "small town", "space", "sport", "survival", "technology", "work",
        "writing",
    )
)  # fmt: skip
"""Tags that an item is about."""
