"""sodapy, as people use it against data.cityofnewyork.us, against `lake portal`."""
import logging
import unittest

import requests
from sodapy import Socrata

from local_portal import BOROUGHS, ROWS, SOCRATA, address, crash

CRASHES = "h9gi-nx95"
# Without a token sodapy warns of throttling, each time.
logging.getLogger().setLevel(logging.ERROR)


def client(token=None, **options):
    adapter = {"prefix": "http://", "adapter": requests.adapters.HTTPAdapter()}
    return Socrata(address(SOCRATA), token, session_adapter=adapter, **options)


class Rows(unittest.TestCase):
    def setUp(self):
        self.client = client()
        self.addCleanup(self.client.close)

    def get(self, **query):
        return self.client.get(CRASHES, **query)

    def test_get_gives_1000_rows_with_numbers_as_text_and_without_nulls(self):
        rows = self.get()
        self.assertEqual(len(rows), 1000)
        self.assertEqual(
            rows[0],
            {
                "collision_id": "4000000",
                "crash_date": "2026-01-01T00:00:00.000",
                "borough": "BRONX",
                "on_street_name": "STREET 0",
                "number_of_persons_injured": "0",
                "location": {
                    "latitude": "40.6000",
                    "longitude": "-73.9000",
                    "human_address": '{"address":"","city":"","state":"","zip":""}',
                },
            },
        )
        self.assertNotIn("borough", rows[6])

    def test_get_all_pages_through_every_row(self):
        ids = [row["collision_id"] for row in self.client.get_all(CRASHES, order="collision_id")]
        self.assertEqual(ids, [str(4000000 + i) for i in range(ROWS)])

    def test_get_all_with_a_limit_of_its_own(self):
        self.assertEqual(sum(1 for _ in self.client.get_all(CRASHES, limit=500, order=":id")), ROWS)

    def test_limit_and_offset(self):
        rows = self.get(limit=2, offset=3, order="collision_id")
        self.assertEqual([row["collision_id"] for row in rows], ["4000003", "4000004"])

    def test_select_where_and_order(self):
        rows = self.get(
            select="collision_id, number_of_persons_injured as injured",
            where="borough = 'QUEENS' AND number_of_persons_injured >= 3",
            order="collision_id DESC",
            limit=5000,
        )
        expected = [
            {"collision_id": str(c[0]), "injured": "3"}
            for c in map(crash, reversed(range(ROWS)))
            if c[2] == "QUEENS" and c[4] == 3
        ]
        self.assertEqual(rows, expected)

    def test_where_between_dates_like_in_and_null(self):
        count = lambda where: int(self.get(select="count(*)", where=where)[0]["count"])
        crashes = [crash(i) for i in range(ROWS)]
        self.assertEqual(
            count("crash_date between '2026-03-01T00:00:00' and '2026-03-31T23:59:59'"),
            sum(c[1].startswith("2026-03") for c in crashes),
        )
        self.assertEqual(count("borough is null"), sum(c[2] is None for c in crashes))
        self.assertEqual(count("borough in ('BRONX', 'QUEENS')"), sum(c[2] in ("BRONX", "QUEENS") for c in crashes))
        self.assertEqual(count("on_street_name like '%EET 1'"), sum(c[3] == "STREET 1" for c in crashes))
        self.assertEqual(count("upper(on_street_name) = 'STREET 2'"), sum(c[3] == "STREET 2" for c in crashes))
        self.assertEqual(count("starts_with(borough, 'B')"), sum((c[2] or "").startswith("B") for c in crashes))

    def test_a_field_as_a_filter(self):
        rows = self.get(borough="BRONX", limit=5000)
        self.assertEqual({row["borough"] for row in rows}, {"BRONX"})
        self.assertEqual(len(rows), sum(crash(i)[2] == "BRONX" for i in range(ROWS)))

    def test_counts(self):
        self.assertEqual(self.get(select="count(*)"), [{"count": str(ROWS)}])
        self.assertEqual(self.get(select="count(*) as n"), [{"n": str(ROWS)}])
        self.assertEqual(
            self.get(select="min(collision_id), max(collision_id)"),
            [{"min_collision_id": "4000000", "max_collision_id": str(4000000 + ROWS - 1)}],
        )

    def test_groups(self):
        rows = self.get(
            select="borough, count(*) as crashes, sum(number_of_persons_injured) as injured",
            where="borough is not null",
            group="borough",
            order="borough",
        )
        crashes = [crash(i) for i in range(ROWS)]
        self.assertEqual(
            rows,
            [
                {
                    "borough": borough,
                    "crashes": str(sum(c[2] == borough for c in crashes)),
                    "injured": str(sum(c[4] for c in crashes if c[2] == borough)),
                }
                for borough in BOROUGHS
            ],
        )

    def test_groups_by_month(self):
        rows = self.get(select="date_trunc_ym(crash_date) as month, count(*)", group="month", order="month")
        self.assertEqual(len(rows), 12)
        self.assertEqual(rows[0]["month"], "2026-01-01T00:00:00.000")
        self.assertEqual(sum(int(row["count"]) for row in rows), ROWS)

    def test_a_whole_query(self):
        rows = self.get(
            query="select borough, count(*) as n where borough is not null group by borough "
            "having n > 0 order by n desc, borough limit 2"
        )
        self.assertEqual(len(rows), 2)
        self.assertGreaterEqual(int(rows[0]["n"]), int(rows[1]["n"]))

    def test_full_text_search(self):
        rows = self.get(q="bronx", limit=5000)
        self.assertEqual({row["borough"] for row in rows}, {"BRONX"})

    def test_system_fields(self):
        row = self.get(limit=1, exclude_system_fields="false")[0]
        self.assertLessEqual({":id", ":created_at", ":updated_at", ":version"}, row.keys())

    def test_csv(self):
        header, *rows = self.client.get(CRASHES, content_type="csv", limit=3)
        self.assertEqual(header[:3], ["collision_id", "crash_date", "borough"])
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[0][5], "(40.6000, -73.9000)")

    def test_geojson(self):
        found = self.client.get(CRASHES, content_type="geojson", limit=5)
        self.assertEqual([f["geometry"] and f["geometry"]["type"] for f in found["features"]], ["Point"] * 4 + [None])
        self.assertEqual(found["features"][0]["geometry"]["coordinates"], [-73.9, 40.6])


