#!/usr/bin/env python3
"""Takes the figures of docs/BENCHMARKS.md: tables and plots, by one command.

  python3 benches/compare/compare.py all       everything below, in this order; a quarter of an hour or more
  python3 benches/compare/compare.py rivals    dianzhi, DuckDB and Polars in turn, whole processes, on one and two threads
  python3 benches/compare/compare.py threads   dianzhi by number of threads
  python3 benches/compare/compare.py growth    dianzhi from 10,000 claims to 10 million (6 GB of disk under target/)
  python3 benches/compare/compare.py stages    `cargo bench -p benches`, stage by stage
  python3 benches/compare/compare.py render    the tables and plots again from docs/plots/*.json, nothing measured

Each builds the release binary, makes its synthetic years under target/compare and removes them,
writes every run to docs/plots/NAME.json, draws docs/plots/*.svg and puts its table between the
markers of docs/BENCHMARKS.md. Only Python 3.11 and cargo are needed; DuckDB and Polars come from
PyPI, pinned in requirements.txt, into an environment of their own under target/compare/venv.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # the modules beside this file leave nothing in the source tree

import plots  # noqa: E402
from measure import ROOT, Failed, call, machine, run, say, spread, taken  # noqa: E402

DOCUMENT = ROOT / "docs/BENCHMARKS.md"
PLOTS = ROOT / "docs/plots"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SEED = 1

# --- what is run --------------------------------------------------------------------------------


def target():
    """Cargo's target folder, wherever it is set."""
    return Path(json.loads(call("cargo", "metadata", "--format-version", "1", "--no-deps"))["target_directory"])


def build(skip):
    """The release binary."""
    binary = target() / "release/dianzhi"
    if not skip:
        say("building the release binary")
        call("cargo", "build", "--release", "--locked")
    if not binary.is_file():
        raise Failed("there is no release binary; leave --no-build out")
    return binary


def scratch():
    """A folder for years and runs, gone at the end."""
    folder = target() / "compare"
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=folder, prefix="years-")


def make_year(binary, claims, folder):
    """A synthetic year; bytes of a row."""
    needed = claims * 600
    if shutil.disk_usage(folder.parent).free < needed:
        raise Failed(f"{claims:,} claims and their run need {needed / 1e9:.1f} GB of disk under target/")
    say(f"making a year of {claims:,} claims")
    call(binary, "synth", "--claims", claims, "--seed", SEED, "--out", folder)
    return round((folder / "claims.csv").stat().st_size / claims, 1)


def settle(binary, year, out, threads):
    return [binary, "settle", year / "region.toml", "--out", out, "--replace", "--threads", threads]


def environment():
    """A virtual environment with the rivals as pinned; its Python."""
    folder = target() / "compare/venv"
    python, stamp = folder / "bin/python", folder / "installed.txt"
    wanted = REQUIREMENTS.read_text()
    if not stamp.is_file() or stamp.read_text() != wanted:
        say(f"installing {', '.join(wanted.split())}")
        call(sys.executable, "-m", "venv", "--clear", folder)
        call(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS)
        stamp.write_text(wanted)
    return python


def rival_programs(folder, python):
    """Name → command and environment, by year, output folder and threads.

    More than one thread of DuckDB gives rows back in any order; `DUCK_ORDER` makes it keep the input
    order, as dianzhi and Polars do.
    """
    duck, polars = folder / "duck.py", folder / "polars_settle.py"
    quiet = {"PYTHONDONTWRITEBYTECODE": "1"}
    return {
        "DuckDB": lambda year, out, threads: (
            [python, duck, year, out, threads],
            quiet | ({"DUCK_ORDER": "1"} if threads > 1 else {}),
        ),
        "Polars, streaming": lambda year, out, threads: ([python, polars, year, out, threads], quiet),
        "Polars, in memory": lambda year, out, threads: (
            [python, polars, year, out, threads],
            quiet | {"POL_ENGINE": "in-memory"},
        ),
    }


