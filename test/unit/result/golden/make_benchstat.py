"""What benchstat says of its own published examples, with the measured values. Source: golang.org/x/perf, cmd/benchstat/testdata
(old.txt, new.txt, crc-old.txt, crc-new.txt; the first two are those of its documentation), BSD 3-clause. Run once, with benchstat of
v0.0.0-20260908200009-22c9c6c9d4da and the four files in a folder:
  python make_benchstat.py BENCHSTAT FOLDER > benchstat.json"""
import csv
import io
import json
import subprocess
import sys

benchstat, folder = sys.argv[1:]


def values(name):
    found = {}
    for line in open(f"{folder}/{name}"):
        if line.startswith("Benchmark"):
            fields = line.split()
            found.setdefault(fields[0].removeprefix("Benchmark"), []).append(float(fields[2]))
    return found


examples = []
for old, new in (("old.txt", "new.txt"), ("crc-old.txt", "crc-new.txt")):
    before, after = values(old), values(new)
    said = subprocess.run(
        [benchstat, "-format", "csv", "-ignore", "note", old, new], cwd=folder, capture_output=True, text=True, check=True)
    in_time = False
    for row in csv.reader(io.StringIO(said.stdout)):
        if len(row) > 1 and row[0] == "":
            in_time = row[1] == "sec/op" or (in_time and row[1].endswith(".txt"))
        elif in_time and len(row) >= 7 and row[0] in before:
            examples.append({
                "name": row[0], "old": before[row[0]], "new": after[row[0]],
                "change": None if row[5] == "~" else float(row[5].rstrip("%")),
                "p": float(row[6].split()[0].removeprefix("p=")),
            })
print("[\n" + ",\n".join(json.dumps(example) for example in examples) + "\n]")
