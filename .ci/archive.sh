#!/usr/bin/env bash
# Builds the archive, unpacks it somewhere else, and runs it from an empty folder.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mvn -B -ntp -q -f "$root/pom.xml" -Pdistribution -Dquick -DskipTests -pl cli -am package
archive=$(echo "$root"/cli/target/renkei-*.tar.gz)
mkdir "$scratch/unpacked" "$scratch/empty"
tar -xzf "$archive" -C "$scratch/unpacked" --strip-components=1
ls -l "$archive"
for file in renkei LICENSE README.md renkei.example.yaml docs/licences.md deploy/systemd/renkei.service deploy/compose/.env.example; do
  [ -e "$scratch/unpacked/$file" ] || { echo "$file is missing" >&2; exit 1; }
done

cd "$scratch/empty"
renkei=$scratch/unpacked/renkei
"$renkei" --version
"$renkei" --help | grep -q 'Exit codes'
code=0
"$renkei" bench >/dev/null 2>&1 || code=$?
[ "$code" -eq 2 ]
"$renkei" demo --seconds 5 --rows 5000 --plain --json >demo.json
cat demo.json
grep -q '"lost":0,"duplicated":0' demo.json
