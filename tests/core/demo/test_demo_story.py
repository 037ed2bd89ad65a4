"""The story told over the files: complete at every size, and what it says is planted is there."""

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.demo import Story
from evidencekit.demo.plan import LEAST, counts, seeded
from evidencekit.demo.timeline import SECOND_FROM, calls, local, messages
from evidencekit.demo.tour import Tour
from evidencekit.model import MilestoneKind, Status
from evidencekit.moments import parse_when


@pytest.fixture(params=[12, 84])
def told(request: pytest.FixtureRequest) -> tuple[Path, Story]:
    if request.param == 84:
        many: tuple[Path, Story] = request.getfixturevalue("received")
        return many
    tour: Tour = request.getfixturevalue("tour")
    assert tour.story is not None
    return tour.received, tour.story


def test_every_path_of_the_story_is_a_file(told: tuple[Path, Story]) -> None:
    folder, story = told
    named = {path for exhibit in story.exhibits for path in exhibit.paths}
    named |= {path for incident in story.incidents for path in incident.paths}
    named |= {milestone.path for milestone in story.milestones if milestone.path}
    named |= {each.path for each in story.descriptions} | {each.path for each in story.notes}
    named |= {each.path for each in story.answers}
    assert named <= {*story.files, *story.members}
    assert all((folder / path).is_file() for path in named - set(story.members))


def test_what_is_told_of_an_archive_lies_in_it(told: tuple[Path, Story]) -> None:
    folder, story = told
    assert len(story.members) == (1 if len(story.files) == 84 else 0)
    for path in story.members:
        archive, _, member = path.rpartition("/")
        with zipfile.ZipFile(folder / archive) as held:
            assert member in held.namelist()


def test_every_file_is_handed_over_once_under_a_name_of_its_own(told: tuple[Path, Story]) -> None:
    _, story = told
    taken = [story.taken_as(path) for path in story.files]
    assert len(set(taken)) == len(taken)
    assert {number for number, _ in taken} == set(range(1, len(story.hand_overs) + 1))
    with pytest.raises(KeyError):
        story.taken_as("elsewhere/file.txt")


def test_hand_overs_follow_each_other_in_time(told: tuple[Path, Story]) -> None:
    times = [hand_over.received for hand_over in told[1].hand_overs]
    assert times == sorted(times)
    assert len(times) >= 3


def test_every_time_can_be_understood(told: tuple[Path, Story]) -> None:
    _, story = told
    spoken = [m.when for m in story.milestones] + [i.when for i in story.incidents]
    spoken += [d.when for d in story.descriptions if d.when]
    for when in spoken:
        parse_when(when, story.case.timezone)


def test_even_the_smallest_story_has_its_turning_points(told: tuple[Path, Story]) -> None:
    _, story = told
    rests_on = {milestone.kind: milestone.path for milestone in story.milestones}
    assert {MilestoneKind.NO, MilestoneKind.ORDER_ISSUED, MilestoneKind.ORDER_SERVED, MilestoneKind.ARREST} <= set(
        rests_on
    )
    assert rests_on[MilestoneKind.NO]
    assert rests_on[MilestoneKind.ORDER_SERVED]


def test_one_exhibit_is_withdrawn_and_one_comes_late(told: tuple[Path, Story]) -> None:
    exhibits = told[1].exhibits
    assert [exhibit.withdrawn for exhibit in exhibits].count(True) == 1
    late = [exhibit for exhibit in exhibits if exhibit.label]
    assert late == [exhibits[-1]]
    number = int((late[0].label or "")[:-1])
    assert late[0].label == f"{min(12, number)}A"
    assert number < len(exhibits)


def test_an_item_is_marked_in_one_exhibit_only(told: tuple[Path, Story]) -> None:
    paths = [path for exhibit in told[1].exhibits for path in exhibit.paths]
    assert len(paths) == len(set(paths))


def test_rulings_follow_the_offer(told: tuple[Path, Story]) -> None:
    for exhibit in told[1].exhibits:
        statuses = [status for status, _ in exhibit.dates]
        assert statuses in (
            [],
            [Status.OFFERED],
            [Status.OFFERED, Status.ADMITTED],
            [Status.OFFERED, Status.EXCLUDED],
        )
        assert [day for _, day in exhibit.dates] == sorted(day for _, day in exhibit.dates)


def test_duplicates_are_the_same_bytes_and_the_only_ones(told: tuple[Path, Story]) -> None:
    folder, story = told
    by_bytes: dict[bytes, set[str]] = {}
    for path in story.files:
        by_bytes.setdefault((folder / path).read_bytes(), set()).add(path)
    assert {frozenset(same) for same in by_bytes.values() if len(same) > 1} == {
        frozenset(pair) for pair in story.planted.duplicates
    }


def test_what_is_refused_is_a_link_to_a_file(told: tuple[Path, Story]) -> None:
    folder, story = told
    for path, kind in story.planted.refused:
        assert kind == "symlink"
        assert (folder / path).is_symlink()
        assert (folder / path).resolve().is_file()
    links = [path for path in folder.rglob("*") if path.is_symlink()]
    assert len(links) == len(story.planted.refused)


def test_the_planted_mismatches_are_the_ones_that_intake_sees(told: tuple[Path, Story]) -> None:
    from evidencekit.media.filetypes import ExtensionRules
    from evidencekit.media.identify import identify

    folder, story = told
    rules = ExtensionRules()
    found = {path for path in story.files if not identify(folder / path, Path(path).name, rules).extension_matches}
    assert found == set(story.planted.mismatched)


@given(items=st.integers(LEAST, 20_000), fixed=st.integers(20, 60))
def test_the_shares_add_up(items: int, fixed: int) -> None:
    share = counts(items, fixed)
    kinds = (share.threads, share.scrolls, share.calls, share.locks, share.voicemail_lists)
    assert sum(kinds) + share.photos + share.voicemails + share.others == items
    assert share.threads >= 2
    assert share.calls >= 1
    assert share.photos >= 1
    assert share.voicemails >= 1


@given(seed=st.integers(0, 2**32), count=st.integers(1, 3000))
def test_the_thread_is_in_order_and_never_twice_in_a_second(seed: int, count: int) -> None:
    told = messages(count, seeded(seed, "messages"))
    times = [message.at for message in told]
    assert all(a < b for a, b in pairwise(times))
    no = local("2026-02-11 18:42")
    assert all(message.incoming for message in told if message.at > no)
    assert len({message.number for message in told if message.at < SECOND_FROM}) == 1


@given(seed=st.integers(0, 2**32), count=st.integers(0, 400))
def test_that_night_has_forty_one_attempts_whatever_the_seed(seed: int, count: int) -> None:
    told = calls(count, seeded(seed, "calls"))
    night = [call for call in told if local("2026-02-11 19:00") < call.at < local("2026-02-12 08:00")]
    assert len(night) == 41
    assert not any(call.seconds for call in night)
    assert sum(1 for call in told if call.seconds) <= 3
    assert all(call.at < local("2026-01-29 20:15") for call in told if call.seconds)


def test_exhibits_of_a_group_stand_together(told: tuple[Path, Story]) -> None:
    groups = [exhibit.group for exhibit in told[1].exhibits if exhibit.label is None]
    changes = [group for before, group in pairwise([None, *groups]) if group != before]
    assert len(changes) == len(set(changes))
