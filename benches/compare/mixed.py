#!/usr/bin/env python3
"""What many routes and every method of payment cost, beside the same claims paid by group alone.

Makes a synthetic year and turns it into one of twenty routes that uses every method (docs/METHODS.md),
then settles both in turn and prints CPU a claim. The binary is taken as it is: build it first.

    python3 benches/compare/mixed.py --binary target/release/dianzhi
"""

import argparse
import csv
import re
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Failed, call, run, say, spread

WARDS = ["A15", "A21", "A10", "A03.01", "A50", "A04"]
TYPES = ["21"] * 10 + ["28", "26", "14", "11", "51", "22", "52", "21", "21", "28"]

ROUTES = """
[[route]]
id = "out-of-area"
pools = ["employee", "resident"]
method = "by-items"
when = { insu_admdvs = ["98*"] }
[[route]]
id = "antenatal"
pools = ["employee-outpatient", "resident-outpatient"]
method = "antenatal"
when = { med_type = ["51"] }
[[route]]
id = "special"
pools = ["employee-outpatient", "resident-outpatient"]
method = "special"
when = { med_type = ["14"], dise_no = ["T*"] }
[[route]]
id = "visits"
pools = ["employee-outpatient", "resident-outpatient"]
method = "visits"
when = { med_type = ["14"] }
[[route]]
id = "outpatient"
pools = ["employee-outpatient", "resident-outpatient"]
method = "sign-up"
when = { med_type = ["11"] }
[[route]]
id = "psychiatric"
pools = ["employee", "resident"]
method = "psychiatric-days"
when = { dscg_caty = ["A15*"], act_ipt_days = { from = "10" } }
[[route]]
id = "rehabilitation"
pools = ["employee", "resident"]
method = "rehabilitation-days"
when = { dscg_caty = ["A21"], act_ipt_days = { from = "5" } }
[[route]]
id = "hospice"
pools = ["employee", "resident"]
method = "rehabilitation-days"
when = { dscg_caty = ["A50"], age = { from = "75" } }
[[route]]
id = "c-drg"
pools = ["employee", "resident"]
method = "charged"
when = { fixmedins_code = ["HOSPITAL"] }
[[route]]
id = "single-disease"
pools = ["employee", "resident"]
method = "fixed"
apart = ["implants"]
when = { med_type = ["26"] }
[[route]]
id = "day-surgery"
pools = ["employee", "resident"]
method = "day-surgery"
when = { med_type = ["28"] }
[[route]]
id = "tcm"
pools = ["employee", "resident"]
method = "tcm"
when = { kind = ["tcm"] }
[[route]]
id = "long-stay"
pools = ["employee", "resident"]
method = "long-stay"
when = { act_ipt_days = { from = "31" } }
[[route]]
id = "children"
pools = ["employee", "resident"]
method = "by-group"
apart = ["drugs"]
when = { age = { to = "14" } }
[[route]]
id = "tumour"
pools = ["employee", "resident"]
method = "by-group"
apart = ["drugs"]
when = { maindiag_code = ["C*", "D0*"] }
[[route]]
id = "newborn"
pools = ["employee", "resident"]
method = "by-group"
when = { diag_codes = ["P07*"] }
[[route]]
id = "surgery"
pools = ["employee", "resident"]
method = "by-group"
apart = ["implants", "drugs"]
when = { oprn_codes = ["*"], level = ["3"] }
[[route]]
id = "cheap"
pools = ["employee", "resident"]
method = "item-points"
when = { medfee_sumamt = { to = "1500" } }
[[route]]
id = "township"
pools = ["employee", "resident"]
method = "by-group"
when = { level = ["1"] }
[[route]]
id = "inpatient"
pools = ["employee", "resident"]
method = "by-group"
"""

METHODS = """
[[by_group]]
id = "day-surgery"
factor = [{ from = "2026-01-01", value = "0.9" }, { from = "2026-07-01", value = "0.95" }]
compare_with = "at-factor"
[[by_group]]
id = "tcm"
factor = "0.8"
compare_with = "group"
[[by_group]]
id = "long-stay"
factor = "1"
compare_with = "group"
long_stay = { after_day = 30, per_diem = "rehabilitation-days" }
[[per_diem]]
id = "psychiatric-days"
pay_in = "money"
rates = [{ level = "3", from_day = 1, rate = "300.00" }, { level = "3", from_day = 31, rate = "240.00" }, { from_day = 1, rate = "180.00" }]
days_max = 90
fund_share = "0.85"
[[per_diem]]
id = "rehabilitation-days"
pay_in = "points"
rates = [{ from_day = 1, rate = "400.00" }, { from_day = 31, rate = "320.00" }]
[[by_disease]]
id = "fixed"
pay_in = "money"
code = "dise_no"
charge = "bill"
exit_below = "0.4"
exit_above = "2"
exit_to = "by-items"
[[by_disease]]
id = "charged"
pay_in = "money"
code = "group_code"
charge = "price"
[[by_disease]]
id = "visits"
pay_in = "points"
code = "med_type"
charge = "bill"
[[by_item]]
id = "by-items"
pay_in = "money"
deductions = ["hosp_part_amt"]
[[by_item]]
id = "item-points"
pay_in = "points"
[[capitation]]
id = "sign-up"
per_head = "120.00"
first_payment = "0.8"
[[capitation]]
id = "special"
per_head = "900.00"
age_factors = [{ band = "0-59", factor = "0.9" }, { band = "60+", factor = "1.3" }]
first_payment = "0.8"
[[capitation]]
id = "antenatal"
per_head = "650.00"
first_payment = "1"
[[apart]]
id = "implants"
column = "implant_amt"
share = "0.6"
[[apart]]
id = "drugs"
column = "drug_apart_amt"
share = "0.7"
"""

