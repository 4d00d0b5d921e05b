"""ckanapi, as people use it against Toronto's CKAN, against `lake portal`."""
import csv
import io
import json
import unittest

import requests
from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, NotAuthorized, NotFound, SearchError, ValidationError

from local_portal import CKAN, ROWS, origins, shooting

TABLE = "64ddeb09-17b9-4ad8-b6b1-ba6f3a2a5a2c"
SLUG = "shootings-firearm-discharges"


class WithClient(unittest.TestCase):
    get_only = False

    def setUp(self):
        self.ckan = RemoteCKAN(origins()[CKAN], user_agent="tests/1", get_only=self.get_only)
        self.addCleanup(self.ckan.close)
        self.action = self.ckan.action

    def search(self, **query):
        return self.action.datastore_search(resource_id=TABLE, **query)


class Packages(WithClient):
    def test_package_list(self):
        self.assertEqual(self.action.package_list(), [SLUG, "wellbeing-toronto-safety"])
        self.assertEqual(self.action.package_list(limit=1, offset=1), ["wellbeing-toronto-safety"])

    def test_package_show_by_name_and_by_id(self):
        package = self.action.package_show(id=SLUG)
        self.assertEqual(self.action.package_show(id=package["id"])["name"], SLUG)
        table = next(r for r in package["resources"] if r["datastore_active"])
        self.assertEqual(table["id"], TABLE)
        self.assertEqual({r["format"] for r in package["resources"] if r["is_datastore_cache_file"]}, {"CSV", "XML", "JSON"})

    def test_package_search(self):
        self.assertEqual(self.action.package_search(q="shootings")["count"], 1)
        self.assertEqual(self.action.package_search(q="*:*", rows=0)["count"], 2)
        found = self.action.package_search(fq="dataset_category:Map", rows=1)
        self.assertEqual([p["name"] for p in found["results"]], [SLUG])
        sorted_by_name = self.action.package_search(sort="name desc", start=1)["results"]
        self.assertEqual([p["name"] for p in sorted_by_name], [SLUG])
        facets = self.action.package_search(**{"facet.field": '["dataset_category"]', "rows": 0})
        self.assertEqual(facets["facets"], {"dataset_category": {"Map": 1, "Document": 1}})

    def test_current_package_list_with_resources(self):
        packages = self.action.current_package_list_with_resources(limit=10)
        self.assertEqual(sum(len(p["resources"]) for p in packages), 5)

    def test_resource_show_and_search(self):
        self.assertEqual(self.action.resource_show(id=TABLE)["name"], "Shootings")
        self.assertEqual(self.action.resource_search(query="name:wellbeing")["count"], 1)

    def test_organizations_licences_and_the_site(self):
        self.assertEqual(self.action.organization_list(), ["city-of-toronto"])
        organization = self.action.organization_show(id="city-of-toronto", include_datasets=True)
        self.assertEqual((organization["title"], len(organization["packages"])), ("City of Toronto", 2))
        self.assertEqual(self.action.organization_list(all_fields=True)[0]["package_count"], 2)
        self.assertEqual(self.action.group_list(), [])
        self.assertEqual([licence["id"] for licence in self.action.license_list()], ["open-government-licence-toronto"])
        self.assertTrue(self.action.status_show()["ckan_version"].startswith("2.9"))


