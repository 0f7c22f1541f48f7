"""The reforms of examples/reforms as overlays of a synthetic year of any size, for scenarios.py.

Each is what its folder there does, with figures and codes that fit the synthetic year. Two are of raw
records, which a scheme or a directory groups: their baseline is a year made of examples/group-claims.
"""

import csv
import shutil
from dataclasses import dataclass

from measure import ROOT

POOLS = 'pools = ["employee", "resident"]\n'
OTHERS = f'[[scenario.set.route]]\nid = "others"\n{POOLS}method = "by-group"\n'
LONG = f'[[scenario.set.route]]\nid = "long"\n{POOLS}method = "{{}}"\nwhen = {{{{ act_ipt_days = {{{{ from = "15" }}}} }}}}\n{OTHERS}'
DAYS = '[[scenario.set.per_diem]]\nid = "days"\npay_in = "points"\nrates = [{ from_day = 1, rate = "400.00" }]\n'
SPLIT = (
    '[[scenario.set.by_group]]\nid = "split"\nfactor = "1"\ncompare_with = "group"\n'
    'long_stay = { after_day = 14, per_diem = "days" }\n'
)
# What the baseline is changed to: everybody paid as booked.
BY_ITEM = """set.pool = [{ id = "employee", budget = "BUDGET", reserve = "0" }, { id = "resident", budget = "BUDGET", reserve = "0" }]
set.by_item = [{ id = "as-booked", pay_in = "money" }]
set.route = [{ id = "all", pools = ["employee", "resident"], method = "as-booked" }]
"""
TIERS = 'tiers = [{ base_points_to = "100", ratio = "3.0" }, { base_points_to = "300", ratio = "2.0" }]\n'


@dataclass
class Reform:
    """What a scenario changes, and what the baseline is changed to before."""

    name: str
    overlay: str
    comparison: str = ""
    raw: bool = False


def hospitals(year):
    with (year / "hospitals.csv").open(newline="") as file:
        return [row["fixmedins_code"] for row in csv.DictReader(file)]


def groups(year, kind):
    with (year / "groups.csv").open(newline="") as file:
        return [row["group_code"] for row in csv.DictReader(file) if row["kind"] == kind]


def tables(year):
    """Quotas of hospitals and reviews, which the synthetic year does not have."""
    rows = [f"{pool},{code},10000000.00" for pool in ("employee", "resident") for code in hospitals(year)]
    (year / "caps.csv").write_text("pool,fixmedins_code,cap\n" + "\n".join(rows) + "\n")
    with (year / "claims.csv").open(newline="") as source, (year / "reviews.csv").open("w", newline="") as target:
        target.write("setl_id,outcome,effect,value\n")
        for i, row in enumerate(csv.DictReader(source)):
            if i % 150 == 0:
                target.write(f"{row['setl_id']},approved,by-item,\n")


def tcm(year):
    pairs = list(zip(groups(year, "tcm"), groups(year, "core")))
    as_western = ", ".join(f'{{ group = "{a}", paid_as = "{b}" }}' for a, b in pairs)
    codes = ", ".join(f'"{a}"' for a, _ in pairs)
    return (
        f'[[scenario.set.by_group]]\nid = "as-western"\nfactor = "0.8"\ncompare_with = "at-factor"\n'
        f"groups_as = [{as_western}]\n"
        f'[[scenario.set.route]]\nid = "tcm"\n{POOLS}method = "as-western"\nwhen = {{ group_code = [{codes}] }}\n{OTHERS}'
    )


def alliances(year):
    """Three counties, each of every tenth hospital."""
    codes = hospitals(year)
    text = ""
    for county in range(3):
        members = codes[10 + county :: 10]
        pools = f'["employee-{county}", "resident-{county}"]'
        for pool, insutype in (("employee", '["310"]'), ("resident", '["390", "391"]')):
            text += f'[[scenario.set.pool]]\nid = "{pool}-{county}"\ninsutype = {insutype}\n'
            text += f'budget = "300000000.00"\nreserve = "0.05"\npoint_value_of = "{pool}"\n'
        listed = ", ".join(f'"{code}"' for code in members)
        text += f'[[scenario.set.route]]\nid = "county-{county}"\npools = {pools}\nmethod = "by-group"\n'
        text += f"when = {{ fixmedins_code = [{listed}] }}\n"
        shares = ['"0.01"'] * (len(members) - 1) + [f'"{1 - (len(members) - 1) / 100:.2f}"']
        shared = ", ".join(f'{{ fixmedins_code = "{code}", share = {share} }}' for code, share in zip(members, shares))
        text += f'[[scenario.set.alliance]]\nid = "county-{county}"\npools = {pools}\nmembers = [{shared}]\n'
        text += 'keep = "1"\nscore = "92"\nassessment = { full_from = "90", none_below = "60" }\n'
        text += 'overspend = [{ up_to = "1.10", fund_share = "0.5" }]\n'
    return text + OTHERS


def of_groups(year):
    """The reforms over a year of claims that carry their group."""
    tables(year)
    caps = 'set.files.caps = "caps.csv"\nset.clearing.compare = "institution-cap"\n'
    review = (
        'set.files.reviews = "reviews.csv"\n[scenario.set.special_review]\n'
        'quota = "0.005"\nquota_of = "pool"\nover_quota = "largest-excess"\n'
    )
    return [
        Reform("overspend share", 'set.clearing.overspend = [{ up_to = "1.10", fund_share = "0.7" }]\n'),
        Reform("surplus floor", 'set.clearing.surplus_floor = "0.9"\n'),
        Reform("no coefficients for basic groups", "set.pricing.coefficient_not_for = []\n"),
        Reform(
            "high threshold by base points",
            f'[scenario.set.deviation.high]\nratio = "1.5"\ncoefficient = "carried"\n{TIERS}',
        ),
        Reform("special-case quota", review),
        Reform("quota of high outliers", '[scenario.set.high_cap]\nquota = "0.05"\nquota_of = "hospital"\n'),
        Reform("largest remainder", 'set.rounding.remainder = "largest-remainder"\n'),
        Reform("quotas to regional points", 'remove = ["files.caps", "clearing.compare"]\n', caps),
        Reform("by item to DRG points", 'remove = ["route", "by_item"]\n', BY_ITEM.replace("BUDGET", "90000000000.00")),
        Reform("TCM at the western price", tcm(year)),
        Reform("three county alliances", alliances(year), 'remove = ["files.prepayments"]\n'),
        Reform("by item beyond 14 days", '[[scenario.set.by_item]]\nid = "items"\npay_in = "points"\n' + LONG.format("items")),
        Reform("per diem beyond 14 days", DAYS + LONG.format("days")),
        Reform("long stays split at day 14", DAYS + SPLIT + LONG.format("split")),
    ]


def of_records(folder):
    """The reforms of grouping, over a year of raw records; their schemes are copied beside the scenarios."""
    examples = ROOT / "examples/reforms"
    for reform in ("drg-to-dip", "city-grouping"):
        shutil.copytree(examples / reform, folder / reform, dirs_exist_ok=True)
    dip = (
        'remove = ["files.scheme", "grouping.translate"]\n'
        'set.files.dip_directory = "drg-to-dip/dip"\nset.files.groups = "drg-to-dip/groups.csv"\n'
    )
    city = 'set.files.scheme = "city-grouping/city.dzs"\nset.files.groups = "city-grouping/groups.csv"\n'
    return [Reform("DRG to DIP", dip, raw=True), Reform("the city's own grouping", city, raw=True)]
