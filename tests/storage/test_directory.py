"""The picture of the city: read anew when something in it changed, and only then."""

from datetime import date

import pytest
from sqlalchemy import insert, update

from storage import directory, settings
from storage.database import Tx
from storage.directory import DirectoryCache
from storage.groups import put_group
from storage.tables import substitute, unit
from tests.storage.conftest import YEAR, City


def rename(tx: Tx, unit_id: int) -> None:
    tx.execute(update(unit).where(unit.c.id == unit_id).values(name="市水利局"))
    directory.touched(tx)


def test_people_projects_and_units_are_as_they_were_entered(city: City) -> None:
    picture = city.directory
    liaison = picture.person_of("console", "王联络员")
    assert liaison is not None
    assert picture.reports_on(liaison) == (21,)
    project = picture.project_numbered(21)
    assert project is not None and project.name == "国道342改线"
    assert [one.name for one in picture.contacts(city.waterworks)] == ["李科长"]
    assert [one.name for one in picture.office_people(None)] == ["赵主任"]


def test_the_picture_is_kept_until_something_changes(city: City) -> None:
    cache = DirectoryCache(YEAR)
    first = city.db.read_now(cache.get)
    assert city.db.read_now(cache.get) is first
    city.db.write_now(lambda tx: settings.put(tx, "anything else", 1))
    assert city.db.read_now(cache.get) is first
    city.db.write_now(lambda tx: rename(tx, city.waterworks))
    second = city.db.read_now(cache.get)
    assert second is not first
    assert second.units[city.waterworks].name == "市水利局"
    assert first.units[city.waterworks].name == "市水务局"


def test_a_change_that_was_undone_is_not_taken_for_the_next_one(city: City) -> None:
    cache = DirectoryCache(YEAR)

    def fails(tx: Tx) -> None:
        rename(tx, city.waterworks)
        assert cache.get(tx).units[city.waterworks].name == "市水利局"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        city.db.write_now(fails)
    city.db.write_now(lambda tx: put_group(tx, "console", "g", "群"))
    assert city.db.read_now(cache.get).units[city.waterworks].name == "市水务局"


def test_a_substitute_stands_in_on_his_days_and_a_circle_ends(city: City) -> None:
    def appoint(tx: Tx) -> None:
        for who, by in ((city.office, city.contact), (city.contact, city.office)):
            days = {"first_day": date(2025, 9, 15), "last_day": date(2025, 9, 19)}
            tx.execute(insert(substitute).values(person_id=who, by_id=by, **days))

    city.db.write_now(appoint)
    picture = city.directory
    office = picture.people[city.office]
    stands_in = [
        picture.substitute_for(office, day).name
        for day in (date(2025, 9, 14), date(2025, 9, 15), date(2025, 9, 19), date(2025, 9, 20))
    ]
    assert stands_in == ["赵主任", "李科长", "李科长", "赵主任"]
