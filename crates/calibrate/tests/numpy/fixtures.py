"""Makes expected.csv from history.csv with NumPy 2.3.5, independently of the crate.

    python3 -m venv venv && venv/bin/pip install numpy==2.3.5
    venv/bin/python fixtures.py

history.csv is made up: three years, five groups, three hospitals; skewed costs, days of which some are unknown, a group of one case, one of
equal costs, one that no case of the last year has.
"""

import csv
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
YEARS = np.array([1.0, 2.0, 7.0])
TRIMMINGS = {
    "none": lambda x: np.full(x.size, True),
    "iqr": lambda x: iqr(x, 1.5),
    "log-sd": lambda x: np.abs(np.log(x) - np.log(x).mean()) <= 2 * np.log(x).std(),
    "percentiles": lambda x: (x >= np.percentile(x, 2.5)) & (x <= np.percentile(x, 97.5)),
    "multiples": lambda x: (x >= 0.4 * x.mean()) & (x <= 3 * x.mean()),
}


def iqr(x, times):
    first, third = np.percentile(x, [25, 75])
    reach = times * (third - first)
    return (x >= first - reach) & (x <= third + reach)


def combined(costs, years, by):
    """The mean over the years by their weights; nan without cases."""
    weights, means = [], []
    for year, weight in enumerate(YEARS):
        here = costs[years == year]
        if here.size:
            weights.append(weight * (here.size if by == "cases" else 1))
            means.append(here.mean())
    return np.average(means, weights=weights) if means else np.nan


def index(values, here, region, group, year):
    """Each group's mean here over the region's of the same year, weighed by the cases here."""
    cells = {(g, y) for g, y in zip(group[here], year[here])}
    total = 0.0
    for g, y in cells:
        of_all = region & (group == g) & (year == y)
        of_here = here & (group == g) & (year == y)
        total += values[of_here].mean() / values[of_all].mean() * of_here.sum()
    return total / here.sum()


def text(value):
    return "" if np.isnan(value) else repr(float(value))


def main():
    with open(HERE / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    year = np.array([int(row["year"]) for row in rows])
    group = np.array([row["group"] for row in rows])
    hospital = np.array([row["hospital"] for row in rows])
    cost = np.array([float(row["cost"]) for row in rows])
    days = np.array([float(row["days"] or "nan") for row in rows])
    codes, hospitals = sorted(set(group)), sorted(set(hospital))
    out = []
    for trimming, keeps in TRIMMINGS.items():
        for by in ["group", "group-and-year"]:
            kept = np.full(cost.size, False)
            for code in codes:
                for which in [group == code] if by == "group" else [(group == code) & (year == y) for y in range(3)]:
                    if which.any():
                        kept[which] = keeps(cost[which])
            for combine in ["means", "cases"]:
                of_all = combined(cost[kept], year[kept], combine)
                within = 0.0
                case = [trimming, by, combine]
                for code in codes:
                    here = kept & (group == code)
                    x = cost[here]
                    mean = combined(x, year[here], combine)
                    population = x.std() if x.size else np.nan
                    sample = x.std(ddof=1) if x.size > 1 else np.nan
                    within += ((x - x.mean()) ** 2).sum() if x.size else 0.0
                    figures = [mean, population, sample, mean / of_all * 100]
                    cvs = [population / x.mean(), sample / x.mean()] if x.size else [np.nan, np.nan]
                    out.append(case + ["group", code, x.size] + [text(f) for f in figures + cvs])
                x = cost[kept]
                riv = 1 - within / ((x - x.mean()) ** 2).sum()
                out.append(case + ["total", "", x.size, text(of_all), text(x.std()), text(x.std(ddof=1)), "", text(riv), ""])
                for code in hospitals:
                    # Cost against the region's mean of the same group and year, and against that of all.
                    above = below = 0.0
                    for y, weight in enumerate(YEARS):
                        for g in codes:
                            cell = kept & (group == g) & (year == y)
                            here = cell & (hospital == code)
                            if here.any():
                                above += weight * cost[here].sum()
                                below += weight * here.sum() * cost[cell].mean()
                    here = kept & (hospital == code)
                    plain = combined(cost[here], year[here], combine) / of_all
                    out.append(case + ["hospital", code, int(here.sum()), text(above / below), text(plain), "", "", "", ""])
                for code in hospitals + [""]:
                    for y in range(3):
                        # Against the means of the same group and year, in the region.
                        here = kept & (year == y) & ((hospital == code) | (code == ""))
                        cost_index = index(cost, here, kept, group, year)
                        timed = here & ~np.isnan(days)
                        time_index = index(days, timed, kept & ~np.isnan(days), group, year)
                        figures = [text(cost_index), text(time_index), text(days[timed].mean())]
                        out.append(case + ["case-mix", f"{code}:{y}", int(timed.sum())] + figures + ["", "", ""])
    with open(HERE / "expected.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        header = "trimming,by,combine,kind,code,kept,mean,sd_population,sd_sample,weight,cv_population,cv_sample"
        writer.writerow(header.split(","))
        writer.writerows(out)


main()
