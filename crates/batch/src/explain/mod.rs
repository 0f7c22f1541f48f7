//! `explain`: every step behind a case's payment, a hospital's clearing or a pool's point value,
//! taken by the very functions that pay.

mod adjust;
mod alliance;
mod funds;
mod origin;
mod route;
mod told;

pub use told::{ExplainedInput, ExplainedStep, Explanation, PublishedRow, RejectedRecord, Section};

use crate::claims::block::{ClaimBlock, DUPLICATE, GROUPED_HERE, NO_GROUP, NOT_IN_DIRECTORY};
use crate::claims::layout::Column;
use crate::claims::locate::{line_of, read_again};
use crate::claims::read::{Claims, ReadOptions};
use crate::codes::F110;
use crate::error::{Failure, error};
use crate::grouping::ExplainedStay;
use crate::input::Inputs;
use crate::output::buffer::RowBuffer;
use crate::output::claims_csv::header;
use crate::output::run::Run;
use crate::progress::Progress;
use crate::settle::due::{Settled, clear, pay};
use crate::settle::price::case;
use crate::whereabouts::find;
use dianzhi_core::{
    AfterApart, Case, CaseFactor, ClearingError, CompiledPolicy, Fen, HospitalId, HospitalTrace, PayIn, PayerId,
    PoolId, Rule, Step, Text, Trace, Tracer,
};
use dianzhi_policy::names_help;
use origin::Origins;
use std::path::Path;

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExplainTarget {
    /// A case, by its settlement id.
    Case(String),
    /// A hospital's clearing, in one pool or in all.
    Hospital {
        /// `fixmedins_code`
        code: String,
        /// The pool's id; `None` for every pool that has the hospital.
        pool: Option<String>,
    },
    /// A pool's point value.
    Pool(String),
}

/// Explains a figure of a published run. The year is settled again in memory from its inputs,
/// which must be where they were and unchanged.
///
/// # Errors
/// F108 where `run_dir` is no run, F109 where inputs are gone or changed, F110 where the run has
/// no such case, hospital or pool.
pub fn explain(
    run_dir: &Path,
    target: &ExplainTarget,
    region: Option<&Path>,
    threads: Option<usize>,
    progress: &Progress,
) -> Result<Explanation, Failure> {
    let run = Run::load(run_dir)?;
    let inputs = find(run_dir, &run, region)?.load(&run)?;
    let options = ReadOptions {
        threads,
        ..ReadOptions::default()
    };
    let claims = Claims::read(&inputs, &options, progress)?;
    let settled = Settled::in_memory(&inputs, claims, threads, progress)?;
    let explainer = Explainer {
        run_dir,
        inputs: &inputs,
        settled: &settled,
    };
    match target {
        ExplainTarget::Case(id) => explainer.case(id),
        ExplainTarget::Hospital { code, pool } => explainer.hospital(code, pool.as_deref()),
        ExplainTarget::Pool(pool) => explainer.pool(pool),
    }
}

struct Explainer<'a> {
    run_dir: &'a Path,
    inputs: &'a Inputs,
    settled: &'a Settled,
}

fn not_here(zh: &str, en: &str) -> Failure {
    let help = Text::new(
        "检查代码；claims.csv、hospitals.csv、pools.csv 列出全部",
        "check the code; claims.csv, hospitals.csv and pools.csv list them all",
    );
    error(F110, Text::new(zh, en), help).into()
}

/// A step that was taken once cannot fail to fit the second time.
fn taken_again(source: impl Into<ClearingError>) -> Failure {
    let source: ClearingError = source.into();
    error(crate::codes::A101, source.text(), crate::error::too_large_help()).into()
}