def table(path):
    """The rows of a CSV by their first two cells: pool, or pool and hospital."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {tuple(list(row.values())[:2]): row for row in rows}


def agree(ours, theirs, name):
    """Every figure that both state of pools and hospitals is the same, to the last digit."""
    for file in ("pools.csv", "hospitals.csv"):
        mine, other = table(ours / file), table(theirs / file)
        if mine.keys() != other.keys():
            raise Failed(f"{name} has other rows in {file} than dianzhi")
        for key, row in mine.items():
            for column in row.keys() & other[key].keys():
                if row[column] != other[key][column]:
                    raise Failed(f"{file} {key} {column}: dianzhi {row[column]}, {name} {other[key][column]}")
            if file == "pools.csv" and "due" not in other[key]:
                raise Failed(f"{name} states no due of a pool: nothing to compare")


# --- the modes: each takes its runs -------------------------------------------------------------


def rivals(options):
    """Everyone in turn, round by round; a first round warms up and checks that all settle alike."""
    binary = build(options.no_build)
    programs = {"dianzhi": lambda year, out, threads: (settle(binary, year, out, threads), {})}
    if (options.rivals / "duck.py").is_file():
        programs |= rival_programs(options.rivals, environment())
    else:
        say(f"no rivals in {options.rivals}: dianzhi alone is measured; name their folder with --rivals")
    taken_at, runs = machine(), []
    with scratch() as folder:
        folder = Path(folder)
        year = folder / "year"
        row_bytes = make_year(binary, options.claims, year)
        for number in range(options.rounds + 1):
            for threads in (1, 2):
                for position, (name, program) in enumerate(programs.items()):
                    out = folder / f"run-{position}"
                    command, env = program(year, out, threads)
                    cost = run(command, env)
                    if number == 0:
                        agree(folder / "run-0", out, name)
                    else:
                        runs.append({"round": number, "program": name, "threads": threads, **cost})
            say(f"rivals: round {number} of {options.rounds}" + (", all agree" if number == 0 and len(programs) > 1 else ""))
    pinned = dict(line.split("==") for line in REQUIREMENTS.read_text().split())
    versions = {"DuckDB": pinned["duckdb"], "Polars": pinned["polars"]}
    return {
        "machine": taken_at,
        "claims": options.claims,
        "row_bytes": row_bytes,
        "versions": versions if len(programs) > 1 else {},
        "runs": runs,
    }


def threads(options):
    """dianzhi on one thread, two, … as many as there are cores, in turn."""
    binary = build(options.no_build)
    taken_at, runs = machine(), []
    with scratch() as folder:
        folder = Path(folder)
        row_bytes = make_year(binary, options.claims, folder / "year")
        for number in range(options.rounds + 1):
            for count in range(1, (os.cpu_count() or 1) + 1):
                cost = run(settle(binary, folder / "year", folder / "run", count))
                if number > 0:
                    runs.append({"round": number, "threads": count, **cost})
            say(f"threads: round {number} of {options.rounds}")
    return {"machine": taken_at, "claims": options.claims, "row_bytes": row_bytes, "runs": runs}


def growth(options):
    """dianzhi by number of claims; small years, which cost milliseconds, more often."""
    binary = build(options.no_build)
    taken_at, runs = machine(), []
    for claims in [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000]:
        if claims > options.up_to:
            break
        with scratch() as folder:
            folder = Path(folder)
            make_year(binary, claims, folder / "year")
            rounds = options.rounds * (3 if claims <= 300_000 else 1)
            for number in range(rounds + 1):
                for count in (1, 2):
                    cost = run(settle(binary, folder / "year", folder / "run", count))
                    if number > 0:
                        runs.append({"round": number, "claims": claims, "threads": count, **cost})
            say(f"growth: {claims:,} claims, {rounds} rounds")
    return {"machine": taken_at, "runs": runs}


def stages(options):
    """What criterion finds, as nanoseconds an element: all its samples' median and ends."""
    taken_at = machine()
    home = Path(os.environ.get("CRITERION_HOME", target() / "criterion"))
    if not options.no_build:
        say("cargo bench -p benches: some minutes")
        shutil.rmtree(home, ignore_errors=True)
        call("cargo", "bench", "--locked", "-p", "benches")
    runs = []
    for path in home.glob("**/new/benchmark.json"):
        bench = json.loads(path.read_text())
        sample = json.loads(path.with_name("sample.json").read_text())
        throughput = bench["throughput"]
        both = throughput.get("ElementsAndBytes", {})
        elements = both.get("elements") or throughput["Elements"]
        ns = [time / iterations / elements for time, iterations in zip(sample["times"], sample["iters"])]
        runs.append(
            {
                "bench": bench["full_id"],
                "elements": elements,
                "row_bytes": round(both["bytes"] / elements, 1) if both else None,
                "ns": [round(value, 2) for value in ns],
            }
        )
    if not runs:
        raise Failed(f"no criterion figures in {home}")
    return {"machine": taken_at, "runs": sorted(runs, key=lambda found: natural(found["bench"]))}


