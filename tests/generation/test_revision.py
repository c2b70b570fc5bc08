from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.candidate_search import draft_level
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.revision import MAX_NEW, extend, vary
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.sampler import sample
from mariogpt_mcp.store.records import MadeLevel, StoredLevel
from tests.conftest import rule_written
from tests.model.test_sampler import Noise
from tests.play.ground import ground

BUNDLED_SEED = 3


@pytest.fixture(scope="module")
def mario() -> MarioGPT:
    """A generator with the bundled weights."""
    return MarioGPT()


@pytest.fixture(scope="module")
def made(mario: MarioGPT) -> MadeLevel:
    return mario.generate("some pipes, some enemies", level_size=699, seed=BUNDLED_SEED)


def flat(columns: int) -> Level:
    return ground([1] * columns)


def stored(level: Level) -> StoredLevel:
    return check_level(level.text())


def same_outside(old: Level, new: Level, first: int, last: int) -> bool:
    return all(
        a[: first - 1] == b[: first - 1] and a[last:] == b[last:] for a, b in zip(old.rows, new.rows, strict=True)
    )


@pytest.mark.parametrize(
    ("columns", "prompt"),
    [
        ("21-35", ""),
        ("21-35", "many enemies"),
        pytest.param("1-12", "no enemies", marks=pytest.mark.slow),
        pytest.param("40 to 50", "2 pipes", marks=pytest.mark.slow),
        pytest.param("columns 25", "", marks=pytest.mark.slow),
        pytest.param("", "many pipes", marks=pytest.mark.slow),
    ],
)
def test_columns_are_rewritten_and_the_others_stay_as_they_are(
    mario: MarioGPT, made: MadeLevel, columns: str, prompt: str
) -> None:
    new = mario.vary(made, columns, prompt, seed=1)
    first, last = new.report.first_new_column, new.report.last_new_column
    assert same_outside(made.level, new.level, first, last)
    assert new.report.beatable.beaten
    assert new.report.source_id == made.id != new.id
    assert new.report.structure_faults == 0
    assert new.report.met
    there = Features.of(new.level[first - 1 : last])
    assert {a.name: a.count for a in new.report.attributes if a.count is not None} == {
        "pipes": there.pipes,
        "enemies": there.enemies,
        "blocks": there.blocks,
    }
    assert f"columns {first} to {last} are new" in new.report.text()


@pytest.mark.slow
def test_only_the_same_seed_writes_the_same_columns(mario: MarioGPT, made: MadeLevel) -> None:
    rows = [mario.vary(made, "11-40", "", seed=seed).level.rows for seed in (1, 1, 2)]
    assert rows[0] == rows[1] != rows[2]


@pytest.mark.slow
def test_attributes_that_the_prompt_does_not_name_keep_their_class(mario: MarioGPT, made: MadeLevel) -> None:
    old = Features.of(made.level)
    new = mario.vary(made, "", "no pipes", seed=1)
    got = {a.name: a.got for a in new.report.attributes}
    assert got["pipes"] == "no"
    assert got["enemies"] == old.class_of("enemies")
    assert got["blocks"] == old.class_of("blocks")
    assert (got["elevation"], got["style"]) == (old.elevation, old.style)
    assert any(note.startswith("in the same class as before: some enemies") for note in new.report.notes)


def test_a_prompt_for_the_present_class_is_noted(made: MadeLevel) -> None:
    count = Features.of(made.level).enemies
    notes = vary(made, "", "some enemies", 1, 1.0).notes
    assert f"these columns already had some enemies ({count}); for more or fewer of them, name a number" in notes


def test_a_level_is_extended_to_the_right(mario: MarioGPT, made: MadeLevel) -> None:
    longer = mario.extend(made, 30, "many enemies", seed=1)
    assert longer.level.columns == made.level.columns + 30
    assert all(new.startswith(old) for old, new in zip(made.level.rows, longer.level.rows, strict=True))
    assert longer.report.beatable.beaten
    assert longer.report.met
    assert (longer.report.first_new_column, longer.report.last_new_column) == (51, 80)


@pytest.mark.slow
def test_an_underground_level_continues_underground(mario: MarioGPT) -> None:
    made = mario.generate("underground", level_size=699, seed=1)
    longer = mario.extend(made, 50, seed=1)
    assert Features.of(longer.level[made.level.columns :]).style == "underground"


def test_half_a_pipe_at_the_end_of_the_range_stays() -> None:
    level = ground([1] * 30, {(10, 1): "[", (11, 1): "]", (10, 2): "<", (11, 2): ">"})
    request = vary(stored(level), "5-11", "", 1, 1.0)
    assert (request.kept.first, request.columns) == (4, 6)
    assert "column 11 has half of a pipe, and the other half stays, so column 11 stays too" in request.notes
    with pytest.raises(MarioGPTError, match="Column 11 has only half of a pipe; include the column after it too"):
        vary(stored(level), "11", "", 1, 1.0)
    assert vary(stored(level), "5-12", "", 1, 1.0).columns == 8


def walled(level: Level, column: int) -> StoredLevel:
    wall = Level(tuple("X" * 2 for _ in range(14)))
    return stored(level[:column] + wall + level[column:])


