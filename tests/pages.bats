#!/usr/bin/env bats
# scale --plot and --html: pictures and a page that agree with the JSON of the same run.
# shellcheck disable=SC2154 # bats sets stderr
# shellcheck disable=SC2016 # what is in $ is for Python

load helpers

# The documents that most tests look at, made once. The name of the tasks' file is a trap for whoever forgets to escape.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	echo 1e9 >'<b>&"it'\''s".txt'
	"$SUMSQ" scale -q --rounds 6 -c 1-2 -f '<b>&"it'\''s".txt' --plot s.svg --json=s.json --html s.html >s.txt 2>s.err || true
	"$SUMSQ" scale -q --rounds 1 -c 1-2 --weak --plot w.png --json=w.json 1e7 >w.txt 2>w.err || true
}

made() { # file
	[ -s "$BATS_FILE_TMPDIR/$1" ] || fail "no $1: $(cat "$BATS_FILE_TMPDIR"/*.err)"
	MADE=$BATS_FILE_TMPDIR/$1
}

# Runs Python with the document d, its measured rows, and the name of a file made beside it.
python() { # file, script from standard input
	"$PYTHON" - "$BATS_FILE_TMPDIR" "$1" <<<'
import html.parser, json, os, re, subprocess, sys, xml.etree.ElementTree as xml
os.chdir(sys.argv[1])
name = sys.argv[2]
d = json.load(open("s.json"))
rows = [row for row in d["runs"] if row["missing"] is None]
drawn = [row for row in rows if row["strategy"] != "serial"]
'"$(cat)" || fail "$1 does not agree with the JSON"
}

# What a page has in it: the elements, their balance, its tables as texts, and what code shows.
READER='
VOID = {"meta", "link", "br", "hr", "img", "input", "circle", "path", "use", "rect", "polygon", "feFlood", "feComposite"}
class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags, self.ids, self.tables, self.code, self.text = [], set(), [], [], "", ""
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.ids += [value for key, value in attributes if key == "id"]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)
        self.ids += [value for key, value in attributes if key == "id"]
    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open, self.getpos())
        self.open.pop()
    def handle_data(self, data):
        self.text += data
        if self.open[-1:] in (["td"], ["th"]) or self.open[-2:] == ["td", "s"]:
            self.tables[-1][-1][-1] += data
        if self.open[-1:] == ["code"]:
            self.code += data
def read(name):
    reader = Reader()
    reader.feed(open(name, encoding="utf-8").read())
    reader.close()
    assert not reader.open, reader.open
    return reader
'

@test 'SVG: well-formed, of a fixed size, on white, with axes, curves and efficiencies by their names' {
	need gnuplot
	made s.svg
	python s.svg <<'EOF'
root = xml.parse(name).getroot()
texts = [node.text.strip() for node in root.iter() if node.tag.endswith("}text") and node.text]
assert root.tag.endswith("}svg") and root.get("viewBox").startswith("0 0 960 "), root.attrib
assert root.find(".//{*}rect").get("fill") == "#ffffff"
for label in ("workers", "speedup over serial", "efficiency", "ideal", "lost to clock", "lost to balance",
              "lost to overhead", "lost to the rest", "1", "2"):
    assert label in texts, (label, texts)
assert any("strong scaling" in text for text in texts) and any(d["hosts"][0]["hostname"] in text for text in texts), texts
for strategy in {row["strategy"] for row in drawn}:
    assert texts.count(strategy) == 2, (strategy, texts)    # a curve's legend, and a panel's title
shown = sorted(text for text in texts if re.fullmatch(r"\d\.\d\d", text))
bars = sorted("%.2f" % row["efficiency"] for row in drawn)
for bar in bars:
    shown.remove(bar)
assert len(bars) == 4, bars
assert all(float(tic) * 4 % 1 == 0 for tic in shown), shown   # what is left are the axis' own
ids = [node.get("id") for node in root.iter() if node.get("id")]
assert len(ids) == len(set(ids))
EOF
}