def natural(text):
    """Sorts 10000 behind 2."""
    return [(word.isdigit(), int(word) if word.isdigit() else 0, word) for word in text.replace("/", " ").split()]


# --- the blocks of the document and the plots -----------------------------------------------------


def figure(values, digits=2):
    """`median (least–most)`"""
    median, least, most = (f"{value:,.{digits}f}" for value in spread(values))
    return f"{median} ({least}–{most})"


def rows(header, lines):
    """A Markdown table."""
    return "\n".join([f"| {' | '.join(header)} |", "|" + "---|" * len(header), *(f"| {' | '.join(l)} |" for l in lines)])


def of(runs, key, per=1.0, **wanted):
    """One figure of the runs that are wanted, in the order of their rounds."""
    chosen = [run for run in runs if all(run[name] == value for name, value in wanted.items())]
    return [run[key] * per for run in chosen]


def render_rivals(data):
    claims, runs = data["claims"], data["runs"]
    programs = list(dict.fromkeys(run["program"] for run in runs))
    per_claim = 1e6 / claims
    lines, cpu_groups, memory_groups = [], [], []
    for count in (1, 2):
        ours = of(runs, "cpu_s", program="dianzhi", threads=count)
        heading = "1 thread" if count == 1 else f"{count} threads"
        cpu_bars, memory_bars = [], []
        for number, name in enumerate(programs):
            here = {"program": name, "threads": count}
            cpu, peak = of(runs, "cpu_s", **here), of(runs, "peak_mib", **here)
            ratio = figure([theirs / mine for theirs, mine in zip(cpu, ours)]) if number else ""
            cells = [figure([value * per_claim for value in cpu]), figure(of(runs, "wall_s", **here))]
            lines.append([str(count), name, *cells, figure(peak, 0), ratio])
            cpu_bars.append((name, spread([value * per_claim for value in cpu]), number))
            memory_bars.append((name, spread(peak), number))
        cpu_groups.append((heading, cpu_bars))
        memory_groups.append((heading, memory_bars))
    rounds = max(run["round"] for run in runs)
    note = f"{claims:,} claims, whole process; medians of {rounds} rounds in turn, whiskers least to most"
    draw("rivals-cpu", plots.bars("CPU to settle a claim", note, "user and system CPU, µs a claim", cpu_groups))
    draw("rivals-memory", plots.bars("Memory to settle a year", note, "peak resident memory, MiB", memory_groups))
    header = ["threads", "program", "CPU µs a claim", "wall s", "peak MiB", "CPU ÷ dianzhi's, same round"]
    versions = " and ".join(f"{name} {version}" for name, version in data["versions"].items())
    told = f"{claims:,} claims of {data['row_bytes']:.0f} bytes; {rounds} rounds, median (least–most). "
    told += f"Beside {versions}; pools and hospitals agree to the fen. " if versions else "No rivals were there. "
    return f"{told}{taken(data['machine'])}\n\n{rows(header, lines)}"


def render_threads(data):
    claims, runs = data["claims"], data["runs"]
    counts = sorted({run["threads"] for run in runs})
    lines, bar = [], []
    single = of(runs, "wall_s", threads=1)
    for count in counts:
        cpu, wall = of(runs, "cpu_s", threads=count), of(runs, "wall_s", threads=count)
        speed = [claims / 1e6 / seconds for seconds in wall]
        faster = figure([one / many for one, many in zip(single, wall)]) if count > 1 else ""
        lines.append([str(count), figure(wall), figure(speed), faster, figure([c * 1e6 / claims for c in cpu])])
        bar.append((f"{count} thread{'s' if count > 1 else ''}", spread(speed), 0))
    rounds = max(run["round"] for run in runs)
    note = f"{claims:,} claims, whole process; medians of {rounds} rounds in turn, whiskers least to most"
    draw("threads", plots.bars("Claims settled by number of threads", note, "million claims a second", [("", bar)]))
    header = ["threads", "wall s", "million claims a second", "× one thread, same round", "CPU µs a claim"]
    told = f"{claims:,} claims of {data['row_bytes']:.0f} bytes; {rounds} rounds, median (least–most). "
    return f"{told}{taken(data['machine'])}\n\n{rows(header, lines)}"


