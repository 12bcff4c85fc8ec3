"""The check itself: what it reports, tells and stops at. What it finds is held by tests/tampering."""

from pathlib import Path

import pytest

from armoury.services.desk import look_in
from armoury.store.checking import MOST_FINDINGS, check_register
from armoury.store.register import no_progress
from armoury.store.search_check import search_faults
from tests.fault.conftest import copy_of
from tests.fault.scene import FIRST, PASSPHRASES, Scene, any_place, build, register_weapons, remark, weapon_ids
from tests.tampering.thief import inside


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    scene = Scene(tmp_path_factory.mktemp("built"))
    build(scene)
    return scene


@pytest.fixture
def scene(built: Scene, tmp_path: Path) -> Scene:
    return copy_of(built, tmp_path / "scene")


@pytest.mark.parametrize("deep", [False, True])
def test_a_whole_register_has_no_findings(deep: bool, scene: Scene):
    with scene.desk() as desk:
        report = check_register(desk.register, deep=deep)
        with desk.read() as connection:
            size = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
    assert report.whole
    assert report.entries == size
    assert report.deep is deep


def test_a_register_that_is_only_looked_at_is_checked_deeply_too(scene: Scene):
    desk = look_in(scene.path, FIRST, PASSPHRASES[FIRST], around=scene.around())
    before = {each.name: each.read_bytes() for each in scene.path.iterdir() if each.is_file()}
    assert check_register(desk.register, deep=True).findings == ()
    desk.close()
    assert {each.name: each.read_bytes() for each in scene.path.iterdir() if each.is_file()} == before


def test_a_register_can_be_changed_after_a_deep_check(scene: Scene):
    with scene.desk() as desk:
        for turn in range(3):
            assert check_register(desk.register, deep=True).whole
            remark(desk, weapon_ids(desk)[0], f"turn {turn}")


def test_findings_end_at_a_number_that_can_be_shown(scene: Scene):
    with inside(scene) as connection:
        connection.executemany(
            "INSERT INTO code VALUES (?, 'x', 'serial', 'weapon', 'nobody')", [(f"C{each}",) for each in range(3)]
        )
        connection.execute("UPDATE weapon SET remarks = 'x', model_text = 'y'")
        connection.executemany(
            "INSERT INTO place (id, tag, code, name, level, closed, entry) VALUES (?, ?, ?, 'n', 'rack', 0, 9999)",
            [(f"p{each}", f"t{each}", f"c{each}") for each in range(MOST_FINDINGS + 50)],
        )
    with scene.desk() as desk:
        assert len(check_register(desk.register).findings) == MOST_FINDINGS


def test_progress_is_told_up_to_the_whole(scene: Scene):
    told = []
    with scene.desk() as desk:
        register_weapons(desk, any_place(desk), [f"P{number}" for number in range(2_500)])
        check_register(desk.register, progress=lambda done, total: told.append((done, total)))
    assert told
    assert all(0 < done <= total for done, total in told)


@pytest.mark.parametrize("batch", [1, 5, 12, 1000])
def test_the_full_text_is_compared_in_batches_of_any_size(batch: int, scene: Scene):
    with scene.desk() as desk, desk.read() as connection:
        assert list(search_faults(connection, deep=True, progress=no_progress, batch=batch)) == []