@test 'SVG: the points and the ends of the bars stand where the numbers say' {
	need gnuplot
	made s.svg
	python s.svg <<'EOF'
root = xml.parse(name).getroot()
# In the order of the script: the ideal line, the bars of each curve, the points of each curve.
groups = [group for group in root.iter("{http://www.w3.org/2000/svg}g") if re.fullmatch(r"gnuplot_plot_\d+a", group.get("id", ""))]
assert len(groups) == 5, groups
def pairs(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+),([\d.]+)", path.get("d"))]
(x1, y1), (x2, y2) = pairs(groups[0].findall(".//{*}path")[-1])[-2:]
def value(y):
    return 1 + (float(y) - y1) / (y2 - y1)
for at, strategy in ((1, "openmp"), (2, "processes")):
    mine = [row for row in drawn if row["strategy"] == strategy]
    assert strategy in [node.text for node in groups[at + 2].iter("{http://www.w3.org/2000/svg}text")]
    points = [re.search(r"translate\(([\d.]+),([\d.]+)\)", use.get("transform")).groups()
              for use in groups[at + 2].findall(".//{*}use")]
    points = points[:len(mine)]          # the last one is the legend's
    assert len(points) == len(mine) == 2, points
    for (x, y), row in zip(points, mine):
        assert abs(value(y) - row["speedup"]) < 0.02, (strategy, value(y), row["speedup"])
        assert abs(1 + (float(x) - x1) / (x2 - x1) - row["workers"]) < 0.1, (x, row["workers"])
    bars = [y for path in groups[at].findall(".//{*}path") for _, y in pairs(path)]
    for row in mine:
        # An interval needs six trials that nothing disturbed, of serial too.
        assert row["speedup_ci95"] or min(sum(not sample["disturbed"] for sample in each["samples"])
                                          for each in (d["runs"][0], row)) < 6, row
        for bound in row["speedup_ci95"] or ():
            assert min(abs(value(y) - bound) for y in bars) < 0.02, (strategy, bound, bars)
EOF
}

@test 'PNG: a PNG of twice the size; weak scaling is drawn as such' {
	need gnuplot
	made w.png
	"$PYTHON" -c '
import struct, sys
bytes = open(sys.argv[1], "rb").read()
assert bytes[:8] == b"\x89PNG\r\n\x1a\n" and bytes[-8:-4] == b"IEND"
width, height = struct.unpack(">II", bytes[16:24])
assert width == 1920 and height > 1000, (width, height)' "$MADE"
	run -0 --separate-stderr "$SUMSQ" scale --rounds 1 -c 1-2 --weak --plot w.svg 1e6
	grep -q 'weak scaling' w.svg
	run ! grep -q 'strong scaling' w.svg
}

@test 'HTML: balanced, without a script or a link, with every part of the study' {
	made s.html
	python s.html <<<"$READER"'
page = read(name)
source = open(name, encoding="utf-8").read()
assert source.startswith("<!DOCTYPE html>\n")
assert not re.search(r"https?://|<script|<link|<iframe|@import|src=|url\((?!#)|\son\w+=", source)
assert not page.tags & {"script", "link", "iframe", "img", "object", "b"}, page.tags
assert len(page.ids) == len(set(page.ids))
for title in ("Runs", "Where the efficiency went", "Laws", "How many workers are enough", "The host", "The job"):
    assert title in page.text, title
for line in d["advice"].splitlines():
    assert line in page.text, line
assert page.text.index(d["advice"].splitlines()[0]) < page.text.index("Where the efficiency went")
for text in d["warnings"] + [d["started"], d["hosts"][0]["cpu_model"], d["hosts"][0]["kernel"], d["job"]["terms"]]:
    assert text in page.text, text'
}

@test 'HTML: the tables have the numbers of the JSON' {
	made s.html
	python s.html <<<"$READER"'
def three(value):
    return "%.*f" % (2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0, value)
def seconds(value):
    value *= 1e9
    for unit in "ns", "us", "ms", "s":
        if value < 999.5 or unit == "s":
            return "%s %s" % (three(value), unit)
        value /= 1000
tables = {tuple(table[0]): table[1:] for table in read(name).tables}
runs = [(head, body) for head, body in tables.items() if "speedup" in head][0]
factors = [(head, body) for head, body in tables.items() if "serial" in head][0]
samples = [(head, body) for head, body in tables.items() if "seconds" in head][0]
assert len(runs[1]) == len(factors[1]) == len(samples[1]) == len(d["runs"]) == 5
for row, shown in zip(d["runs"], (dict(zip(runs[0], cells)) for cells in runs[1])):
    assert shown["strategy"] == row["strategy"] and shown["workers"] == str(row["workers"]), shown
    assert shown["median"] == seconds(row["median_s"]), (shown, row["median_s"])
    assert shown["speedup"] == three(row["speedup"]), (shown, row["speedup"])
    assert shown["start-up"] == seconds(row["startup_s"]) and shown["verified"] == "yes" + " *" * (row["disturbed"] > 0), shown
for row, shown in zip(d["runs"], (dict(zip(factors[0], cells)) for cells in factors[1])):
    assert shown["efficiency"] == "%.3f" % row["efficiency"], shown
    for factor, value in row["factors"].items():
        assert shown[factor] == "%.3f" % value, (factor, shown)
for row, cells in zip(d["runs"], samples[1]):
    assert len([s["seconds"] for s in row["samples"]]) == 6
    assert all(abs(float(a) / b - 1) < 1e-8 for a, b in zip(cells[-1].split(), [s["seconds"] for s in row["samples"]])), cells'
}

