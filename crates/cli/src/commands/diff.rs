//! `dianzhi diff`: what changed between two runs, and why.

use super::path;
use crate::console::Console;
use crate::figures::{count, grouped};
use crate::lang::pick;
use crate::table::{Side, Table, printable};
use crate::words::{class_or_band, pool_column};
use clap::ArgMatches;
use dianzhi::engine::Lang;
use dianzhi::policy::Region;
use dianzhi::{
    CaseChange, CaseChanges, Change, Difference, HospitalChange, InputChange, InputChangeKind, Moved, PoolChange,
    Reason, Role, RowChange, Run, diff,
};
use std::path::Path;

/// Changes that are listed where nothing else is asked for.
const TOP: u64 = 10;

/// Compares and prints.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let top = matches.get_one::<u64>("top").copied().unwrap_or(TOP);
    let top = usize::try_from(top).unwrap_or(usize::MAX);
    let runs = [path(matches, "run_a"), path(matches, "run_b")];
    match diff(runs[0], runs[1], top) {
        Err(failure) => console.failure(&failure, json),
        Ok(difference) => {
            if json {
                console.json(&difference);
            } else {
                let page = Page {
                    lang: console.lang,
                    pools: runs.map(pool_ids),
                };
                console.data(&page.render(&difference, top));
            }
            0
        }
    }
}

/// The ids of a run's pools, in the order of its policy.
fn pool_ids(run_dir: &Path) -> Vec<String> {
    // A run that can be compared can be read; where not, keys go without their pool's id.
    let region = Run::load(run_dir)
        .ok()
        .and_then(|run| Region::parse(Path::new(&run.region.path), run.region.text).ok());
    let pools = region.map(|region| region.policy.pools).unwrap_or_default();
    pools.into_iter().map(|pool| pool.id).collect()
}

/// Renders in one language.
struct Page {
    lang: Lang,
    /// The ids of the pools in A and in B.
    pools: [Vec<String>; 2],
}