def test_a_level_that_is_blocked_elsewhere_is_refused(made: MadeLevel) -> None:
    blocked = walled(made.level, 40)
    sentence = r"^No run gets past column \d+ of this level, where .*, and new columns \d+ to \d+ would not change"
    with pytest.raises(MarioGPTError, match=sentence):
        vary(blocked, "5-14", "", 1, 1.0)
    with pytest.raises(MarioGPTError, match=sentence):
        extend(blocked, 10, "", 1, 1.0)


@pytest.mark.slow
def test_impassable_columns_can_be_rewritten(mario: MarioGPT, made: MadeLevel) -> None:
    blocked = walled(made.level, 20)
    assert not blocked.report.beatable.beaten
    assert mario.vary(blocked, "15-28", seed=1).report.beatable.beaten


@pytest.mark.slow
def test_columns_without_a_beatable_candidate_are_refused(mario: MarioGPT, made: MadeLevel) -> None:
    """The new columns end where the wall starts."""
    with pytest.raises(MarioGPTError, match=r"^No candidate for columns 15 to 20 gives a level that can be beaten"):
        mario.vary(walled(made.level, 20), "15-20", seed=1)


@pytest.mark.parametrize("columns", ["0-5", "5-4", "10-31", "31", "abc", "-3", "1-2-3", "999999", "5-"])
def test_columns_that_do_not_exist_are_refused(columns: str) -> None:
    with pytest.raises(MarioGPTError, match=r"name the first and the last column, 1 to 30, for example 10-15\.$"):
        vary(stored(flat(30)), columns, "", 1, 1.0)


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(MarioGPTError, match=r"At most 200 columns can be written again at once, not 201; .* 1-200\.$"):
        vary(stored(flat(201)), "", "", 1, 1.0)
    with pytest.raises(MarioGPTError, match="extended by 1 to 200 columns at once, not 201; try 50"):
        extend(stored(flat(30)), 201, "", 1, 1.0)
    with pytest.raises(MarioGPTError, match="extended by 1 to 200 columns at once, not 0"):
        extend(stored(flat(30)), 0, "", 1, 1.0)
    with pytest.raises(MarioGPTError, match="extended by 1 to 100 columns at once"):
        extend(stored(flat(900)), 101, "", 1, 1.0)
    with pytest.raises(MarioGPTError, match="This level has 1000 columns; it can be extended up to 1000"):
        extend(stored(flat(1000)), 1, "", 1, 1.0)


def test_bad_seeds_are_refused() -> None:
    with pytest.raises(MarioGPTError, match="seed must be a whole number"):
        vary(stored(flat(30)), "", "", -7, 1.0)


def test_kept_columns_keep_their_path() -> None:
    """The original MarioGPT continues this path."""
    level = stored(flat(30))
    cells = [(8, column) for column in range(30)]
    level = replace(level, level=level.level.with_path(cells))
    longer, other = extend(level, 5, "", 1, 1.0).kept, vary(level, "11-20", "", 1, 1.0).kept
    assert longer.before is not None
    assert longer.before.path == frozenset(cells)
    assert other.before is not None
    assert other.after is not None
    assert len(other.before.path) == len(other.after.path) == 10


def test_the_key_differs_for_other_levels_ranges_and_seeds(generator: MarioGPT) -> None:
    one, other = stored(flat(30)), stored(flat(30))
    requests = [
        vary(one, "5-9", "", 1, 1.0),
        vary(one, "5-8", "", 1, 1.0),
        vary(one, "5-9", "", 2, 1.0),
        vary(one, "5-9", "no enemies", 1, 1.0),
        vary(other, "5-9", "", 1, 1.0),
        extend(one, 5, "", 1, 1.0),
    ]
    assert len({generator.key(request) for request in requests}) == len(requests)
    assert generator.key(requests[0]) == generator.key(vary(one, "5-9", "", 1, 1.0))


BEATEN = check_level(flat(30).text()).report
valid_levels = st.builds(
    lambda seed, favour: rule_written(40, seed, favour)[0],
    st.integers(0, 2**32 - 1),
    st.sampled_from(["-X", "-XE", "-X<", "-XS?Q"]),
)


@given(valid_levels, st.integers(1, 40), st.integers(1, 12))
@settings(max_examples=60)
@example(flat(40), 1, 12)
@example(flat(40), 29, 12)
def test_new_columns_never_bring_a_fault(level: Level, first: int, count: int) -> None:
    last = min(40, first + count - 1)
    try:
        request = vary(StoredLevel(level, BEATEN), f"{first}-{last}", "", 1, 1.0)
    except MarioGPTError:
        assume(False)
    kept = request.kept
    drafts = [draft_level(request, CorpusStatistics.of([]), 0, i) for i in range(2)]
    for ids in sample(Noise(2), drafts, fixed=kept.fixed()):
        new = Level.from_ids(ids)
        assert same_outside(level, new, kept.first + 1, kept.first + request.columns)
        assert faults(new.ids) == []


def test_at_most_as_many_columns_are_new_as_the_longest_level_has() -> None:
    assert MAX_NEW == 200
