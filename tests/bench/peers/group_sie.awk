# SPDX-License-Identifier: Apache-2.0
# The sums of a SIE 4 file by verksamhet (dimension 20), konto group and month, as
# somebody would write it: verksamhet;group;YYYYMM;öre.
$1 == "#VER" { period = substr($4, 1, 6) }
$1 == "#TRANS" {
	open = index($0, "{")
	shut = index($0, "}")
	count = split(substr($0, open + 1, shut - open - 1), objects, " ")
	activity = ""
	for (i = 1; i < count; i += 2)
		if (objects[i] == "20") {
			activity = objects[i + 1]
			gsub(/"/, "", activity)
		}
	split(substr($0, shut + 2), rest, " ")
	sub(/\./, "", rest[1])
	sums[activity ";" substr($2, 1, 2) ";" period] += rest[1]
}
END { for (key in sums) printf "%s;%.0f\n", key, sums[key] }