class Catalogue(unittest.TestCase):
    def test_get_metadata(self):
        with client() as soda:
            found = soda.get_metadata(CRASHES)
        self.assertEqual(found["name"], "Motor Vehicle Collisions - Crashes")
        self.assertEqual(found["rowsUpdatedAt"], 1790848800)
        columns = {column["fieldName"]: column for column in found["columns"]}
        self.assertEqual(columns["crash_date"]["dataTypeName"], "calendar_date")
        self.assertEqual(found["rowIdentifierColumnId"], columns["collision_id"]["id"])

    def test_datasets(self):
        with client() as soda:
            everything = soda.datasets()
            one = soda.datasets(limit=1)
            named = soda.datasets(ids=["h9gi-nx95"], only=["dataset"])
        self.assertEqual({found["resource"]["id"] for found in everything}, {"h9gi-nx95", "f55k-p6yu"})
        self.assertEqual(len(one), 1)
        self.assertEqual([found["resource"]["name"] for found in named], ["Motor Vehicle Collisions - Crashes"])

    def test_no_attachments(self):
        with client() as soda:
            self.assertEqual(soda.download_attachments(CRASHES), [])


class Refusals(unittest.TestCase):
    def refused(self, soda, *args, **query):
        with self.assertRaises(requests.exceptions.HTTPError) as caught, soda:
            soda.get(*args, **query)
        return str(caught.exception)

    def test_an_app_token_that_is_known_and_one_that_is_not(self):
        with client("known-token") as soda:
            self.assertEqual(len(soda.get(CRASHES, limit=1)), 1)
        self.assertEqual(
            self.refused(client("wrong"), CRASHES), "403 Client Error: Forbidden.\n\tInvalid app_token specified"
        )

    def test_a_dataset_that_is_missing(self):
        self.assertEqual(self.refused(client(), "none-0000"), "404 Client Error: Not Found")

    def test_a_column_that_is_missing(self):
        self.assertIn("No such column: weather", self.refused(client(), CRASHES, where="weather = 'rain'"))

    def test_a_clause_that_cannot_be_read(self):
        self.assertIn("Could not parse SoQL query", self.refused(client(), CRASHES, where="borough ="))

    def test_writing_needs_an_account(self):
        with self.assertRaises(requests.exceptions.HTTPError) as caught, client() as soda:
            soda.upsert(CRASHES, [{"collision_id": 1}])
        self.assertEqual(caught.exception.response.status_code, 403)


if __name__ == "__main__":
    unittest.main()
