"""The MovieLens layouts, from tiny hand-made files, as folder and as zip."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.catalog.catalog import ItemCatalog
from app.catalog.importing import read_catalog
from app.catalog.titles import split_title
from app.errors import DataError

GENRES = "unknown|0\nAction|1\nChildren's|2\nDrama|3\n\n"
SETS: dict[str, dict[str, bytes]] = {
    "ml-100k": {
        "u.genre": GENRES.encode(),
        "u.item": (
            "1|Toy, The (1995)|01-Jan-1995||http://x|0|1|1|0\n"
            "2|Élan (1996)|01-Jan-1996||http://y|0|0|0|1\n"
            "3|unknown||||1|0|0|0\n"
        ).encode("latin-1"),
        "u.user": b"7|24|M|technician|85711\n8|53|F|other|94043\n",
        "u.data": b"8\t1\t5\t20\n7\t2\t3\t30\n7\t1\t1\t10\n",
    },
    "ml-1m": {
        "movies.dat": "1::Toy, The (1995)::Action|Children's\n2::Élan (1996)::Drama\n".encode("latin-1"),
        "users.dat": b"7::M::25::12::85711\n8::F::1::10::94043\n",
        "ratings.dat": b"8::1::5::20\n7::2::3::30\n7::1::1::10\n",
    },
    "ml-10m": {
        "movies.dat": "1::Toy, The (1995)::Action|Children's\n2::Élan (1996)::Drama\n".encode(),
        "ratings.dat": b"8::1::5::20\n7::2::2.5::30\n7::1::0.5::10\n",
    },
    "ml-latest": {
        "movies.csv": (
            'movieId,title,genres\n1,"Toy, The (1995)",Action|Children\n2,Élan (1996),Drama\n'
            "3,Babylon 5,(no genres listed)\n"
        ).encode(),
        "ratings.csv": b"userId,movieId,rating,timestamp\n8,1,5.0,20\n7,2,2.5,30\n7,1,0.5,10\n",
        "tags.csv": b"userId,movieId,tag,timestamp\n"
        + b"".join(b"%d,1,%s,5\n" % (user, tag) for user in (1, 2, 3) for tag in (b"Toys", b'" fun, too"'))
        + b"1,1,toys,6\n1,1,toys,7\n4,1,TOYS,5\n1,2,alone,5\n1,2,alone,6\n1,2,alone,7\n",
        "links.csv": b"movieId,imdbId,tmdbId\n1,2,3\n",
    },
}


@pytest.fixture(params=SETS)
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(folder: Path, layout: str, **changes: bytes | None) -> Path:
    """The set as a folder; a change of None leaves the file out, `_` in its name stands for the dot."""
    folder.mkdir(exist_ok=True)
    files = SETS[layout] | {name.replace("_", "."): body for name, body in changes.items()}
    for name, body in files.items():
        if body is not None:
            (folder / name).write_bytes(body)
    return folder


def packed(path: Path, layout: str, prefix: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in SETS[layout].items():
            archive.writestr(prefix + name, body)
    return path


def by_user(catalog: ItemCatalog) -> dict[str, list[tuple[str, float, int]]]:
    found = catalog.interactions
    assert found is not None
    rows = zip(found.user, found.item, found.rating, found.time, strict=True)
    out: dict[str, list[tuple[str, float, int]]] = {user: [] for user in found.users}
    for user, item, rating, at in rows:
        out[found.users[user]].append((catalog.ids[item], float(rating), int(at)))
    return out


def fault(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_catalog(folder)
    return str(caught.value)


def test_titles_years_and_genres_are_read_naturally(tmp_path: Path, layout: str) -> None:
    catalog = read_catalog(written(tmp_path / layout, layout))
    assert (catalog["1"].title, catalog["1"].year) == ("The Toy", 1995)
    assert catalog["1"].genres == ("Action", "Children")
    assert (catalog["2"].title, catalog["2"].genres) == ("Élan", ("Drama",))
    assert all(item.genres == () for item in catalog if item.id == "3")


def test_ratings_are_scaled_and_ordered_by_user_and_time(tmp_path: Path, layout: str) -> None:
    rated = by_user(read_catalog(written(tmp_path / layout, layout)))
    middle = {"ml-10m": 4 / 9, "ml-latest": 4 / 9}.get(layout, 0.5)
    assert rated["7"] == [("1", 0.0, 10), ("2", pytest.approx(middle), 30)]
    assert rated["8"] == [("1", 1.0, 20)]


@pytest.mark.parametrize("prefix", ["", "set/"], ids=["top", "sub-folder"])
def test_a_zip_reads_as_the_folder_does(tmp_path: Path, layout: str, prefix: str) -> None:
    folder = read_catalog(written(tmp_path / layout, layout))
    zipped = read_catalog(packed(tmp_path / "x.zip", layout, prefix))
    assert zipped.fingerprint == folder.fingerprint
    assert (zipped.name, zipped.source) == ("x", str(tmp_path / "x.zip"))


def test_users_of_100k_have_age_gender_and_occupation(tmp_path: Path) -> None:
    found = read_catalog(written(tmp_path / "a", "ml-100k")).interactions
    assert found is not None
    assert found.people["7"] == {"age": 24, "gender": "male", "occupation": "technician"}


def test_users_of_1m_have_the_lower_bound_of_their_age_group(tmp_path: Path) -> None:
    found = read_catalog(written(tmp_path / "a", "ml-1m")).interactions
    assert found is not None
    assert found.people["7"] == {"age": 25, "gender": "male", "occupation": "programmer"}
    assert found.people["8"]["occupation"] == "pupil"


def test_the_users_file_of_100k_may_be_missing(tmp_path: Path) -> None:
    found = read_catalog(written(tmp_path / "a", "ml-100k", u_user=None)).interactions
    assert found is not None
    assert found.people == {}


def test_tags_count_from_three_different_users_and_ignore_case(tmp_path: Path) -> None:
    catalog = read_catalog(written(tmp_path / "a", "ml-latest"))
    assert catalog["1"].tags == ("toys", "fun, too")
    assert catalog["2"].tags == ()


def test_an_item_has_at_most_ten_tags(tmp_path: Path) -> None:
    rows = "".join(f"{user},1,t{tag:02},5\n" for user in range(3) for tag in range(12))
    tags = f"userId,movieId,tag,timestamp\n{rows}".encode()
    catalog = read_catalog(written(tmp_path / "a", "ml-latest", tags_csv=tags))
    assert catalog["1"].tags == tuple(f"t{tag:02}" for tag in range(10))


def test_popularity_and_quality_come_from_the_training_part_alone(tmp_path: Path) -> None:
    kept = b"".join(b"7\t%d\t%d\t%d\n" % (item, 4, item) for item in (1, 2, 3, 4))
    films = b"".join(b"%d|F (1990)|||u|0|1|0|0\n" % item for item in range(1, 6))
    quiet = written(tmp_path / "a", "ml-100k", u_item=films, u_data=kept + b"7\t5\t1\t9\n")
    catalog = read_catalog(quiet)
    assert [item.popularity for item in catalog] == [1.0, 1.0, 1.0, 1.0, 0.0]
    assert [item.quality for item in catalog] == [0.75] * 5


def test_quality_is_drawn_toward_the_mean_by_ten_ratings(tmp_path: Path) -> None:
    data = b"".join(b"%d\t1\t5\t1\n" % user for user in range(10)) + b"".join(
        b"%d\t2\t1\t1\n" % user for user in range(10, 20)
    )
    catalog = read_catalog(written(tmp_path / "a", "ml-100k", u_data=data))
    assert [item.quality for item in catalog] == [0.75, 0.25, 0.5]


def test_windows_line_ends_and_empty_lines_change_nothing(tmp_path: Path, layout: str) -> None:
    plain = read_catalog(written(tmp_path / "a", layout))
    files = {
        name.replace(".", "_"): body.replace(b"\n", b"\r\n") + b"\r\n" for name, body in SETS[layout].items()
    }
    assert read_catalog(written(tmp_path / "b", layout, **files)).fingerprint == plain.fingerprint


RATINGS = {"ml-100k": "u_data", "ml-1m": "ratings_dat", "ml-10m": "ratings_dat", "ml-latest": "ratings_csv"}


def with_rating(folder: Path, layout: str, cells: tuple[str, ...]) -> Path:
    key = RATINGS[layout]
    separator = {"ml-100k": "\t", "ml-latest": ","}.get(layout, "::")
    body = SETS[layout][key.replace("_", ".")] + separator.join(cells).encode() + b"\n"
    return written(folder, layout, **{key: body})


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (("7", "99", "4", "40"), "there is no item '99' among the items"),
        (("7", "2", "6", "40"), "the rating 6 is outside the scale"),
        (("7", "2", "-1", "40"), "the rating -1 is outside the scale"),
        (("7", "2", "four", "40"), "'four'; expected a number"),
        (("7", "2", "4", "noon"), "'noon'; expected a whole number"),
        (("7", "2", "4"), "3 cells where 4 are expected"),
        (("", "2", "4", "40"), "the user is empty"),
        (("7", "2", "4", ""), "the time is empty"),
    ],
)
def test_a_bad_rating_is_named_with_file_and_line(
    tmp_path: Path, layout: str, cells: tuple[str, ...], says: str
) -> None:
    folder = with_rating(tmp_path / layout, layout, cells)
    line = 5 if layout == "ml-latest" else 4
    message = fault(folder)
    assert message.startswith(f"{folder / RATINGS[layout].replace('_', '.')}:{line}: ")
    assert says in message


def test_a_bad_rating_far_down_a_large_file_is_named(tmp_path: Path) -> None:
    rows = b"".join(b"%d,1,3.5,20\n" % user for user in range(200_000))
    bad = b"userId,movieId,rating,timestamp\n" + rows + b"7,1,3.5,20,\n" + rows
    folder = written(tmp_path / "a", "ml-latest", ratings_csv=bad)
    assert fault(folder) == f"{folder}/ratings.csv:200002: 5 cells where 4 are expected"


def test_the_last_of_two_ratings_of_a_pair_is_kept_and_noted(tmp_path: Path, layout: str) -> None:
    catalog = read_catalog(with_rating(tmp_path / layout, layout, ("7", "1", "5", "25")))
    assert by_user(catalog)["7"][0] == ("1", 1.0, 25)
    assert catalog.notes == (
        "1 interactions were replaced by a later one of the same user with the same item",
    )


def test_a_film_that_stands_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    films = SETS["ml-100k"]["u.item"] + b"1|Again (1999)||||0|0|0|0\n"
    folder = written(tmp_path / "a", "ml-100k", u_item=films)
    assert fault(folder) == f"{folder}/u.item:4: the id '1' stands already in line 1"


def test_bytes_that_are_not_utf8_are_named_by_line_and_byte(tmp_path: Path) -> None:
    films = b"movieId,title,genres\n1,ok,Drama\n2,caf\xe9,Drama\n"
    folder = written(tmp_path / "a", "ml-latest", movies_csv=films)
    assert fault(folder).startswith(f"{folder}/movies.csv:3: byte 6 (0xe9) is not UTF-8; convert the file")


def test_ratings_that_are_not_utf8_are_named_too(tmp_path: Path) -> None:
    ratings = SETS["ml-latest"]["ratings.csv"] + b"caf\xe9,1,3,4\n"
    folder = written(tmp_path / "a", "ml-latest", ratings_csv=ratings)
    assert fault(folder).startswith(f"{folder}/ratings.csv:5: byte 4 (0xe9) is not UTF-8")


def test_other_columns_than_those_of_movielens_are_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", "ml-latest", movies_csv=b"id,title\n1,a\n")
    assert "movies.csv:1: the columns are id, title; expected movieId, title, genres" in fault(folder)


def test_no_film_at_all_is_an_empty_catalog(tmp_path: Path, layout: str) -> None:
    films = {"ml-100k": ("u_item", b""), "ml-latest": ("movies_csv", b"movieId,title,genres\n")}
    name, body = films.get(layout, ("movies_dat", b""))
    folder = written(tmp_path / layout, layout, **{name: body})
    assert "there are no items" in fault(folder)


def test_films_without_any_rating_have_no_interactions(tmp_path: Path) -> None:
    catalog = read_catalog(written(tmp_path / "a", "ml-100k", u_data=b""))
    assert catalog.interactions is None
    assert {(item.popularity, item.quality) for item in catalog} == {(0.0, 0.5)}


def test_an_unknown_age_or_occupation_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", "ml-100k", u_user=b"7|old|M|writer|1\n")
    assert fault(folder) == f"{folder}/u.user:1: the age is 'old'; expected a whole number"
    folder = written(tmp_path / "b", "ml-1m", users_dat=b"7::M::25::21::1\n")
    assert fault(folder) == f"{folder}/users.dat:1: there is no occupation 21; they go from 0 to 20"


@pytest.mark.parametrize(
    ("text", "title", "year", "original"),
    [
        ("Usual Suspects, The (1995)", "The Usual Suspects", 1995, ""),
        ("City of Lost Children, The (Cité des enfants perdus, La) (1995)", "The City of Lost Children", 1995,
         "La Cité des enfants perdus"),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995, "Se7en"),
        ("Enfer, L' (1994)", "L'Enfer", 1994, ""),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009, ""),
        ("Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
         "Birdman: Or (The Unexpected Virtue of Ignorance)", 2014, ""),
        ("I Am Curious (Yellow) (Jag är nyfiken) (1967)", "I Am Curious (Yellow)", 1967, "Jag är nyfiken"),
        ("Land Before Time III (1995) (V)", "Land Before Time III", 1995, ""),
        ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975, ""),
        ("Running Show (2006–)", "Running Show", 2006, ""),
        ("2001: A Space Odyssey (1968) ", "2001: A Space Odyssey", 1968, ""),
        ("Babylon 5", "Babylon 5", None, ""),
        ("Bye Bye, Love (1995)", "Bye Bye, Love", 1995, ""),
    ],
)  # fmt: skip
def test_titles_as_movielens_writes_them(text: str, title: str, year: int | None, original: str) -> None:
    assert split_title(text) == (title, year, original)