class Datastore(WithClient):
    def test_paging_by_what_came_until_the_total(self):
        rows, total = [], None
        while total is None or len(rows) < total:
            page = self.search(limit=32000, offset=len(rows))
            self.assertEqual(page["limit"], 1000)
            total = page["total"]
            rows += page["records"]
        self.assertEqual(total, ROWS)
        self.assertEqual([row["_id"] for row in rows], list(range(1, ROWS + 1)))
        self.assertEqual([row["EVENT_UNIQUE_ID"] for row in rows], [shooting(i)[0] for i in range(ROWS)])

    def test_types(self):
        result = self.search(limit=1)
        self.assertEqual({f["id"]: f["type"] for f in result["fields"]}["DEATH"], "int4")
        self.assertEqual(result["records"][0]["DEATH"], 0)

    def test_filters_fields_and_sort(self):
        result = self.search(
            filters={"DIVISION": ["D11", "D12"], "DEATH": 1},
            fields=["EVENT_UNIQUE_ID", "DIVISION"],
            sort="EVENT_UNIQUE_ID desc",
            limit=3,
        )
        wanted = [s for s in map(shooting, reversed(range(ROWS))) if s[1] in ("D11", "D12") and s[2] == 1]
        self.assertEqual(result["total"], len(wanted))
        self.assertEqual(result["records"], [{"EVENT_UNIQUE_ID": s[0], "DIVISION": s[1]} for s in wanted[:3]])

    def test_full_text_search(self):
        everywhere = self.search(q="annex", limit=1)
        self.assertEqual(everywhere["total"], sum("Annex" in shooting(i)[3] for i in range(ROWS)))
        self.assertIn("rank", everywhere["records"][0])
        one_column = self.search(q={"NEIGHBOURHOOD_158": "creek"}, limit=0)
        self.assertEqual(one_column["total"], sum("Creek" in shooting(i)[3] for i in range(ROWS)))

    def test_distinct(self):
        result = self.search(fields="DIVISION", distinct=True, sort="DIVISION")
        self.assertEqual(result["records"], [{"DIVISION": d} for d in ("D11", "D12", "D13")])

    def test_counts_alone_and_no_counts(self):
        self.assertEqual((self.search(limit=0)["total"], self.search(limit=0)["records"]), (ROWS, []))
        self.assertNotIn("total", self.search(limit=1, include_total=False))

    def test_records_as_csv(self):
        rows = list(csv.reader(io.StringIO(self.search(records_format="csv", limit=2)["records"])))
        self.assertEqual(rows, [["1", *map(str, shooting(0))], ["2", *map(str, shooting(1))]])

    def test_dump(self):
        url = f"{origins()[CKAN]}/datastore/dump/{TABLE}"
        rows = list(csv.DictReader(io.StringIO(requests.get(url, params={"bom": "false"}).content.decode("utf-8"))))
        self.assertEqual(len(rows), ROWS)
        self.assertEqual(rows[2]["NEIGHBOURHOOD_158"], 'Black "Creek", North')
        as_json = requests.get(url, params={"format": "json", "limit": 2}).json()
        self.assertEqual(as_json["records"][1][:2], [2, "GO-00001"])

    def test_datastore_info(self):
        info = self.action.datastore_info(id=TABLE)
        self.assertEqual((info["meta"]["count"], info["schema"]["DIVISION"]), (ROWS, "text"))


class OverGet(Datastore):
    """The same with GET alone, as a cautious user asks."""

    get_only = True

    def search(self, **query):
        plain = {k: json.dumps(v) if isinstance(v, dict) else ",".join(v) if isinstance(v, list) else v for k, v in query.items()}
        return super().search(**plain)


class Refusals(WithClient):
    def test_not_found(self):
        with self.assertRaises(NotFound):
            self.action.package_show(id="cats")
        with self.assertRaises(NotFound) as caught:
            self.action.datastore_search(resource_id="00000000-0000-0000-0000-000000000000")
        self.assertIn("was not found", str(caught.exception))
        with self.assertRaises(NotFound):
            self.action.organization_show(id="city-of-ottawa")

    def test_validation(self):
        with self.assertRaises(ValidationError) as caught:
            self.search(limit=-1)
        self.assertEqual(caught.exception.error_dict["limit"], ["Must be a natural number"])
        with self.assertRaises(ValidationError) as caught:
            self.search(filters={"WEATHER": "rain"})
        self.assertIn("filters", caught.exception.error_dict)
        with self.assertRaises(ValidationError):
            self.action.package_show()

    def test_search(self):
        with self.assertRaises(SearchError):
            self.action.package_search(fq="weather:rain")

    def test_writing_needs_an_account(self):
        with self.assertRaises(NotAuthorized):
            self.action.package_create(name="mine")
        with self.assertRaises(NotAuthorized):
            self.action.datastore_upsert(resource_id=TABLE, records=[])

    def test_an_action_that_there_is_none_of(self):
        with self.assertRaises(CKANAPIError):
            self.action.package_burn()


if __name__ == "__main__":
    unittest.main()
