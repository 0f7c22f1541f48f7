//! Where each figure of a step stands: file and line, key and note, or an earlier step.

use super::ExplainedInput;
use crate::claims::feed::ClaimFile;
use crate::input::Inputs;
use crate::input::source::Role;
use dianzhi_core::{Case, HIFP_PAY, HospitalId, Input, Lang, Origin, PoolId, PriceId, Text};

/// What the origins of a subject's steps refer to.
pub(super) struct Origins<'a> {
    inputs: &'a Inputs,
    claim: Option<(&'a ClaimFile, u64)>,
    group: Option<u32>,
    hospital: Option<HospitalId>,
    pool: Option<PoolId>,
    price: Option<PriceId>,
    /// Of the policy, whose values may be dated.
    period: usize,
    /// Whether the days of the stay were counted from its dates.
    pub(super) days_by_dates: bool,
    /// The rows of reviews, reasons and penalties that are of the case, by position.
    pub(super) review: Option<usize>,
    pub(super) reason: Option<usize>,
    pub(super) penalty: Option<usize>,
}

impl<'a> Origins<'a> {
    pub(super) fn of_case(
        inputs: &'a Inputs,
        file: &'a ClaimFile,
        line: u64,
        case: &Case,
        period: usize,
    ) -> Origins<'a> {
        Origins {
            inputs,
            claim: Some((file, line)),
            group: case.group.map(|group| group.0),
            hospital: Some(case.hospital),
            pool: Some(case.pool),
            price: case.detail.price,
            period,
            days_by_dates: false,
            review: None,
            reason: None,
            penalty: None,
        }
    }

    /// Looks the case up in the tables that name cases.
    pub(super) fn name(&mut self, id: &str) {
        let inputs = self.inputs;
        self.review = inputs.reviews.values.iter().position(|row| row.setl_id == id);
        self.reason = inputs.reasons.values.iter().position(|row| row.setl_id == id);
        self.penalty = inputs.penalties.values.iter().position(|row| row.setl_id == id);
    }

    pub(super) fn of_hospital(inputs: &'a Inputs, pool: PoolId, hospital: HospitalId) -> Origins<'a> {
        Origins {
            hospital: Some(hospital),
            pool: Some(pool),
            ..Origins::of_pool(inputs)
        }
    }

    pub(super) fn of_pool(inputs: &'a Inputs) -> Origins<'a> {
        Origins {
            inputs,
            claim: None,
            group: None,
            hospital: None,
            pool: None,
            price: None,
            period: 0,
            days_by_dates: false,
            review: None,
            reason: None,
            penalty: None,
        }
    }

    pub(super) fn input(&self, input: &Input) -> ExplainedInput {
        let mut note = None;
        let from = match &input.origin {
            Origin::Claim(HIFP_PAY) => self.in_claim(&self.funds()),
            Origin::Claim("act_ipt_days") if self.days_by_dates => self.days_from_dates(),
            Origin::Claim(field) => self.in_claim(field),
            Origin::Column(field) => self.in_claim(field),
            Origin::Group(column) => {
                let line = self
                    .group
                    .and_then(|group| self.inputs.groups.lines.get(group as usize));
                self.in_table(Role::Groups, line, column)
            }
            Origin::OtherGroup { code, column } => {
                let position = self.inputs.policy.group(code);
                let line = position.and_then(|group| self.inputs.groups.lines.get(group.0 as usize));
                self.in_table(Role::Groups, line, column)
            }
            Origin::Price(column) => {
                let line = self
                    .price
                    .and_then(|price| self.inputs.prices.lines.get(price.0 as usize));
                self.in_table(Role::Prices, line, column)
            }
            Origin::Deductions(fields) if fields.is_empty() => {
                Text::new("此付费方式没有 deductions", "the method has no deductions")
            }
            Origin::Deductions(fields) => match self.claim {
                Some((file, line)) => same(format!(
                    "{}:{line} {}",
                    file.input.name,
                    headings(file, &fields.join(" + "))
                )),
                None => same(fields.join(" + ")),
            },
            Origin::Hospital(column) => {
                let line = self
                    .hospital
                    .and_then(|h| self.inputs.hospitals.lines.get(h.0 as usize));
                self.in_table(Role::Hospitals, line, column)
            }
            Origin::Prepayment(column) => self.in_table(Role::Prepayments, self.prepayment_line(), column),
            Origin::Enrolment(row, column) => {
                self.in_table(Role::Enrolment, self.inputs.enrolment.lines.get(*row), column)
            }
            Origin::Coefficient(row) => self.in_table(
                Role::Coefficients,
                self.inputs.coefficients.lines.get(*row),
                "coefficient",
            ),
            Origin::Bonus(row) => self.in_table(Role::Bonuses, self.inputs.bonuses.lines.get(*row), "bonus"),
            Origin::Cap(column) => self.in_table(Role::Caps, self.cap_line(), column),
            Origin::Procurement(row, column) => {
                self.in_table(Role::Procurement, self.inputs.procurement.lines.get(*row), column)
            }
            Origin::Review(column) => {
                let line = self.review.and_then(|at| self.inputs.reviews.lines.get(at));
                self.in_table(Role::Reviews, line, column)
            }
            Origin::Penalty(column) => {
                let line = self.penalty.and_then(|at| self.inputs.penalties.lines.get(at));
                self.in_table(Role::Penalties, line, column)
            }
            Origin::Priced => Text::new("调整以前的点数", "the points before they are changed"),
            Origin::Policy(key) => {
                let region = &self.inputs.region;
                let period = region.periods.get(self.period);
                let source = period
                    .and_then(|period| region.source_in(period, key))
                    .or_else(|| region.source(key));
                note = source.as_ref().and_then(|source| source.note.clone());
                note = match (self.reason_of(key), note) {
                    (Some(reason), Some(note)) => Some(format!("{reason}；{note}")),
                    (reason, note) => reason.or(note),
                };
                let file = self.name_of(Role::Region);
                let Some(source) = source else {
                    let zh = format!("{file} 没有写 {key}，取默认值");
                    return explained(input, Text::new(zh, format!("{file} has no {key}: its default")), None);
                };
                let place = format!("{file}:{} {key}", source.line);
                let place = match period.and_then(|period| region.in_force_from(period, key)) {
                    Some(day) => Text::new(
                        format!("{place}（自 {day} 起的值）"),
                        format!("{place} (the value from {day} on)"),
                    ),
                    None => same(place),
                };
                match self.id_of(key) {
                    Some(id) => Text::new(format!("{}（{id}）", place.zh), format!("{} ({id})", place.en)),
                    None => place,
                }
            }
            Origin::Auxiliary => {
                let folder = self.inputs.region.files.dip_directory.as_deref().unwrap_or("");
                Text::new(
                    format!("病种目录 {folder} 的辅助目录"),
                    format!("the auxiliary catalogues of the DIP directory {folder}"),
                )
            }
            Origin::Latest(symbol) => Text::new(format!("前面得出的 {symbol}"), format!("{symbol} found above")),
            Origin::Sum(HIFP_PAY) => {
                let funds = self.funds();
                Text::new(format!("合计 {funds}"), format!("sum of {funds}"))
            }
            Origin::OtherPool(pool) => Text::new(
                format!("资金池 {pool} 的点值（explain --pool {pool}）"),
                format!("point value of pool {pool} (explain --pool {pool})"),
            ),
            Origin::Sum(what) => Text::new(format!("合计 {what}"), format!("sum of {what}")),
            Origin::Step(rule) => Text::new(
                format!("前面的步骤：{}", rule.title(Lang::Zh)),
                format!("step: {}", rule.title(Lang::En)),
            ),
        };
        explained(input, from, note)
    }

    /// The days of a stay whose record does not state them.
    fn days_from_dates(&self) -> Text {
        let place = self.claim.map_or_else(String::new, |(file, line)| {
            format!("{}:{line} {}", file.input.name, headings(file, "adm_time + dscg_time"))
        });
        Text::new(
            format!("{place}（act_ipt_days 为空，由入院、出院日期得出）"),
            format!("{place} (act_ipt_days is empty: counted from the days of admission and discharge)"),
        )
    }

    /// The columns whose sum the pool's funds booked.
    fn funds(&self) -> String {
        let pools = &self.inputs.policy.policy().pools;
        let pool = self.pool.and_then(|pool| pools.get(usize::from(pool.0)));
        pool.map_or_else(|| HIFP_PAY.to_owned(), |pool| pool.funds.join(" + "))
    }

    fn in_claim(&self, field: &str) -> Text {
        match self.claim {
            Some((file, line)) => same(format!("{}:{line} {}", file.input.name, headings(file, field))),
            None => same(field.to_owned()),
        }
    }

    /// Why a case is ungrouped: its code is empty, or the groups table does not have it.
    pub(super) fn no_group(&self, unknown: Option<&str>) -> ExplainedInput {
        let place = self.claim.map_or_else(String::new, |(file, line)| {
            format!("{}:{line} group_code", file.input.name)
        });
        let groups = self.name_of(Role::Groups);
        let (value, zh, en) = match unknown {
            Some(code) => (code, format!("，{groups} 中没有"), format!(", not in {groups}")),
            None => ("", "，为空".to_owned(), ", empty".to_owned()),
        };
        ExplainedInput {
            symbol: "group_code",
            value: value.to_owned(),
            from: Text::new(format!("{place}{zh}"), format!("{place}{en}")),
            note: None,
        }
    }

    fn in_table(&self, role: Role, line: Option<&u64>, column: &str) -> Text {
        let file = self.name_of(role);
        match line {
            Some(line) => same(format!("{file}:{line} {column}")),
            // A hospital without a row in prepayments was paid nothing.
            None => Text::new(format!("{column}（无此行，按 0）"), format!("{column} (no row: 0)")),
        }
    }

    /// When and why a budget was changed, of a key such as `pool[0].changes[1].add`.
    fn reason_of(&self, key: &str) -> Option<String> {
        let (node, rest) = key.strip_suffix(".add")?.split_once(".changes[")?;
        let at: usize = rest.strip_suffix(']')?.parse().ok()?;
        let (kind, position) = node.strip_suffix(']')?.split_once('[')?;
        let position: usize = position.parse().ok()?;
        let policy = self.inputs.policy.policy();
        let changes = match kind {
            "budget" => &policy.budgets.get(position)?.changes,
            _ => &policy.pools.get(position)?.changes,
        };
        let change = changes.get(at)?;
        Some(format!("{} {}", change.on, change.reason))
    }

    /// The id of the pool, of the class of heads or of the item that a key such as `pool[0].budget` is of.
    fn id_of(&self, key: &str) -> Option<&str> {
        let (section, rest) = key.split_once('[')?;
        let at: usize = rest.split_once(']')?.0.parse().ok()?;
        let policy = self.inputs.policy.policy();
        match section {
            "pool" => policy.pools.get(at).map(|pool| pool.id.as_str()),
            "capitation" => policy.methods.capitation.get(at).map(|class| class.id.as_str()),
            "alliance" => policy.alliances.get(at).map(|alliance| alliance.id.as_str()),
            "fund" => policy.funds.get(at).map(|fund| fund.id.as_str()),
            "apart" => policy.apart.get(at).map(|item| item.id.as_str()),
            _ => None,
        }
    }

    fn prepayment_line(&self) -> Option<&u64> {
        let (hospital, pool) = (self.hospital?.0 as usize, usize::from(self.pool?.0));
        let rows = &self.inputs.prepayments;
        let at = rows
            .values
            .iter()
            .position(|row| row.hospital == hospital && row.pool == pool)?;
        rows.lines.get(at)
    }

    fn cap_line(&self) -> Option<&u64> {
        let (hospital, pool) = (self.hospital?.0 as usize, usize::from(self.pool?.0));
        let rows = &self.inputs.caps;
        let at = rows
            .values
            .iter()
            .position(|row| row.hospital == hospital && row.pool == pool)?;
        rows.lines.get(at)
    }

    fn name_of(&self, role: Role) -> &str {
        let table = self.inputs.tables.iter().find(|(input, _)| input.role == role);
        table.map_or("", |(input, _)| &input.name)
    }
}

fn explained(input: &Input, from: Text, note: Option<String>) -> ExplainedInput {
    ExplainedInput {
        symbol: input.symbol,
        value: input.value.clone(),
        from,
        note,
    }
}

fn same(text: String) -> Text {
    Text::new(text.clone(), text)
}

/// The headings of fields joined by ` + `, as the file has them.
fn headings(file: &ClaimFile, fields: &str) -> String {
    let heading = |field: &str| match file.header.column(field) {
        Some(column) if file.header.headings[column] != field => format!("{field} ({})", file.header.headings[column]),
        _ => field.to_owned(),
    };
    fields.split(" + ").map(heading).collect::<Vec<_>>().join(" + ")
}