def render_growth(data):
    runs = data["runs"]
    sizes = sorted({run["claims"] for run in runs})
    lines, cpu_series, peak_series = [], [], []
    for count in (1, 2):
        label = "1 thread" if count == 1 else f"{count} threads"
        cpu_series.append((label, [(n, spread(of(runs, "cpu_s", 1e9 / n, claims=n, threads=count))) for n in sizes]))
        peak_series.append((label, [(n, spread(of(runs, "peak_mib", claims=n, threads=count))) for n in sizes]))
    for n in sizes:
        one, two = ({"claims": n, "threads": count} for count in (1, 2))
        digits = 3 if n <= 300_000 else 2
        cells = [figure(of(runs, "cpu_s", 1e9 / n, **one), 0)]
        cells += [figure(of(runs, "wall_s", **one), digits), figure(of(runs, "wall_s", **two), digits)]
        cells.append(figure(of(runs, "peak_mib", **one), 0))
        lines.append([f"{n:,}", str(len(of(runs, "cpu_s", **one))), *cells])
    note = "whole process; medians, whiskers least to most"
    x_unit = "claims in the year (logarithmic)"
    cpu = plots.lines("CPU of a claim as the year grows", note, x_unit, "user and system CPU, ns a claim", cpu_series)
    draw("growth-cpu", cpu)
    unit = "peak resident memory, MiB (logarithmic)"
    draw("growth-memory", plots.lines("Memory as the year grows", note, x_unit, unit, peak_series, log_y=True))
    header = ["claims", "rounds", "CPU ns a claim, 1 thread", "wall s, 1 thread", "wall s, 2 threads", "peak MiB, 1 thread"]
    return f"Median (least–most). {taken(data['machine'])}\n\n{rows(header, lines)}"


def render_stages(data):
    lines = []
    for found in data["runs"]:
        bytes_a_row = found["row_bytes"]
        speed = f"{bytes_a_row * 1e3 / spread(found['ns'])[0]:,.0f}" if bytes_a_row else ""
        row = f"{bytes_a_row:.0f}" if bytes_a_row else ""
        digits = 1 if spread(found["ns"])[0] < 1000 else 0
        name, samples = found["bench"].replace("/", " / "), len(found["ns"])
        lines.append([name, f"{found['elements']:,}", str(samples), figure(found["ns"], digits), row, speed])
    header = ["bench", "claims", "samples", "wall ns a claim", "bytes a row", "MB/s"]
    return f"Median (least–most) of criterion's samples. {taken(data['machine'])}\n\n{rows(header, lines)}"


def draw(name, svg):
    PLOTS.mkdir(parents=True, exist_ok=True)
    (PLOTS / f"{name}.svg").write_text(svg, encoding="utf-8")


def put(name, block):
    """Puts a block between its markers in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise Failed(f"docs/BENCHMARKS.md has no {begin} … {end}")
    DOCUMENT.write_text(f"{before}{begin}\n{block}\n{end}{after}", encoding="utf-8")


# --- command line ---------------------------------------------------------------------------------

MODES = {
    "rivals": (rivals, render_rivals),
    "threads": (threads, render_threads),
    "growth": (growth, render_growth),
    "stages": (stages, render_stages),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["all", *MODES, "render"])
    parser.add_argument("--claims", type=int, default=1_000_000, help="claims for rivals and threads (1000000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count, after one that warms up (5)")
    parser.add_argument("--up-to", type=int, default=10_000_000, help="the largest year of growth (10000000)")
    parser.add_argument(
        "--rivals",
        type=Path,
        default=ROOT.parent / "shared/rivals",
        help="folder of duck.py and polars_settle.py (../shared/rivals beside the project)",
    )
    parser.add_argument("--no-build", action="store_true", help="take the binary, or criterion's figures, as they are")
    return parser.parse_args()


def main():
    options = arguments()
    wanted = list(MODES) if options.mode in ("all", "render") else [options.mode]
    for name in wanted:
        take, render = MODES[name]
        record = PLOTS / f"{name}.json"
        if options.mode != "render":
            PLOTS.mkdir(parents=True, exist_ok=True)
            data = take(options)
            runs = ",\n".join(f"    {json.dumps(one)}" for one in data.pop("runs"))
            rest = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in data.items())
            record.write_text(f'{{\n{rest}  "runs": [\n{runs}\n  ]\n}}\n', encoding="utf-8")
        elif not record.is_file():
            say(f"{name}: not measured yet")
            continue
        put(name, render(json.loads(record.read_text(encoding="utf-8"))))
        say(f"{name}: docs/BENCHMARKS.md and docs/plots are up to date")


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed")
    try:
        main()
    except Failed as failure:
        sys.exit(f"error: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
