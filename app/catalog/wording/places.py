"""Adjectives of countries, and names of decades."""

from __future__ import annotations

ADJECTIVES: dict[str, str] = {
    "Afghanistan": "Afghan", "Albania": "Albanian", "Algeria": "Algerian", "Argentina": "Argentine",
    "Armenia": "Armenian", "Australia": "Australian", "Austria": "Austrian", "Bangladesh": "Bangladeshi",
    "Belarus": "Belarusian", "Belgium": "Belgian", "Bolivia": "Bolivian", "Bosnia and Herzegovina": "Bosnian",
    "Brazil": "Brazilian", "Bulgaria": "Bulgarian", "Cambodia": "Cambodian", "Cameroon": "Cameroonian",
    "Canada": "Canadian", "Chad": "Chadian", "Chile": "Chilean", "China": "Chinese", "Colombia": "Colombian",
    "Costa Rica": "Costa Rican", "Croatia": "Croatian", "Cuba": "Cuban", "Czech Republic": "Czech",
    "Czechia": "Czech", "Czechoslovakia": "Czechoslovak", "Denmark": "Danish", "Ecuador": "Ecuadorian",
    "Egypt": "Egyptian", "Estonia": "Estonian", "Ethiopia": "Ethiopian", "Finland": "Finnish",
    "France": "French", "Georgia": "Georgian", "Germany": "German", "Ghana": "Ghanaian", "Greece": "Greek",
    "Hong Kong": "Hong Kong", "Hungary": "Hungarian", "Iceland": "Icelandic", "India": "Indian",
    "Indonesia": "Indonesian", "Iran": "Iranian", "Iraq": "Iraqi", "Ireland": "Irish", "Israel": "Israeli",
    "Italy": "Italian", "Jamaica": "Jamaican", "Japan": "Japanese", "Jordan": "Jordanian",
    "Kazakhstan": "Kazakh", "Kenya": "Kenyan", "Latvia": "Latvian", "Lebanon": "Lebanese",
    "Lithuania": "Lithuanian", "Malaysia": "Malaysian", "Mali": "Malian", "Mauritania": "Mauritanian",
    "Mexico": "Mexican", "Mongolia": "Mongolian", "Morocco": "Moroccan", "Nepal": "Nepalese",
    "Netherlands": "Dutch", "New Zealand": "New Zealand", "Nigeria": "Nigerian",
    "North Macedonia": "Macedonian", "Norway": "Norwegian", "Pakistan": "Pakistani",
    "Palestine": "Palestinian", "Paraguay": "Paraguayan", "Peru": "Peruvian", "Philippines": "Filipino",
    "Poland": "Polish", "Portugal": "Portuguese", "Romania": "Romanian", "Russia": "Russian",
    "Saudi Arabia": "Saudi", "Senegal": "Senegalese", "Serbia": "Serbian", "Singapore": "Singaporean",
    "Slovakia": "Slovak", "Slovenia": "Slovenian", "South Africa": "South African",
    "South Korea": "South Korean", "Soviet Union": "Soviet", "Spain": "Spanish", "Sri Lanka": "Sri Lankan",
    "Sweden": "Swedish", "Switzerland": "Swiss", "Syria": "Syrian", "Taiwan": "Taiwanese", "Thailand": "Thai",
    "Tunisia": "Tunisian", "Turkey": "Turkish", "UK": "British", "USA": "American", "Ukraine": "Ukrainian",
    "United Kingdom": "British", "United States": "American", "Uruguay": "Uruguayan",
    "Venezuela": "Venezuelan", "Vietnam": "Vietnamese", "West Germany": "West German",
    "Yugoslavia": "Yugoslav", "Zimbabwe": "Zimbabwean",
}  # fmt: skip

NOT_ALONE = ("Hong Kong", "New Zealand")
"""Names that stand before a noun but not after `something`."""

WITH_THE = (
    "Bahamas", "Czech Republic", "Dominican Republic", "Netherlands", "Philippines", "Soviet Union", "UK",
    "USA", "United Arab Emirates", "United Kingdom", "United States",
)  # fmt: skip


def named(country: str) -> str:
    """The name as it stands after `from`."""
    return f"the {country}" if country in WITH_THE else country


DECADES = {
    "1930s": "thirties", "1940s": "forties", "1950s": "fifties", "1960s": "sixties", "1970s": "seventies",
    "1980s": "eighties", "1990s": "nineties",
}  # fmt: skip
"""Decades that a word names without doubt about the century."""