impl Page {
    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.lang, zh, en)
    }

    /// A key of the region file; of a pool's, with the id of the pool.
    fn key(&self, key: &str) -> String {
        let position = key.strip_prefix("pool[").and_then(|rest| rest.split_once(']'));
        let Some(i) = position.and_then(|(i, _)| i.parse::<usize>().ok()) else {
            return key.to_owned();
        };
        let [a, b] = &self.pools;
        let id = match (a.get(i), b.get(i)) {
            (Some(a), Some(b)) if a != b => format!("{a} → {b}"),
            (Some(id), _) | (None, Some(id)) => id.clone(),
            (None, None) => return key.to_owned(),
        };
        self.pick(format!("{key}（{id}）"), format!("{key} ({id})"))
    }

    fn render(&self, difference: &Difference, top: usize) -> String {
        if difference.is_empty() {
            return self
                .pick("两次结算完全相同\n", "The two runs are the same.\n")
                .to_owned();
        }
        let parts = [
            self.causes(difference),
            self.records(difference),
            self.pools(&difference.pools),
            self.hospitals(&difference.hospitals, top),
            self.tables(&difference.tables, top),
            self.cases(&difference.cases),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    fn causes(&self, difference: &Difference) -> String {
        let mut table = Table::new([("", Side::Left), ("", Side::Left), ("", Side::Left)]);
        if let Some(Change { old, new }) = &difference.engine {
            table.row([
                self.pick("程序", "engine").to_owned(),
                String::new(),
                format!("{old} → {new}"),
            ]);
        }
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        for change in &difference.policy {
            table.row([
                self.pick("政策", "policy").to_owned(),
                self.key(&change.key),
                format!("{} → {}", value(&change.old), value(&change.new)),
            ]);
        }
        for change in &difference.inputs {
            table.row([
                self.pick("输入", "input").to_owned(),
                change.path.clone(),
                self.input(change, difference),
            ]);
        }
        let rows = without_headings(&table, 2);
        if rows.is_empty() {
            self.pick(
                "政策、输入和程序都相同\n",
                "The policy, the inputs and the engine are the same.\n",
            )
            .to_owned()
        } else {
            format!("{}\n{rows}", self.pick("原因（A → B）", "Causes (A → B)"))
        }
    }

    fn input(&self, change: &InputChange, difference: &Difference) -> String {
        let is_region = change.role == Role::Region && change.change == InputChangeKind::Changed;
        if is_region && difference.policy.is_empty() {
            return self
                .pick(
                    "地区文件有改动，政策值未变",
                    "the region file was edited, but no value of the policy changed",
                )
                .to_owned();
        }
        let (zh, en) = match change.role {
            Role::Region => ("地区", "region"),
            Role::Groups => ("病组", "groups"),
            Role::Hospitals => ("医疗机构", "hospitals"),
            Role::Prepayments => ("预付", "prepayments"),
            Role::Prices => ("病种价格", "prices"),
            Role::Caps => ("总额控制指标", "institution caps"),
            Role::Enrolment => ("人数", "enrolment"),
            Role::Reviews => ("特例单议结果", "reviews"),
            Role::Reasons => ("再次住院理由", "reasons of readmissions"),
            Role::Penalties => ("违规扣点", "penalties"),
            Role::Procurement => ("集采药品", "procured drugs"),
            Role::Coefficients => ("机构系数", "hospital coefficients"),
            Role::Bonuses => ("机构系数加成", "coefficient bonuses"),
            Role::Adjustments => ("权重调整", "adjustments of weights"),
            Role::Names => ("编码名称", "names of codes"),
            Role::Scheme => ("分组方案", "scheme"),
            Role::Directory => ("病种目录", "DIP directory"),
            Role::Claims => ("病例", "claims"),
        };
        let role = self.pick(zh, en);
        match change.change {
            InputChangeKind::Changed => self.pick(format!("{role}，内容已变"), format!("{role}, other content")),
            InputChangeKind::Added => self.pick(format!("{role}，只在 B 中"), format!("{role}, only in B")),
            InputChangeKind::Removed => self.pick(format!("{role}，只在 A 中"), format!("{role}, only in A")),
            InputChangeKind::Renamed => {
                let old = change.old.as_deref().unwrap_or_default();
                self.pick(format!("{role}，原名 {old}"), format!("{role}, was {old}"))
            }
        }
    }

    fn records(&self, difference: &Difference) -> String {
        let mut table = Table::new([
            (self.pick("记录", "Records"), Side::Left),
            ("A", Side::Right),
            ("B", Side::Right),
        ]);
        for change in &difference.records {
            let name = match change.name.as_str() {
                "read" => self.pick("读入", "read"),
                "accepted" => self.pick("接受", "accepted"),
                code => code,
            };
            table.row([name.to_owned(), count(change.old), count(change.new)]);
        }
        if difference.records.is_empty() {
            String::new()
        } else {
            table.render(0)
        }
    }

    fn pools(&self, pools: &[PoolChange]) -> String {
        let mut table = Table::new([
            (self.pick("资金池", "Pool"), Side::Left),
            ("", Side::Left),
            ("A", Side::Right),
            ("B", Side::Right),
            ("B − A", Side::Right),
        ]);
        for pool in pools {
            for change in &pool.figures {
                let Moved { old, new, delta } = &change.moved;
                table.row([
                    pool.pool.clone(),
                    pool_column(&change.figure, self.lang).to_owned(),
                    figure(old),
                    figure(new),
                    signed(delta),
                ]);
            }
        }
        if pools.is_empty() {
            String::new()
        } else {
            table.render(0)
        }
    }

    fn hospitals(&self, hospitals: &[HospitalChange], top: usize) -> String {
        if hospitals.is_empty() {
            return String::new();
        }
        let n = count(hospitals.len() as u64);
        let mut out = self.pick(
            format!("医疗机构（{n} 处变化，按清算拨付的变化排列；B − A）\n"),
            format!("Hospitals ({n} changed, by the change of their final payment; B − A)\n"),
        );
        use Side::{Left, Right};
        let headings = self.pick(
            ["资金池", "代码", "基金应付", "已记账", "清算数", "清算拨付", "清算档"],
            ["pool", "code", "due", "fund billed", "cleared", "final payment", "band"],
        );
        let mut table = Table::new(headings.into_iter().zip([Left, Left, Right, Right, Right, Right, Left]));
        for change in hospitals.iter().take(top) {
            let band = change
                .band
                .as_ref()
                .map_or_else(String::new, |Change { old, new }| self.words(old, new));
            table.row([
                change.pool.clone(),
                change.fixmedins_code.clone(),
                signed(&change.due.delta),
                signed(&change.hifp_pay.delta),
                signed(&change.cleared.delta),
                signed(&change.final_payment.delta),
                band,
            ]);
        }
        out += &table.without_zeros().render(2);
        out + &self.more(hospitals.len().saturating_sub(top))
    }

    /// budgets.csv, routes.csv, capitation.csv and apart.csv, as far as they changed.
    fn tables(&self, rows: &[RowChange], top: usize) -> String {
        let parts = rows.chunk_by(|a, b| a.file == b.file).map(|rows| self.table(rows, top));
        parts.collect::<Vec<_>>().join("\n")
    }

    fn table(&self, rows: &[RowChange], top: usize) -> String {
        use Side::{Left, Right};
        let (file, n) = (rows.first().map_or("", |row| row.file), count(rows.len() as u64));
        let mut out = self.pick(
            format!("{file}（{n} 行变化）\n"),
            format!("{file} ({n} rows changed)\n"),
        );
        let headings = self.pick(
            ["行", "", "A", "B", "B − A", "有关的政策改动"],
            ["row", "", "A", "B", "B − A", "policy changes it goes by"],
        );
        let mut table = Table::new(headings.into_iter().zip([Left, Left, Right, Right, Right, Left]));
        for change in rows.iter().take(top) {
            let keys: Vec<String> = change.keys.iter().map(|key| self.key(key)).collect();
            for (i, figure_change) in change.figures.iter().enumerate() {
                let Moved { old, new, delta } = &figure_change.moved;
                let only_once = |text: String| if i == 0 { text } else { String::new() };
                table.row([
                    only_once(change.row.join(" ")),
                    pool_column(&figure_change.figure, self.lang).to_owned(),
                    figure(old),
                    figure(new),
                    signed(delta),
                    only_once(keys.join(", ")),
                ]);
            }
        }
        out += &table.render(2);
        out + &self.more(rows.len().saturating_sub(top))
    }

    /// Two bands or two classes, the one before and the one now.
    fn words(&self, old: &str, new: &str) -> String {
        let word = |word: &str| match word {
            "" => "–".to_owned(),
            word => class_or_band(word, self.lang).to_owned(),
        };
        format!("{} → {}", word(old), word(new))
    }

    fn more(&self, more: usize) -> String {
        match more {
            0 => String::new(),
            more => self.pick(format!("  另有 {more} 项\n"), format!("  and {more} more\n")),
        }
    }

    fn cases(&self, cases: &CaseChanges) -> String {
        let [changed, same, a, b] = [cases.changed, cases.same, cases.only_in_a, cases.only_in_b].map(count);
        let mut out = self.pick(
            format!("病例：{changed} 个变化，{same} 个不变，{a} 个只在 A 中，{b} 个只在 B 中\n"),
            format!("Cases: {changed} changed, {same} the same, {a} only in A, {b} only in B\n"),
        );
        use Side::{Left, Right};
        let headings = self.pick(
            ["原因", "病例", "应付变动（元，绝对值之和）"],
            ["reason", "cases", "due moved (yuan, without signs)"],
        );
        let mut reasons = Table::new(headings.into_iter().zip([Left, Right, Right]));
        for sum in &cases.reasons {
            reasons.row([
                self.reason(sum.reason).to_owned(),
                count(sum.cases),
                grouped(&sum.due_moved),
            ]);
        }
        if !cases.reasons.is_empty() {
            out += &reasons.without_zeros().render(2);
        }
        if cases.largest.is_empty() {
            return out;
        }
        out += self.pick("\n应付变动最大的病例\n", "\nCases whose due changed most\n");
        let headings = self.pick(
            ["结算流水号", "原因", "点数 A → B", "应付 A", "应付 B", "B − A"],
            ["setl_id", "reason", "points A → B", "due A", "due B", "B − A"],
        );
        let mut largest = Table::new(headings.into_iter().zip([Left, Left, Left, Right, Right, Right]));
        for CaseChange {
            setl_id,
            reason,
            due_delta,
            old,
            new,
        } in &cases.largest
        {
            let points = if old.points == new.points {
                grouped(&old.points)
            } else {
                format!("{} → {}", grouped(&old.points), grouped(&new.points))
            };
            let mut why = self.reason(*reason).to_owned();
            if *reason == Reason::Class {
                let classes = self.words(&old.case_class, &new.case_class);
                why += &self.pick(format!("（{classes}）"), format!(" ({classes})"));
            }
            largest.row([
                setl_id.clone(),
                why,
                points,
                with_apart(&old.due, &old.apart_due),
                with_apart(&new.due, &new.apart_due),
                signed(due_delta),
            ]);
        }
        out + &largest.without_zeros().render(2)
    }

    fn reason(&self, reason: Reason) -> &'static str {
        let (zh, en) = match reason {
            Reason::Claim => ("记录本身", "the claim itself"),
            Reason::Apart => ("除外支付的项目或比例", "items paid apart, or their shares"),
            Reason::Funds => ("资金池计入的基金", "funds that the pool counts"),
            Reason::Pool => ("资金池", "pool"),
            Reason::Group => ("病组", "group"),
            Reason::Route => ("路由（付费方式）", "route (method of payment)"),
            Reason::Factor => ("辅助目录系数", "auxiliary factor"),
            Reason::Class => ("病例类别", "case class"),
            Reason::Adjustment => (
                "点数调整（再次住院、特例单议、高倍率例数、扣点）",
                "adjustment (readmission, review, high outliers, penalty)",
            ),
            Reason::Ratio => ("倍率", "cost ratio"),
            Reason::Points => ("点数", "points"),
            Reason::MethodFactor => ("付费方式的系数", "factor of the method"),
            Reason::Rate => ("床日标准", "rates per diem"),
            Reason::Price => ("病种价格", "price of the disease"),
            Reason::Items => ("项目的费用、扣款或比例", "items: cost, deductions or share"),
            Reason::PointValue => ("点值", "point value"),
            Reason::Remainder => ("尾差一分", "a fen left over"),
            Reason::Due => ("基金占比", "fund share"),
        };
        self.pick(zh, en)
    }
}

/// What is due for a case, and beside it what is due for its items paid apart.
fn with_apart(due: &str, apart: &str) -> String {
    if apart.chars().all(|c| matches!(c, '0' | '.')) {
        grouped(due)
    } else {
        format!("{} + {}", grouped(due), grouped(apart))
    }
}

/// A figure of one run, or a dash.
fn figure(value: &Option<String>) -> String {
    value.as_deref().map_or_else(|| "–".to_owned(), grouped_or_plain)
}

/// A change with its sign.
fn signed(delta: &str) -> String {
    let shown = grouped_or_plain(delta);
    let is_zero = delta.chars().all(|c| matches!(c, '0' | '.' | '-'));
    if is_zero || shown.starts_with('-') {
        shown
    } else {
        format!("+{shown}")
    }
}

/// Only figures take separators.
fn grouped_or_plain(value: &str) -> String {
    if value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')) {
        grouped(value)
    } else {
        printable(value)
    }
}

/// The rows of a table whose headings are empty.
fn without_headings(table: &Table, indent: usize) -> String {
    let lines = table.render(indent);
    lines
        .split_once('\n')
        .map_or_else(String::new, |(_, rows)| rows.to_owned())
}
