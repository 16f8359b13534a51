#!/usr/bin/env bash
# Uses a SQL Server, or the stand-in, as a stranger would: by Debian's tsql and freebcp (freetds-bin).
#
#   .ci/freetds.sh HOST PORT USER PASSWORD
#
# Creates a database of its own, drops it at the end, prints "ok" and "not ok" lines, and fails where
# one is "not ok". The protocol is FreeTDS's choice unless TDSVER says (7.1 to 7.4).
set -u -o pipefail
export LC_ALL=C.UTF-8

if [ $# -ne 4 ]; then
  echo "usage: $0 HOST PORT USER PASSWORD" >&2
  exit 2
fi
for tool in tsql freebcp; do
  if ! command -v "$tool" > /dev/null; then
    echo "not ok - $tool is missing (Debian: apt-get install freetds-bin)"
    exit 1
  fi
done

host=$1
port=$2
user=$3
password=$4
database=renkei_freetds_$$
directory=$(mktemp -d)
failures=0

# Runs the batches of standard input and prints their rows, columns separated by a bar.
sql() {
  tsql -o qfh -t '|' -J UTF-8 -H "$host" -p "$port" -U "$user" -P "$password" -D "${1:-master}" 2>&1 |
    sed -e 's/\r$//' -e '/^$/d'
}

finish() {
  printf 'DROP DATABASE %s\nGO\n' "$database" | sql > /dev/null
  rm -rf "$directory"
}
trap finish EXIT

# same NAME EXPECTED ACTUAL
same() {
  if [ "$2" = "$3" ]; then
    echo "ok - $1"
  else
    echo "not ok - $1"
    diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | sed 's/^/  # /'
    failures=$((failures + 1))
  fi
}

same "a database with Change Tracking is created" "" "$(sql <<SQL
CREATE DATABASE $database
GO
ALTER DATABASE $database SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)
GO
SQL
)"

same "a tracked table is created" "" "$(sql "$database" <<'SQL'
CREATE TABLE dbo.Orders (Id int NOT NULL CONSTRAINT PK_Orders PRIMARY KEY, Item nvarchar(50) NULL,
  Price decimal(9, 2) NULL, Note varchar(20) NULL)
GO
ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)
GO
SQL
)"

same "rows are changed" "" "$(sql "$database" <<'SQL'
SET NOCOUNT ON
INSERT INTO dbo.Orders VALUES (1, N'りんご', 120.5, 'red'), (2, N'みかん', 80, NULL), (3, N'梨', 200, '')
GO
SET NOCOUNT ON
UPDATE dbo.Orders SET Price = 90 WHERE Id = 2
GO
SET NOCOUNT ON
DELETE FROM dbo.Orders WHERE Id = 3
GO
BEGIN TRAN
GO
SET NOCOUNT ON
DELETE FROM dbo.Orders
GO
ROLLBACK TRAN
GO
SQL
)"

same "the changes are read back" "1|I|1|りんご
2|I|2|みかん
3|D|3|NULL" "$(sql "$database" <<'SQL'
SELECT CT.SYS_CHANGE_VERSION, CT.SYS_CHANGE_OPERATION, CT.Id, o.Item
  FROM CHANGETABLE(CHANGES dbo.Orders, 0) AS CT
  LEFT OUTER JOIN dbo.Orders AS o ON o.Id = CT.Id
  ORDER BY CT.SYS_CHANGE_VERSION, CT.Id
GO
SQL
)"

same "versions are told" "3|0" "$(sql "$database" <<'SQL'
SELECT CHANGE_TRACKING_CURRENT_VERSION(), CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(N'dbo.Orders'))
GO
SQL
)"

same "an error tells its number" "1" "$(sql "$database" <<'SQL' | grep -c 'Msg 208'
SELECT * FROM dbo.Nothing
GO
SQL
)"

freebcp "$database.dbo.Orders" out "$directory/orders.txt" -c -t '|' \
  -S "$host:$port" -U "$user" -P "$password" > "$directory/freebcp.log" 2>&1
same "freebcp ends well" "0" "$?"
same "freebcp copies the table out" "$(printf '1|りんご|120.50|red\n2|みかん|90.00|')" \
  "$(iconv -f UTF-8 -t UTF-8 "$directory/orders.txt")"
[ "$failures" -eq 0 ] || sed 's/^/  # /' "$directory/freebcp.log"

[ "$failures" -eq 0 ]
