"""`lake portal` as a process, on a folder that is made for the tests: 2,345 collisions, two police packages."""
import atexit
import os
import re
import signal
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOCRATA = "https://data.cityofnewyork.us"
CKAN = "https://ckan0.cf.opendata.inter.prod-toronto.ca"
ROWS = 2345

PORTAL = f"""
origins:
  {SOCRATA}:
    type: socrata
    tokens: [known-token]
    datasets:
      h9gi-nx95:
        name: Motor Vehicle Collisions - Crashes
        category: Public Safety
        attribution: Police Department (NYPD)
        row_identifier: collision_id
        table:
          files: [crashes.csv]
          updated_at: 2026-10-01T10:00:00Z
          columns:
            collision_id: number
            crash_date: floating_timestamp
            borough: text
            on_street_name: text
            number_of_persons_injured: number
            location: location
      f55k-p6yu:
        name: Motor Vehicle Collisions - Person
        category: Public Safety
        table: {{files: [persons.csv], updated_at: 2026-10-02T10:00:00Z}}
  {CKAN}:
    type: ckan
    internal_origin: https://ckanadmin0.intra.prod-toronto.ca
    packages:
      shootings-firearm-discharges:
        title: Shootings & Firearm Discharges
        category: Map
        refresh_rate: Quarterly
        topics: Public safety
        resources:
          - name: Shootings
            id: 64ddeb09-17b9-4ad8-b6b1-ba6f3a2a5a2c
            format: CSV
            cap: 1000
            cache_copies: true
            table:
              files: [shootings.csv]
              updated_at: 2026-10-01T10:00:00Z
              columns: {{EVENT_UNIQUE_ID: text, DIVISION: text, DEATH: int4, NEIGHBOURHOOD_158: text}}
      wellbeing-toronto-safety:
        title: Wellbeing Toronto - Safety
        category: Document
        resources:
          - {{name: wellbeing, id: 11111111-2222-5333-a444-555555555555, file: wellbeing.csv, updated_at: 2026-01-01T00:00:00Z}}
"""
BOROUGHS = ["BRONX", "BROOKLYN", "MANHATTAN", "QUEENS"]


def csv_line(values):
    return ",".join("" if value is None else '"' + str(value).replace('"', '""') + '"' for value in values) + "\n"


def crash(i):
    """Every seventh crash has no borough; row i + 1 in the order of the file has collision_id 4000000 + i."""
    borough = None if i % 7 == 6 else BOROUGHS[i % 4]
    day = f"2026-{1 + i % 12:02d}-{1 + i % 28:02d}T00:00:00.000"
    place = None if i % 5 == 4 else f"(40.{6000 + i}, -73.{9000 - i})"
    return [4000000 + i, day, borough, f"STREET {i % 10}", i % 4, place]


def shooting(i):
    return [f"GO-{i:05d}", f"D{11 + i % 3}", i % 2, f"Annex {i % 5}" if i % 2 else 'Black "Creek", North']


def write_folder(folder):
    files = {
        "portal.yml": PORTAL,
        "crashes.csv": "collision_id,crash_date,borough,on_street_name,number_of_persons_injured,location\n"
        + "".join(csv_line(crash(i)) for i in range(ROWS)),
        "persons.csv": "unique_id,person_type\n1,Driver\n",
        "shootings.csv": "EVENT_UNIQUE_ID,DIVISION,DEATH,NEIGHBOURHOOD_158\n"
        + "".join(csv_line(shooting(i)) for i in range(ROWS)),
        "wellbeing.csv": "id,score\n1,7\n",
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


_origins = None


def origins():
    """Real origin → loopback origin. The portal starts with the first call and ends with this process."""
    global _origins
    if _origins is None:
        _origins = _start()
    return _origins


def _start():
    folder = tempfile.TemporaryDirectory(prefix="lake-clients-")
    write_folder(folder.name)
    command = ["node", os.path.join(ROOT, "bin", "lake.js"), "portal", folder.name, "--output", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def stop():
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        folder.cleanup()

    atexit.register(stop)
    found, said = {}, ""
    for line in process.stderr:
        said += line
        match = re.match(r"(https?://\S+)\s+→\s+(http://\S+)", line)
        if match:
            found[match[1]] = match[2]
        if line.startswith("Serving"):
            return found
    raise RuntimeError(f"lake portal did not start:\n{said}")


def address(origin):
    """`127.0.0.1:40123`."""
    return origins()[origin].removeprefix("http://")