impl Explainer<'_> {
    fn claims(&self) -> &Claims {
        self.settled.claims()
    }

    fn case(&self, id: &str) -> Result<Explanation, Failure> {
        let rejected = self.rejected(id);
        let subject = Text::new(format!("病例 {id}"), format!("case {id}"));
        let Some((block, position)) = self.find_claim(id) else {
            if rejected.is_empty() && self.inputs.policy.hospital(id).is_some() {
                let text = Text::new(
                    format!("这次结算的输入中没有 setl_id {id}；它是一家医疗机构的代码"),
                    format!("the inputs of this run have no setl_id {id}; it is the code of a hospital"),
                );
                let help = Text::new(
                    format!("解释该机构的清算：--hospital {id}"),
                    format!("for the hospital's clearing write --hospital {id}"),
                );
                return Err(error(F110, text, help).into());
            }
            if rejected.is_empty() && self.inputs.policy.policy().pools.iter().any(|pool| pool.id == id) {
                let text = Text::new(
                    format!("这次结算的输入中没有 setl_id {id}；它是一个资金池"),
                    format!("the inputs of this run have no setl_id {id}; it is a pool"),
                );
                let help = Text::new(
                    format!("解释该池的点值：--pool {id}"),
                    format!("for the pool's point value write --pool {id}"),
                );
                return Err(error(F110, text, help).into());
            }
            if rejected.is_empty() {
                return Err(not_here(
                    &format!("这次结算的输入中没有 setl_id {id}"),
                    &format!("the inputs of this run have no setl_id {id}"),
                ));
            }
            return Ok(Explanation {
                grouping: None,
                notes: Vec::new(),
                subject,
                sections: Vec::new(),
                rejected,
                published: Vec::new(),
            });
        };
        let checks = &self.settled.priced.checks;
        let claim = &block.claims[position];
        let (policy, case) = case(&self.inputs.policy, block, position, claim).map_err(taken_again)?;
        let file = &self.claims().files[block.file];
        let line = line_of(file, block, position, checks)?;
        let grouping = self.grouping(block, position)?;
        let mut origins = Origins::of_case(
            self.inputs,
            file,
            line,
            &case,
            self.inputs.policy.period_of(PayerId(claim.payer)),
        );
        origins.name(id);
        origins.days_by_dates = self.days_by_dates(block, position, &case)?;

        let apart = self.apart_steps(block, position);
        let is_rest = !apart.steps.is_empty();
        let mut points = Trace::default();
        match is_rest {
            true => policy.worth(&case, &mut AfterApart(&mut points)),
            false => policy.worth(&case, &mut points),
        }
        .map_err(taken_again)?;
        let mut price = Trace::default();
        self.price_steps(case.pool, &mut price)?;
        let mut payment = Trace::default();
        let price_now = &self.settled.priced.prices[usize::from(case.pool.0)];
        let paid = match is_rest {
            true => pay(policy, &case, claim, price_now, &mut AfterApart(&mut payment)),
            false => pay(policy, &case, claim, price_now, &mut payment),
        }
        .map_err(taken_again)?;
        let over = match is_rest {
            true => policy.trace_patient_over(&case, &paid, &mut AfterApart(&mut payment)),
            false => policy.trace_patient_over(&case, &paid, &mut payment),
        };
        over.map_err(taken_again)?;

        let pool = self.pool_id(case.pool);
        let mut notes = self.notes(policy, block, position, &case);
        notes.extend(self.route(block, position)?);
        let (adjustment, of_rules) = self.adjusted(policy, block, position, &case, &origins)?;
        notes.extend(of_rules);
        let (zh, en) = match policy.pay_in(case.method) {
            PayIn::Points => ("点数", "Points"),
            PayIn::Money => ("支付标准", "Standard"),
        };
        let mut points = section(zh, en, &points.steps, &origins);
        if let Some(step) = points.steps.first_mut().filter(|_| case.group.is_none()) {
            step.inputs.insert(0, origins.no_group(block.unknown_code(position)));
        }
        let mut sections = Vec::new();
        if is_rest {
            sections.push(section("除外支付", "Items paid apart", &apart.steps, &origins));
        }
        sections.push(points);
        sections.extend(adjustment);
        if policy.pay_in(case.method) == PayIn::Points {
            let (zh, en) = (format!("资金池 {pool} 的点值"), format!("Point value of pool {pool}"));
            sections.push(section(&zh, &en, &price.steps, &origins));
        }
        sections.push(section("支付", "Payment", &payment.steps, &origins));
        let mut row = Vec::new();
        self.row(block, position, &case, &mut row)?;
        let published = self.published_case(id, &row)?;
        Ok(Explanation {
            subject,
            grouping,
            notes,
            sections,
            rejected,
            published,
        })
    }

    /// How the items of a claim were taken apart; nothing where it has none.
    fn apart_steps(&self, block: &ClaimBlock, position: usize) -> Trace {
        let mut trace = Trace::default();
        let claim = &block.claims[position];
        let Some((policy, payer)) = self.inputs.policy.payer(PayerId(claim.payer)) else {
            return trace;
        };
        let (mut cost, mut billed) = (Fen(claim.cost), Fen(claim.billed));
        let mut amounts = vec![Fen(0); payer.apart.len()];
        for part in block.apart(position) {
            cost.0 += part.medical_cost.0;
            billed.0 += part.fund_billed.0;
            if let Some(at) = payer.apart.iter().position(|item| item.apart == part.apart) {
                amounts[at] = part.medical_cost;
            }
        }
        policy.take_apart(payer, cost, billed, &amounts, &mut trace);
        trace
    }

    /// What a hospital would ask of the group code and the factor of a case.
    fn notes(&self, policy: &CompiledPolicy, block: &ClaimBlock, position: usize, case: &Case) -> Vec<Text> {
        let claim = &block.claims[position];
        let mut notes = Vec::new();
        let asked = self.inputs.grouping.is_some();
        if asked && claim.group != NO_GROUP && !claim.is(GROUPED_HERE) {
            notes.push(Text::new(
                "记录自带 group_code，照用，不再分组",
                "the record has a group code of its own, which is taken as it stands",
            ));
        }
        if claim.is(NOT_IN_DIRECTORY) {
            notes.push(Text::new(
                "病种目录没有这个编码，或出院日期不在目录的有效期内：辅助目录系数按 1 计",
                "the DIP directory does not have this code, or is not valid on the day of discharge: the auxiliary factor counts as 1",
            ));
        }
        let has_factors = policy.policy().auxiliary.is_some();
        let by_cost = has_factors && !policy.counts_factor(case);
        if by_cost && case.factor != CaseFactor::ONE {
            let factor = case.factor;
            notes.push(Text::new(
                format!("辅助目录系数 {factor} 不计入本例点数：偏差病例按费用计点（docs/SETTLEMENT.zh-CN.md §5.1）"),
                format!("the auxiliary factor {factor} is no part of this case's points: outliers earn points by their cost (docs/SETTLEMENT.md §5.1)"),
            ));
        }
        notes
    }

    /// How a claim came to its group where it had no code of its own, and to its factor where it has one.
    fn grouping(&self, block: &ClaimBlock, position: usize) -> Result<Option<ExplainedStay>, Failure> {
        let Some(by) = &self.inputs.grouping else {
            return Ok(None);
        };
        let is_grouped = block.claims[position].is(GROUPED_HERE);
        if !is_grouped && !self.settled.priced.checks.has_factors {
            return Ok(None);
        }
        let file = &self.claims().files[block.file];
        let mut explained = None;
        read_again(file, &[block], &self.settled.priced.checks, None, |_, again| {
            if again.position == position {
                let of_type = (!is_grouped).then(|| again.row.get(file.layout.group).bytes());
                explained = by.explain(&again.row, &file.layout, &file.input.name, again.line, of_type);
            }
        })?;
        Ok(explained)
    }

    /// Whether the days of a stay were counted from its dates, for the record does not state them.
    fn days_by_dates(&self, block: &ClaimBlock, position: usize, case: &Case) -> Result<bool, Failure> {
        if case.detail.days == 0 {
            return Ok(false);
        }
        let file = &self.claims().files[block.file];
        let column = Column::of(file.header.column("act_ipt_days"));
        let mut by_dates = false;
        read_again(file, &[block], &self.settled.priced.checks, None, |_, again| {
            if again.position == position {
                by_dates = again.row.get(column).bytes().is_empty();
            }
        })?;
        Ok(by_dates)
    }

    fn hospital(&self, code: &str, pool: Option<&str>) -> Result<Explanation, Failure> {
        let policy = &self.inputs.policy;
        let nothing = || {
            not_here(
                &format!("这次结算中没有医疗机构 {code}"),
                &format!("the run has no hospital {code}"),
            )
        };
        let hospital = policy.hospital(code).ok_or_else(nothing)?;
        if let Some(pool) = pool {
            self.pool_position(pool)?;
        }
        let mut sections = Vec::new();
        let mut published = Vec::new();
        let computed = crate::output::tables_csv::hospitals(policy, &self.settled.accounts);
        for account in &self.settled.accounts {
            let id = self.pool_id(account.pool);
            let here = account
                .statements
                .iter()
                .any(|statement| statement.hospital == hospital);
            if pool.is_some_and(|wanted| wanted != id) {
                continue;
            }
            if !here {
                // Savings are kept without a case, too.
                let origins = Origins::of_hospital(self.inputs, account.pool, hospital);
                let procured = self.procured(account.pool, hospital, &origins)?;
                if !procured.is_empty() {
                    published.extend(self.of_fund(id, code)?);
                }
                sections.extend(procured);
                continue;
            }
            let mut trace = HospitalTrace::new(hospital);
            let sums = &self.settled.sums;
            clear(self.inputs, account.pool, account.price.clone(), sums, &mut trace).map_err(taken_again)?;
            let origins = Origins::of_hospital(self.inputs, account.pool, hospital);
            if trace.steps.iter().any(|step| step.rule == Rule::CompensationShared) {
                let mut price = Trace::default();
                self.price_steps(account.pool, &mut price)?;
                price.steps.retain(|step| step.rule == Rule::Reserve);
                let (zh, en) = (format!("资金池 {id} 的调剂金"), format!("Reserve of pool {id}"));
                sections.push(section(&zh, &en, &price.steps, &origins));
            }
            if account.alliance.is_some() && self.is_member(account.pool, hospital) {
                sections.extend(self.alliance(account, &origins)?);
            }
            sections.push(section(
                &format!("资金池 {id} 的清算"),
                &format!("Clearing in pool {id}"),
                &trace.steps,
                &origins,
            ));
            sections.extend(self.procured(account.pool, hospital, &origins)?);
            sections.extend(self.next_prepayment(account.pool, hospital, &origins)?);
            published.extend(self.published("hospitals.csv", &computed, &[id, code])?);
            published.extend(self.heads_and_items(id, Some(code))?);
            published.extend(self.of_fund(id, code)?);
        }
        if sections.is_empty() {
            return Err(nothing());
        }
        let name = self.name_of(hospital);
        Ok(Explanation {
            grouping: None,
            notes: Vec::new(),
            subject: Text::new(format!("医疗机构 {code} {name}"), format!("hospital {code} {name}")),
            sections,
            rejected: Vec::new(),
            published,
        })
    }

    fn pool(&self, id: &str) -> Result<Explanation, Failure> {
        let pool = self.pool_position(id)?;
        let mut trace = Trace::default();
        self.price_steps(pool, &mut trace)?;
        let origins = Origins::of_pool(self.inputs);
        let computed = crate::output::tables_csv::pools(&self.inputs.policy, &self.settled.accounts);
        let mut sections = vec![section("点值", "Point value", &trace.steps, &origins)];
        if let Some(account) = self.settled.accounts.iter().find(|account| account.pool == pool) {
            let mut remainder = Trace::default();
            account.trace_remainder(&mut remainder);
            sections.push(section("尾差", "Remainder", &remainder.steps, &origins));
            sections.extend(self.alliance(account, &origins)?);
            sections.extend(self.fund(pool, &origins)?);
        }
        let mut published = self.published("pools.csv", &computed, &[id])?;
        // There is a row for every hospital: only what is wrong is worth a look here.
        published.extend(self.heads_and_items(id, None)?.into_iter().filter(|row| !row.agrees));
        if let Some((of, computed)) = self.alliance_row(pool) {
            published.extend(self.published("alliances.csv", &computed, &[&of, id])?);
        }
        published.extend(self.fund_row(pool)?);
        Ok(Explanation {
            grouping: None,
            notes: Vec::new(),
            subject: Text::new(format!("资金池 {id}"), format!("pool {id}")),
            sections,
            rejected: Vec::new(),
            published,
        })
    }

    /// The rows of capitation.csv and apart.csv of a pool, or of one hospital in it.
    fn heads_and_items(&self, pool: &str, hospital: Option<&str>) -> Result<Vec<PublishedRow>, Failure> {
        let policy = &self.inputs.policy;
        let mut rows = Vec::new();
        if let Some(computed) = crate::settle::capitation::csv(policy) {
            let key: Vec<&str> = std::iter::once(pool).chain(hospital).collect();
            rows.extend(self.published("capitation.csv", &computed, &key)?);
        }
        if !policy.policy().apart.is_empty() {
            let computed = crate::settle::apart::csv(&self.settled.apart);
            // The item comes first in apart.csv, whatever it is.
            for item in &policy.policy().apart {
                let key: Vec<&str> = [item.id.as_str(), pool].into_iter().chain(hospital).collect();
                rows.extend(self.published("apart.csv", &computed, &key)?);
            }
        }
        Ok(rows)
    }

    fn price_steps(&self, pool: PoolId, tracer: &mut impl Tracer) -> Result<(), Failure> {
        let totals = self.settled.priced.sums.pools();
        let price = self.inputs.policy.pool_price_among(pool, &totals, tracer);
        price
            .map(|_| ())
            .map_err(|e| crate::error::no_point_value(&e, &self.inputs.region).into())
    }

    fn pool_position(&self, id: &str) -> Result<PoolId, Failure> {
        let position = self.inputs.policy.policy().pools.iter().position(|pool| pool.id == id);
        let position = position.and_then(|i| u16::try_from(i).ok()).map(PoolId);
        position.ok_or_else(|| self.no_such_pool(id))
    }

    fn no_such_pool(&self, id: &str) -> Failure {
        let policy = self.inputs.policy.policy();
        if policy.budgets.iter().any(|node| node.id == id) {
            let below: Vec<&str> = self.pools_below(id);
            let text = Text::new(
                format!("{id} 是预算（[[budget]]），不是资金池：它没有点值"),
                format!("{id} is a budget ([[budget]]) and no pool: it has no point value"),
            );
            let help = Text::new(
                format!("预算的金额见 budgets.csv；它之下的资金池：{}", below.join("、")),
                format!("its money is in budgets.csv; the pools below it: {}", below.join(", ")),
            );
            return error(F110, text, help).into();
        }
        if let Some(alliance) = policy.alliances.iter().find(|alliance| alliance.id == id) {
            return alliance::no_pool(alliance);
        }
        let text = Text::new(
            format!("这次结算中没有资金池 {id}"),
            format!("the run has no pool {id}"),
        );
        let help = names_help(id, policy.pools.iter().map(|pool| pool.id.as_str()));
        error(F110, text, help).into()
    }

    /// The pools whose budgets come from a node.
    fn pools_below(&self, id: &str) -> Vec<&str> {
        let tree = self.inputs.policy.budget_tree();
        let pools = self.inputs.policy.policy().pools.iter().enumerate();
        let below = pools.filter(|(i, _)| tree.way_to(*i).iter().any(|node| node.id == id));
        below.map(|(_, pool)| pool.id.as_str()).collect()
    }

    fn pool_id(&self, pool: PoolId) -> &str {
        self.inputs
            .policy
            .policy()
            .pools
            .get(usize::from(pool.0))
            .map_or("", |p| &p.id)
    }

    fn name_of(&self, hospital: HospitalId) -> &str {
        self.inputs
            .policy
            .hospitals()
            .get(hospital.0 as usize)
            .map_or("", |h| &h.name)
    }

    fn find_claim(&self, id: &str) -> Option<(&ClaimBlock, usize)> {
        self.claims().blocks.iter().find_map(|block| {
            let is_it = |&i: &usize| block.id(i) == id.as_bytes() && !block.claims[i].is(DUPLICATE);
            (0..block.claims.len()).find(is_it).map(|i| (block, i))
        })
    }

    fn rejected(&self, id: &str) -> Vec<RejectedRecord> {
        let claims = self.claims();
        let same_id = claims.rejects.iter().filter(|reject| reject.setl_id == id);
        same_id
            .map(|reject| RejectedRecord {
                file: claims.file_name(reject.file).to_owned(),
                line: reject.line,
                field: reject.field,
                code: reject.code.as_str(),
                meaning: reject.code.text(),
            })
            .collect()
    }

    /// The row of claims.csv as this program writes it.
    fn row(&self, block: &ClaimBlock, i: usize, case: &Case, out: &mut Vec<u8>) -> Result<(), Failure> {
        let (policy, _) =
            crate::settle::price::case(&self.inputs.policy, block, i, &block.claims[i]).map_err(taken_again)?;
        let price = &self.settled.priced.prices[usize::from(case.pool.0)];
        let rows = crate::output::claims_csv::Rows::new(&self.inputs.policy);
        let mut row = RowBuffer::default();
        crate::settle::due::pay_row(policy, block, i, case, price, &rows, &mut row).map_err(taken_again)?;
        out.extend_from_slice(row.bytes());
        Ok(())
    }

    fn published_case(&self, id: &str, computed: &[u8]) -> Result<Vec<PublishedRow>, Failure> {
        let mut whole = header(&self.inputs.region.policy).as_bytes().to_vec();
        whole.extend_from_slice(computed);
        self.published("claims.csv", &whole, &[id])
    }

    /// The rows of a published table that begin with these cells, against the same rows as computed.
    fn published(&self, file: &'static str, computed: &[u8], key: &[&str]) -> Result<Vec<PublishedRow>, Failure> {
        let path = self.run_dir.join(file);
        let name = path.display().to_string();
        let unread = |e: csv::Error| Failure::from(crate::error::unreadable(&name, &std::io::Error::other(e)));
        let starts = |record: &csv::StringRecord| key.iter().enumerate().all(|(i, cell)| record.get(i) == Some(cell));
        let mut wanted = csv::Reader::from_reader(computed);
        let wanted: Vec<csv::StringRecord> = wanted.records().filter_map(Result::ok).filter(starts).collect();
        let mut reader = csv::Reader::from_path(&path).map_err(unread)?;
        let headings = reader.headers().map_err(unread)?.clone();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(unread)?;
            if starts(&record) {
                rows.push(PublishedRow {
                    file,
                    cells: headings
                        .iter()
                        .zip(&record)
                        .map(|(h, c)| (h.to_owned(), c.to_owned()))
                        .collect(),
                    agrees: wanted.iter().any(|w| w == &record),
                });
            }
        }
        Ok(rows)
    }
}

fn section(zh: &str, en: &str, steps: &[Step], origins: &Origins<'_>) -> Section {
    Section {
        title: Text::new(zh, en),
        steps: steps.iter().map(|step| explained(step, origins)).collect(),
    }
}

fn explained(step: &Step, origins: &Origins<'_>) -> ExplainedStep {
    use dianzhi_core::Lang;
    let rule = step.rule;
    ExplainedStep {
        rule: rule.id(),
        title: Text::new(rule.title(Lang::Zh), rule.title(Lang::En)),
        formula: Text::new(rule.formula(Lang::Zh), rule.formula(Lang::En)),
        source: Text::new(rule.source(Lang::Zh), rule.source(Lang::En)),
        inputs: step.inputs.iter().map(|input| origins.input(input)).collect(),
        expression: step.expression.clone(),
        rounding: step.rounding,
        result: step.result.clone(),
    }
}
