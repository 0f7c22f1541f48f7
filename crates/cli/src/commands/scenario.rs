//! `dianzhi scenario run`: reforms beside their baseline.

use super::{path, read_options, shell_word, watched};
use crate::console::Console;
use crate::figures::{count, grouped};
use crate::lang::pick;
use crate::table::{Side, Table};
use crate::warnings::of_scenario;
use clap::ArgMatches;
use dianzhi::Records;
use dianzhi::engine::{FenSum, Lang};
use dianzhi::policy::Diagnostic;
use dianzhi::scenario::{
    AssumptionReport, BASELINE, Compared, Outcome, Published, ScenarioOptions, ScenariosReport, run as run_scenarios,
};
use serde::Serialize;
use std::path::Path;

pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    match matches.subcommand() {
        Some(("run", matches)) => run_all(matches, console),
        // The parser lets no other command pass.
        _ => 2,
    }
}

fn run_all(matches: &ArgMatches, console: &Console) -> u8 {
    let options = ScenarioOptions {
        read: read_options(matches),
        runs: matches.get_flag("runs"),
        replace: matches.get_flag("replace"),
    };
    let out = path(matches, "out");
    let json = matches.get_flag("json");
    let (progress, shown) = watched(matches, console);
    let outcome = run_scenarios(path(matches, "scenarios"), out, &options, &progress);
    drop(shown);
    let (published, is_new) = match outcome {
        Err(failure) => return console.failure(&failure, json),
        Ok(Outcome::Published(published)) => (published, true),
        Ok(Outcome::AlreadyThere(published)) => (published, false),
    };
    console.run_is_there();
    tell(&published, out, is_new, console);
    if json {
        console.json(&Report {
            outcome: if is_new { "published" } else { "already-there" },
            out,
            comparison: &published.report,
            warnings: warned(&published),
        });
    }
    let report = &published.report;
    let of_scenarios = report.scenarios.iter().map(|scenario| &scenario.records);
    let rejected = |records: &Records| records.rejected_total() > 0;
    u8::from(std::iter::once(&report.records).chain(of_scenarios).any(rejected))
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    outcome: &'static str,
    out: &'a Path,
    comparison: &'a ScenariosReport,
    warnings: Vec<Warned<'a>>,
}

/// What is worth a look in the baseline, or in a scenario alone.
#[derive(Serialize)]
struct Warned<'a> {
    scenario: &'a str,
    warnings: Vec<Diagnostic>,
}

fn warned(published: &Published) -> Vec<Warned<'_>> {
    let all = published.settled.iter().enumerate();
    let all = all.map(|(at, done)| Warned {
        scenario: &done.id,
        warnings: of_scenario(done, published.settled.first().filter(|_| at > 0)),
    });
    all.filter(|warned| !warned.warnings.is_empty()).collect()
}