@test 'HTML: the command to repeat it is what was typed, whatever is in its words' {
	made s.html
	python s.html <<<"$READER"'
import shlex
assert shlex.split(read(name).code) == d["argv"], read(name).code'
	printf '10\n' >$'\xff <i>\\\'\n&'
	"$SUMSQ" scale -q --rounds 1 -c 1 --html h.html -f $'\xff <i>\\\'\n&' >/dev/null
	"$PYTHON" - h.html <<<"import html.parser, re, subprocess, sys$READER"'
page = read(sys.argv[1])
assert "i" not in page.tags
words = subprocess.run(["bash", "-c", "printf \"%s\\0\" " + page.code], capture_output=True, check=True).stdout.split(b"\0")
assert words[-2] == b"\xff <i>\\\x27\n&", words'
}

@test 'HTML: a browser shows it, and complains of nothing' {
	need chromium
	made s.html
	# Debian's chromium wants a home of its own, and no network.
	HOME=$PWD timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync --user-data-dir="$PWD/browser" \
		--enable-logging=stderr --screenshot="$PWD/page.png" --window-size=1000,2400 "file://$MADE" >log 2>&1 ||
		fail "$(cat log)"
	run ! grep CONSOLE log
	"$PYTHON" - page.png <<'EOF'
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
width, height = struct.unpack(">II", data[16:24])
assert (width, height) == (1000, 2400), (width, height)
at, pixels = 8, b""
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at:at + 8])
    pixels += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
    at += 12 + length
pixels = zlib.decompress(pixels)
stride = len(pixels) // height
# A line that repeats the one above it, or has one colour, is all zeros once it is filtered, but for the first pixel.
busy = sum(any(pixels[y * stride + 5:(y + 1) * stride]) for y in range(height))
assert busy > 500, busy
EOF
}

@test 'without gnuplot: exit 4, with the name of the package; all else is written, the page says so' {
	mkdir none
	run -4 --separate-stderr env PATH="$PWD/none" "$SUMSQ" scale --rounds 1 -c 1-2 --plot p.svg --html p.html --json=p.json 1e6
	[[ $stderr == *'gnuplot is not installed'*gnuplot-nox* ]] || fail 'the package is not named'
	[[ $stderr == *'warning: --html: no plots'* ]] || fail 'no warning'
	[[ $output == *Amdahl* ]] || fail 'no text'
	[ ! -e p.svg ]
	json 'len(d["runs"]) == 5' p.json
	grep -q gnuplot-nox p.html
	grep -q '</html>' p.html
	run ! grep -q '<svg' p.html
	# The page alone is no failure.
	run -0 --separate-stderr env PATH="$PWD/none" "$SUMSQ" scale --rounds 1 -c 1 --html q.html 1e6
	[[ $stderr == *gnuplot-nox* ]]
}

@test 'a gnuplot that fails is an error with its own words, and leaves no picture' {
	mkdir fake
	printf '#!/bin/sh\necho "no terminal svg" >&2\nexit 1\n' >fake/gnuplot
	chmod +x fake/gnuplot
	run -1 --separate-stderr env PATH="$PWD/fake:/bin:/usr/bin" "$SUMSQ" scale --rounds 1 -c 1-2 --plot p.svg --json=p.json 1e6
	[[ $stderr == *'no terminal svg'* ]] || fail 'its words are lost'
	[ ! -e p.svg ]
	json 'd["command"] == "scale"' p.json
}

@test 'names that cannot be written are refused before anything is measured' {
	mkdir folder
	refused 2 'none/p.svg|cannot be written' "$SUMSQ" scale --plot none/p.svg 1e13
	refused 2 'none/p.html|cannot be written' "$SUMSQ" scale --html none/p.html 1e13
	refused 2 'folder.png|cannot be written' "$SUMSQ" scale --plot "$(mkdir folder.png && echo folder.png)" 1e13
	refused 2 '--plot takes FILE.svg or FILE.png' "$SUMSQ" scale --plot p.pdf 1e13
	refused 2 '--html' "$SUMSQ" scale --html
	refused 2 'cannot share|p.svg' "$SUMSQ" scale --plot p.svg --html p.svg 1e13
}

@test 'one output that fails is no loss to the others' {
	[ -c /dev/full ] || skip 'there is no /dev/full'
	run -1 --separate-stderr "$SUMSQ" scale --rounds 1 -c 1-2 --csv=/dev/full --html p.html --json=p.json 1e6
	[[ $stderr == *'/dev/full cannot be written'* ]]
	json 'len(d["runs"]) == 5' p.json
	grep -q '</html>' p.html
}
