#!/usr/bin/env python3
"""What scenarios cost beyond the first: by reform, by number of scenarios, by number of claims.

Makes synthetic years, runs `dianzhi scenario run` over them in turn and prints Markdown tables; draws
docs/plots/scenarios-cpu.svg. A scenario's own cost is the difference between a run of many and a run of
one, so that reading, starting and the baseline cancel. The binary is taken as it is: build it first.

    python3 benches/compare/scenarios.py --binary target/release/dianzhi
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import plots
from measure import ROOT, Failed, call, machine, run, say, spread, taken
from reforms import of_groups, of_records

def scenarios(path, region, reform, count):
    text = '[comparison]\ntitle = "t"\nauthor = "a"\npolicy = "p"\ndate = "2026-01-01"\n'
    text += f'baseline = "{region}"\n{reform.comparison}'
    for number in range(count):
        text += f'\n[[scenario]]\nid = "s{number}"\ntitle = "t"\npolicy = "p"\n{reform.overlay}'
    path.write_text(text)


def cost(binary, region, reform, count, threads):
    """One run into a folder that is not there; the scenarios stand beside the region, as their paths do."""
    file, out = region.parent / "scenarios.toml", region.parent.parent / "out"
    scenarios(file, region, reform, count)
    shutil.rmtree(out, ignore_errors=True)
    # Nothing of a run before is left to be written while the next is measured. Records that are
    # rejected are exit 1.
    return run([binary, "scenario", "run", file, "--out", out, "--threads", threads, "--progress", "none"])


def shown(values, scale, digits):
    middle, least, most = (value * scale for value in spread(values))
    return f"{middle:,.{digits}f} ({least:,.{digits}f}–{most:,.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--claims", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--reforms", nargs="*", help="only these")
    parser.add_argument("--plot", action="store_true", help="draw docs/plots/scenarios-cpu.svg")
    options = parser.parse_args()
    binary, threads, many = options.binary.resolve(), options.threads, 11
    print(taken(machine()), f"{options.rounds} rounds, {threads} threads.\n")
    series = []
    for claims in options.claims:
        with tempfile.TemporaryDirectory(dir=ROOT / "target") as scratch:
            folder = Path(scratch)
            call(binary, "synth", "--claims", claims, "--seed", 1, "--out", folder / "year")
            raw = ["--region", ROOT / "examples/group-claims/region.toml"]
            call(binary, "synth", "--claims", claims, "--seed", 1, "--out", folder / "raw", *raw)
            reforms = of_groups(folder / "year") + of_records(folder / "raw")
            print(f"{claims:,} claims; CPU ns a claim and scenario, {many} scenarios less 1:\n")
            print("| reform | ns a claim and scenario | peak MiB |\n|---|---|---|")
            for reform in reforms:
                name, region = reform.name, folder / ("raw" if reform.raw else "year") / "region.toml"
                if options.reforms is not None and name not in options.reforms:
                    continue
                found, peaks = [], []
                for number in range(options.rounds + 1):
                    one = cost(binary, region, reform, 1, threads)
                    all_of = cost(binary, region, reform, many, threads)
                    if number:
                        found.append((all_of["cpu_s"] - one["cpu_s"]) / (many - 1) / claims)
                        peaks.append(all_of["peak_mib"])
                print(f"| {name} | {shown(found, 1e9, 1)} | {shown(peaks, 1, 0)} |", flush=True)
                say(f"{claims:,} {name}")
            print(f"\n{claims:,} claims, overspend share, by number of scenarios:\n")
            print("| scenarios | CPU s | wall s | peak MiB |\n|---|---|---|---|")
            points = []
            for count in (1, 2, 5, 10, 20, 40):
                region = folder / "year/region.toml"
                runs = [cost(binary, region, reforms[0], count, threads) for _ in range(options.rounds)]
                of = lambda key: [one[key] for one in runs]
                points.append((count, spread(of("cpu_s"))))
                cells = [shown(of("cpu_s"), 1, 2), shown(of("wall_s"), 1, 2), shown(of("peak_mib"), 1, 0)]
                print(f"| {count} | " + " | ".join(cells) + " |", flush=True)
            print()
            series.append((f"{plots.short(claims)} claims", points))
    if options.plot:
        note = f"whole process, {threads} thread(s), medians of {options.rounds} with least and most"
        title = "CPU as scenarios are added"
        svg = plots.lines(title, note, "scenarios (logarithmic)", "CPU, seconds (logarithmic)", series, log_y=True)
        (ROOT / "docs/plots/scenarios-cpu.svg").write_text(svg)


if __name__ == "__main__":
    try:
        main()
    except Failed as why:
        sys.exit(str(why))
