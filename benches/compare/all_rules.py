#!/usr/bin/env python3
"""What every rule at once costs: the mixed year of mixed.py with coefficients out of tables, outliers by
every rule, incomplete stays, readmissions, special-case reviews, quotas of high outliers by number and points, support and assessment,
penalties, a county alliance and assessments, beside the mixed year and the plain one.

    python3 benches/compare/all_rules.py --binary target/release/dianzhi
"""

import argparse
import csv
import re
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Failed, call, run, say, spread
from mixed import mix

DEVIATION = """[deviation]
compare_with = "standard"
low = { ratio = "0.5", inclusive = false, coefficient = "carried", tiers = [{ level = "1", ratio = "0.4" }] }
high = { ratio = "2.0", inclusive = false, coefficient = "carried", share = "0.9", tiers = [{ base_points_to = "100", ratio = "3" }, { base_points_to = "300", ratio = "2" }] }
extreme = { ratio = "5", inclusive = false, pay = "at-threshold" }

[coefficients]
missing = "hospital"
bonuses = { combine = "highest", count_as = "share", at_most = "0.15" }
decimals = 4
cap = { from = "0.7", to = "1.5" }
"""

COUNTY_ROUTES = """[[route]]
id = "county"
pools = ["county-employee", "county-resident"]
method = "by-group"
when = { insu_admdvs = ["COUNTY"] }
[[route]]
id = "incomplete"
pools = ["employee", "resident"]
method = "incomplete"
when = { dscg_way = ["2", "4", "5"], act_ipt_days = { to = "3" } }
"""

INCOMPLETE = """[[by_group]]
id = "incomplete"
factor = "1"
compare_with = "group"
by_cost = { coefficient = true, at_most = "base" }
"""

COUNTY_POOLS = """[[pool]]
id = "county-employee"
insutype = ["310"]
insured = [{ class = "employee", heads = "HEADS", per_head = "1200.00" }]
public_health = { amount = "100000.00", reason = "synthetic" }
reserve = "0.05"
point_value_of = "employee"
[[pool]]
id = "county-resident"
insutype = ["390", "391"]
insured = [{ class = "resident", heads = "HEADS", per_head = "900.00" }]
reserve = "0.05"
point_value_of = "resident"
"""

RULES = """
[readmission]
days = 15
same = "group"
same_hospital = false
not_for = ["R*"]
earlier_share = "0.5"

[special_review]
quota = "0.005"
quota_of = "hospital"
period = "quarter"
over_quota = "largest-excess"

[high_cap]
quota = "0.05"
excess_share = "0.02"
quota_of = "hospital"

[support]
bonuses = { kinds = ["teaching"], combine = "highest", at_most = "0.15" }
assessment = { by = "assessment_score", steps = [{ from = "90", coefficient = "1.02" }, { from = "0", coefficient = "0.98" }] }

[[alliance]]
id = "county"
pools = ["county-employee", "county-resident"]
members = [MEMBERS]
keep = "0.6"
score = "85"
assessment = { full_from = "90", none_below = "60" }
overspend = [{ up_to = "1.10", fund_share = "0.5" }]
"""

COUNTY = "329981"