POOLS = """
[[budget]]
id = "of-employees"
insutype = ["310"]
amount = "EMPLOYEES"
[[budget]]
id = "of-residents"
insutype = ["390", "391"]
amount = "RESIDENTS"
[[pool]]
id = "employee"
insutype = ["310"]
of = "of-employees"
share = "0.85"
reserve = "0.05"
funds = ["hifp_pay", "hifob_pay"]
[[pool]]
id = "employee-outpatient"
insutype = ["310"]
of = "of-employees"
share = "0.15"
reserve = "0"
[[pool]]
id = "resident"
insutype = ["390", "391"]
of = "of-residents"
share = "0.85"
reserve = "0.05"
[[pool]]
id = "resident-outpatient"
insutype = ["390", "391"]
of = "of-residents"
share = "0.15"
reserve = "0"
"""

ADDED = ["dscg_caty", "dise_no", "hosp_part_amt", "implant_amt", "drug_apart_amt", "hifob_pay"]


def mix(plain, mixed):
    """The same claims with what the routes ask for, drawn from the row's number."""
    mixed.mkdir()
    for name in ("groups.csv", "hospitals.csv", "prepayments.csv"):
        shutil.copy(plain / name, mixed / name)
    hospitals = [row[0] for row in csv.reader((plain / "hospitals.csv").open())][1:]
    groups = [row[0] for row in csv.reader((plain / "groups.csv").open())][1:]
    with (plain / "claims.csv").open(newline="") as source, (mixed / "claims.csv").open("w", newline="") as target:
        rows, out = csv.reader(source), csv.writer(target, lineterminator="\n")
        header = next(rows)
        at = {name: header.index(name) for name in ("med_type", "insu_admdvs", "medfee_sumamt")}
        out.writerow(header + ADDED)
        for i, row in enumerate(rows):
            row[at["med_type"]] = TYPES[i * 7 % len(TYPES)]
            if i % 53 == 0:
                row[at["insu_admdvs"]] = "980100"
            cents = int(row[at["medfee_sumamt"]].replace(".", ""))
            tenth = f"{cents // 1000}.{cents // 10 % 100:02}"
            out.writerow(
                row
                + [
                    WARDS[i % len(WARDS)],
                    ["M01", "M02", "T05", ""][i // 5 % 4],
                    tenth if i % 31 == 0 else "",
                    tenth if i % 11 == 0 else "",
                    tenth if i % 7 == 0 else "",
                    "",
                ]
            )
    prices = ["method,code,level,price,fund_share"]
    prices += [f"fixed,{code},{level},{price},0.70" for code in ("M01", "M02") for level, price in (("3", "6000.00"), ("", "4800.00"))]
    prices += [f"charged,{code},,6500.00,0.65" for code in groups[::2]]
    prices += ["visits,14,,2.5,"]
    (mixed / "prices.csv").write_text("\n".join(prices) + "\n")
    people = ["pool,fixmedins_code,class,age_band,heads,risk_factor"]
    for code in hospitals:
        for pool in ("employee-outpatient", "resident-outpatient"):
            people += [f"{pool},{code},sign-up,,120.5,", f"{pool},{code},special,60+,20,1.1", f"{pool},{code},antenatal,,9,"]
    (mixed / "enrolment.csv").write_text("\n".join(people) + "\n")
    text = (plain / "region.toml").read_text()
    budgets = re.findall(r'budget = "([0-9]+)\.00"', text)
    pools = POOLS.replace("EMPLOYEES", f"{int(budgets[0]) * 3}.00").replace("RESIDENTS", f"{int(budgets[1]) * 3}.00")
    start, end = text.index("[[pool]]"), text.index("[pricing]")
    text = text[:start] + pools + ROUTES.replace("HOSPITAL", hospitals[1]) + text[end:]
    files = 'prices = "prices.csv"\nenrolment = "enrolment.csv"\n\n[rounding]'
    text = text.replace("[rounding]", files, 1).replace("[fund_share]", METHODS + "\n[fund_share]", 1)
    # Prepayments name the pools of before, which are still there.
    (mixed / "region.toml").write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--beside", type=Path, action="append", default=[], help="another build, for the plain year")
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--in", dest="folder", type=Path, help="where the years are made (the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        scratch = Path(scratch)
        plain, mixed, out = scratch / "plain", scratch / "mixed", scratch / "run"
        say(f"making a year of {options.claims:,} claims")
        call(options.binary, "synth", "--claims", options.claims, "--seed", 1, "--out", plain)
        mix(plain, mixed)
        binaries = [("plain", options.binary, plain), ("mixed", options.binary, mixed)]
        binaries += [(f"plain, {path}", path, plain) for path in options.beside]
        costs = {name: [] for name, _, _ in binaries}
        for turn in range(options.rounds + 1):
            for name, binary, year in binaries:
                shutil.rmtree(out, ignore_errors=True)
                cost = run([binary, "settle", year / "region.toml", "--out", out, "--threads", 1])
                if turn == 0 and name == "mixed":
                    call(binary, "verify", out)
                if turn:
                    costs[name].append(cost["cpu_s"] / options.claims * 1e6)
        first = costs["plain"]
        for name, values in costs.items():
            middle, least, most = spread(values)
            ratio = spread([value / base for value, base in zip(values, first)])
            print(f"{name}: {middle:.2f} µs a claim ({least:.2f}–{most:.2f}), {ratio[0]:.2f} × plain")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(str(failed))