fn tell(published: &Published, out: &Path, is_new: bool, console: &Console) {
    let report = &published.report;
    console.say(&console.pick(
        format!("{}\n{}，{}", report.title, report.author, report.date),
        format!("{}\n{}, {}", report.title, report.author, report.date),
    ));
    let (read, accepted) = (count(report.records.read), count(report.records.accepted));
    console.say(&console.pick(
        format!("读入 {read} 条，接受 {accepted} 条；与基准相比，基金全年支付（元）："),
        format!(
            "{read} records read, {accepted} accepted; what the fund pays for the year beside the baseline, in yuan:"
        ),
    ));
    console.say(table(report, &published.compared, console.lang).trim_end());
    for scenario in &report.scenarios {
        let id = &scenario.id;
        if scenario.is_equal {
            console.say(&console.pick(
                format!("{id}：与基准完全相同"),
                format!("{id}: every figure is the baseline's"),
            ));
        }
        if scenario.records != report.records {
            let (read, accepted) = (count(scenario.records.read), count(scenario.records.accepted));
            console.say(&console.pick(
                format!("{id}：读入 {read} 条，接受 {accepted} 条"),
                format!("{id}: {read} records read, {accepted} accepted"),
            ));
        }
        for of in &scenario.assumptions {
            console.say(&console.pick(assumed_zh(id, of), assumed_en(id, of)));
        }
        if !scenario.read_anew_for.is_empty() {
            let parts = scenario.read_anew_for.join(", ");
            console.say(&console.pick(
                format!("{id}：重新读取了病例，因为 {parts} 不同"),
                format!("{id}: the claims were read anew, for {parts} differ"),
            ));
        }
    }
    for warned in warned(published) {
        console.say(&match warned.scenario {
            BASELINE => console.pick("\n基准：".to_owned(), "\nin the baseline:".to_owned()),
            id => console.pick(format!("\n仅在 {id} 中："), format!("\nonly in {id}:")),
        });
        console.diagnostics(&warned.warnings);
    }
    let shown = shell_word(out);
    if let Some(place) = &published.set_aside {
        let place = place.display();
        console.say(&console.pick(
            format!("\n{shown} 原来不是比较结果，没有删除，已移到 {place}"),
            format!("\nWhat {shown} held before was no comparison; it was not removed but moved to {place}"),
        ));
    }
    // Claims of scenarios may be many files.
    let files = report.outputs.iter().map(|output| output.file.as_str());
    let files: Vec<&str> = files.filter(|file| !file.contains("/claims/")).collect();
    let (zh, en) = (files.join("、"), files.join(", "));
    console.say(&match is_new {
        true => console.pick(
            format!("\n已写入 {shown}：{zh}、scenarios.json，各情景的 region.toml（有行为假设的还有 claims）在以其 id 为名的目录中"),
            format!(
                "\nWritten to {shown}: {en}, scenarios.json; each scenario's region.toml, and its claims where something is assumed, are in the folder of its id"
            ),
        ),
        false => console.pick(
            format!("\n{shown} 已是同样输入、情景和程序的完整比较；保持原样"),
            format!(
                "\n{shown} already is a whole comparison of the same inputs, scenarios and engine; it was left as it is"
            ),
        ),
    });
}

fn assumed_zh(scenario: &str, of: &AssumptionReport) -> String {
    let kind = match of.kind {
        "volume" => "服务量",
        "stay" => "住院日",
        "coding" => "编码",
        _ => "转诊",
    };
    let [concerned, chosen, changed, before, after] =
        [of.concerned, of.chosen, of.changed, of.cases_before, of.cases_after].map(count);
    let (cost, then) = (grouped(&of.cost_before), grouped(&of.cost_after));
    format!(
        "{scenario}：行为假设 {}（{kind}，比例 {}，来源：{}）：涉及 {concerned} 例，抽中 {chosen} 例，改变 {changed} 例；病例 {before} → {after}，医疗总费用 {cost} → {then} 元",
        of.id, of.share, of.source
    )
}

fn assumed_en(scenario: &str, of: &AssumptionReport) -> String {
    let [concerned, chosen, changed, before, after] =
        [of.concerned, of.chosen, of.changed, of.cases_before, of.cases_after].map(count);
    let (cost, then) = (grouped(&of.cost_before), grouped(&of.cost_after));
    format!(
        "{scenario}: assumes {} ({}, share {}; source: {}): {concerned} cases concerned, {chosen} chosen, {changed} changed; cases {before} → {after}, cost {cost} → {then} yuan",
        of.id, of.kind, of.share, of.source
    )
}

/// One line a scenario.
fn table(report: &ScenariosReport, compared: &[Compared], lang: Lang) -> String {
    use Side::{Left, Right};
    let headings = pick(
        lang,
        [
            "情景",
            "增加",
            "减少",
            "净额",
            "增加的机构",
            "减少的机构",
            "基准基尼",
            "基尼",
            "题目",
        ],
        [
            "scenario",
            "gains",
            "losses",
            "net",
            "winners",
            "losers",
            "Gini before",
            "Gini",
            "title",
        ],
    );
    let sides = [Left, Right, Right, Right, Right, Right, Right, Right, Left];
    let mut table = Table::new(headings.into_iter().zip(sides));
    for (scenario, of) in report.scenarios.iter().zip(compared) {
        let money = |fen: i128| grouped(&FenSum(fen).to_string());
        let or_dash = |gini: &String| {
            if gini.is_empty() {
                "–".to_owned()
            } else {
                gini.clone()
            }
        };
        table.row([
            scenario.id.clone(),
            money(of.all.gains),
            money(of.all.losses),
            money(of.all.gains - of.all.losses),
            count(of.all.winners),
            count(of.all.losers),
            or_dash(&scenario.gini_baseline),
            or_dash(&scenario.gini),
            scenario.title.clone(),
        ]);
    }
    table.render(0)
}