def all_rules(mixed, every, first_run):
    """The mixed year with every rule; reviews and penalties are of cases that a first run paid by group."""
    shutil.copytree(mixed, every)
    hospitals = list(csv.DictReader((mixed / "hospitals.csv").open()))
    groups = [row["group_code"] for row in csv.DictReader((mixed / "groups.csv").open())]
    with (mixed / "claims.csv").open(newline="") as source, (every / "claims.csv").open("w", newline="") as target:
        rows, out = csv.reader(source), csv.writer(target, lineterminator="\n")
        header = next(rows)
        at = {name: header.index(name) for name in ("insu_admdvs", "psn_no", "dscg_way")}
        out.writerow(header)
        for i, row in enumerate(rows):
            if i % 17 == 0:
                row[at["insu_admdvs"]] = COUNTY
            if i % 9 == 4:
                # Every ninth claim is of a person seen a while before.
                row[at["psn_no"]] = f"P{i // 90:012}"
            if i % 23 == 0:
                row[at["dscg_way"]] = "4"
            out.writerow(row)
    rows = ["fixmedins_code,level,group_code,coefficient"]
    levels = sorted({hospital["level"] for hospital in hospitals})
    rows += [f",{level},{code},{1 + i % 7 / 20:.2f}" for i, code in enumerate(groups[::2]) for level in levels]
    rows += [f"{hospital['fixmedins_code']},,{groups[1]},1.07" for hospital in hospitals]
    (every / "coefficients.csv").write_text("\n".join(rows) + "\n")
    rows = ["fixmedins_code,bonus_kind,bonus"]
    rows += [f"{hospital['fixmedins_code']},{kind},{bonus}" for hospital in hospitals[::3] for kind, bonus in (("cmi", "0.05"), ("specialty", "0.08"))]
    rows += [f"{hospital['fixmedins_code']},teaching,0.06" for hospital in hospitals[::5]]
    (every / "bonuses.csv").write_text("\n".join(rows) + "\n")
    by_group = [
        row["setl_id"]
        for row in csv.DictReader((first_run / "claims.csv").open())
        if row["route"] in ("inpatient", "surgery", "tumour") and row["case_class"] in ("normal", "high")
    ]
    reviews = [f"{setl_id},approved,by-item," for setl_id in by_group[::150]]
    (every / "reviews.csv").write_text("setl_id,outcome,effect,value\n" + "\n".join(reviews) + "\n")
    penalties = [f"{setl_id},split stay,{i % 3}" for i, setl_id in enumerate(by_group[1::5000])]
    (every / "penalties.csv").write_text("setl_id,finding,multiple\n" + "\n".join(penalties) + "\n")
    text = (every / "region.toml").read_text()
    text = re.sub(r"\[deviation\].*\n(?:[^\[\n].*\n|\n)*", lambda _: DEVIATION + "\n", text, count=1)
    # Budgets by heads stand beside amounts, not in a tree of them.
    amounts = dict(re.findall(r'\[\[budget\]\]\nid = "([a-z-]+)"\n.*\namount = "([0-9]+)\.00"\n', text))
    text = re.sub(r"\[\[budget\]\]\n(?:[^\[\n].*\n)*", "", text)
    share = re.compile(r'of = "([a-z-]+)"\nshare = "0\.([0-9]+)"')
    text = share.sub(lambda of: f'budget = "{int(amounts[of[1]]) * int(of[2]) // 100}.00"', text)
    text = text.replace("[[route]]", COUNTY_ROUTES.replace("COUNTY", COUNTY) + "[[route]]", 1)
    heads = str(len(by_group) // 10)
    text = text.replace("[[route]]", COUNTY_POOLS.replace("HEADS", heads) + "[[route]]", 1)
    text = text.replace("[[by_group]]", INCOMPLETE + "[[by_group]]", 1)
    members = ", ".join(f'{{ fixmedins_code = "{hospital["fixmedins_code"]}", share = "0.5" }}' for hospital in hospitals[3:5])
    text += RULES.replace("MEMBERS", members)
    tables = ("coefficients", "bonuses", "reviews", "penalties")
    text = text.replace('prices = "prices.csv"\n', 'prices = "prices.csv"\n' + "".join(f'{name} = "{name}.csv"\n' for name in tables), 1)
    (every / "region.toml").write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--in", dest="folder", type=Path, help="where the years are made (the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        scratch = Path(scratch)
        plain, mixed, every, out = (scratch / name for name in ("plain", "mixed", "every", "run"))
        say(f"making a year of {options.claims:,} claims")
        call(options.binary, "synth", "--claims", options.claims, "--seed", 1, "--out", plain)
        mix(plain, mixed)
        call(options.binary, "settle", mixed / "region.toml", "--out", out)
        all_rules(mixed, every, out)
        years = {"plain": plain, "mixed": mixed, "every rule": every}
        costs = {name: [] for name in years}
        for turn in range(options.rounds + 1):
            for name, year in years.items():
                shutil.rmtree(out, ignore_errors=True)
                cost = run([options.binary, "settle", year / "region.toml", "--out", out, "--threads", 1])
                if turn == 0 and name == "every rule":
                    call(options.binary, "verify", out)
                if turn:
                    costs[name].append(cost["cpu_s"] / options.claims * 1e6)
        for name, values in costs.items():
            middle, least, most = spread(values)
            ratio = spread([value / base for value, base in zip(values, costs["plain"])])
            print(f"{name}: {middle:.2f} µs a claim ({least:.2f}–{most:.2f}), {ratio[0]:.2f} × plain")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(str(failed))
