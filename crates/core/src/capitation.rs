//! Capitation 按人头: what a hospital is paid for the people enrolled with it, whatever care they had
//! (docs/METHODS.md §3).
//!
//! It comes out of a pool's budget before the points share what is left, and is part of the S that
//! its hospital is cleared by; the cases of these people are paid nothing of their own.

use crate::clearing::{assessed_share, assessment_inputs, score_of};
use crate::compiled::{CompileAt, CompileError, CompiledPolicy, HospitalId, PoolId};
use crate::decimal::rational;
use crate::policy::BUDGET_FEN_MAX;
use crate::rounding::round;
use crate::trace::input;
use crate::{Capitation, Decimal, FenSum, Origin, Rule, Step, Text, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::{BTreeMap, HashSet};

/// One row of the enrolment table: people of one class, age band and risk enrolled with a hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The pool that pays.
    pub pool: PoolId,
    /// The hospital.
    pub hospital: HospitalId,
    /// The id of the `[[capitation]]`.
    pub class: String,
    /// A band of its `age_factors`; empty where it has none.
    pub age_band: String,
    /// People, as a mean over the year; 0 or more.
    pub heads: Decimal,
    /// Above 0; 1 for people of usual risk.
    pub risk_factor: Decimal,
}

/// What a hospital is paid by head for one class. Money in whole fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapitationAccount {
    /// The pool that pays.
    pub pool: PoolId,
    /// The hospital.
    pub hospital: HospitalId,
    /// Position among the policy's `[[capitation]]`.
    pub class: usize,
    /// People.
    pub heads: Decimal,
    /// A = Σ ⟦heads × per_head × age factor × risk factor⟧m.
    pub amount: FenSum,
    /// ⟦A × `first_payment`⟧m
    pub first: FenSum,
    /// The part of the rest that the assessment returns.
    pub returned: FenSum,
}

impl CapitationAccount {
    /// What is due: the first payment and what the assessment returns.
    #[must_use]
    pub fn due(&self) -> FenSum {
        FenSum(self.first.0 + self.returned.0)
    }
}

/// An account and the positions of its rows.
type WithRows = (CapitationAccount, Vec<usize>);

/// What the people enrolled come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Capitations {
    rows: Vec<Enrolment>,
    /// By pool, hospital code and class.
    accounts: Vec<CapitationAccount>,
    /// Positions of the rows of every account.
    rows_of: Vec<Vec<usize>>,
}

impl CompiledPolicy {
    /// The same policy with the year's enrolment, in place of any it had.
    ///
    /// # Errors
    /// A pool, hospital, class or age band that this policy does not have, people below 0, a risk
    /// factor that is not above 0, or an amount beyond every budget.
    ///
    /// ```
    /// use dianzhi_core::{example, AgeFactor, Capitation, CompiledPolicy, Decimal, Enrolment, FenSum, HospitalId, PoolId};
    /// let mut policy = example::policy();
    /// policy.methods.capitation = vec![Capitation {
    ///     id: "sign-up".to_owned(),
    ///     per_head: Decimal::new(120_00, 2),
    ///     age_factors: vec![AgeFactor { band: "60+".to_owned(), factor: Decimal::new(15, 1) }],
    ///     first_payment: Decimal::new(8, 1),
    /// }];
    /// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    /// // the example's H002 is assessed at 78 of 100: that part of the rest comes back
    /// let row = Enrolment {
    ///     pool: PoolId(0), hospital: HospitalId(1), class: "sign-up".to_owned(), age_band: "60+".to_owned(),
    ///     heads: Decimal::from(100), risk_factor: Decimal::ONE,
    /// };
    /// let policy = policy.with_enrolment(&[row]).unwrap();
    /// let account = &policy.capitations()[0];
    /// assert_eq!(account.amount, FenSum(1_800_000)); // 100 × 120.00 × 1.5
    /// assert_eq!(account.first, FenSum(1_440_000));
    /// assert_eq!(account.due(), FenSum(1_440_000 + 280_800)); // and 0.78 of 3,600.00
    /// ```
    pub fn with_enrolment(mut self, rows: &[Enrolment]) -> Result<CompiledPolicy, CompileError> {
        let mut accounts: BTreeMap<(PoolId, &[u8], usize), WithRows> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let wrong = |text| CompileError {
                at: CompileAt::Enrolment(i),
                text,
            };
            let class = self.check(row).map_err(wrong)?;
            let amount = self.of_row(row, &self.policy.methods.capitation[class]);
            let amount = amount.ok_or_else(|| wrong(beyond_every_budget()))?;
            let hospital = &self.hospitals[row.hospital.0 as usize];
            let (account, rows_of) = accounts.entry((row.pool, hospital.code.as_bytes(), class)).or_insert((
                CapitationAccount {
                    pool: row.pool,
                    hospital: row.hospital,
                    class,
                    heads: Decimal::ZERO,
                    amount: FenSum(0),
                    first: FenSum(0),
                    returned: FenSum(0),
                },
                Vec::new(),
            ));
            rows_of.push(i);
            let heads = account.heads.checked_add(row.heads);
            account.heads = heads.ok_or_else(|| wrong(beyond_every_budget()))?;
            account.amount.0 += amount;
            if account.amount.0 > i128::from(BUDGET_FEN_MAX) {
                return Err(wrong(beyond_every_budget()));
            }
        }
        let (mut accounts, rows_of): (Vec<CapitationAccount>, Vec<Vec<usize>>) = accounts.into_values().unzip();
        for account in &mut accounts {
            // Both are parts of an amount within bounds.
            let rules = &self.policy.methods.capitation[account.class];
            account.first = FenSum(
                self.to_fen(&(whole(account.amount) * rational(rules.first_payment)))
                    .unwrap_or(0),
            );
            let (q, _) = self.assessed(account);
            let rest = FenSum(account.amount.0 - account.first.0);
            account.returned = FenSum(self.to_fen(&(whole(rest) * q)).unwrap_or(0));
        }
        self.capitations = Capitations {
            rows: rows.to_vec(),
            accounts,
            rows_of,
        };
        Ok(self)
    }

    /// What is paid by head: by pool, by hospital code in byte order, by class.
    #[must_use]
    pub fn capitations(&self) -> &[CapitationAccount] {
        &self.capitations.accounts
    }

    /// The pools and hospitals with people of a class enrolled.
    #[must_use]
    pub fn enrolled(&self, class: &str) -> HashSet<(PoolId, HospitalId)> {
        let rows = self
            .capitations
            .rows
            .iter()
            .filter(|row| row.class == class && row.heads > Decimal::ZERO);
        rows.map(|row| (row.pool, row.hospital)).collect()
    }

    /// ΣA of a pool.
    pub(crate) fn capitation_of_pool(&self, pool: PoolId) -> FenSum {
        FenSum(self.of_pool(pool).map(|account| account.amount.0).sum())
    }

    pub(crate) fn of_pool(&self, pool: PoolId) -> impl Iterator<Item = &CapitationAccount> {
        self.capitations.accounts.iter().filter(move |a| a.pool == pool)
    }

    /// Position of the row's class.
    fn check(&self, row: &Enrolment) -> Result<usize, Text> {
        let class = self.policy.methods.capitation.iter().position(|c| c.id == row.class);
        let Some(class) = class else {
            return Err(Text::new(
                format!("没有 id 为 {} 的 [[capitation]]", row.class),
                format!("there is no [[capitation]] with the id {}", row.class),
            ));
        };
        let is_known =
            usize::from(row.pool.0) < self.policy.pools.len() && (row.hospital.0 as usize) < self.hospitals.len();
        if !is_known {
            return Err(Text::new(
                "参保人数表的资金池或机构不在本政策中",
                "enrolment names a pool or hospital that this policy does not have",
            ));
        }
        let rules = &self.policy.methods.capitation[class];
        if rules.age_factor(&row.age_band).is_none() {
            let bands: Vec<&str> = rules.age_factors.iter().map(|age| age.band.as_str()).collect();
            let bands = bands.join(", ");
            return Err(if bands.is_empty() {
                Text::new(
                    format!(
                        "age_band 为“{}”，而 {} 没有 age_factors，应留空",
                        row.age_band, rules.id
                    ),
                    format!(
                        "age_band is \"{}\", but {} has no age_factors; leave it empty",
                        row.age_band, rules.id
                    ),
                )
            } else {
                Text::new(
                    format!(
                        "age_band 为“{}”，{} 的 age_factors 只有 {bands}",
                        row.age_band, rules.id
                    ),
                    format!(
                        "age_band is \"{}\"; the age_factors of {} are {bands}",
                        row.age_band, rules.id
                    ),
                )
            });
        }
        if row.heads < Decimal::ZERO {
            return Err(Text::new(
                format!("heads 为 {}，不得小于 0", row.heads),
                format!("heads is {}; it must be 0 or more", row.heads),
            ));
        }
        if row.risk_factor <= Decimal::ZERO {
            return Err(Text::new(
                format!("risk_factor 为 {}，应大于 0", row.risk_factor),
                format!("risk_factor is {}; it must be above 0", row.risk_factor),
            ));
        }
        Ok(class)
    }

    /// ⟦heads × per_head × age factor × risk factor⟧m in fen.
    fn of_row(&self, row: &Enrolment, rules: &Capitation) -> Option<i128> {
        let (_, age) = rules.age_factor(&row.age_band)?;
        let fen = rational(row.heads) * rational(rules.per_head) * rational(age) * rational(row.risk_factor);
        let fen = self.to_fen(&(fen * BigInt::from(100)))?;
        (fen <= i128::from(BUDGET_FEN_MAX)).then_some(fen)
    }

    fn to_fen(&self, fen: &BigRational) -> Option<i128> {
        round(fen, 0, self.policy.rounding.mode).to_i128()
    }

    /// The part of the rest that comes back, and how it is written.
    fn assessed(&self, account: &CapitationAccount) -> (BigRational, String) {
        let of = self.policy.clearing_of(usize::from(account.pool.0));
        let hospital = &self.hospitals[account.hospital.0 as usize];
        assessed_share(&of.rules.assessment, score_of(&of.rules.assessment, hospital).0)
    }

    /// What is due by head to a hospital from a pool, with its steps; 0 where nobody is enrolled.
    pub(crate) fn capitation(&self, pool: PoolId, hospital: HospitalId, tracer: &mut impl Tracer) -> FenSum {
        let mut due = FenSum(0);
        let all = self.capitations.accounts.iter().zip(&self.capitations.rows_of);
        for (account, rows) in all.filter(|(account, _)| account.pool == pool && account.hospital == hospital) {
            self.trace_account(account, rows, tracer);
            due.0 += account.due().0;
        }
        due
    }

    fn trace_account(&self, account: &CapitationAccount, rows: &[usize], tracer: &mut impl Tracer) {
        let rules = &self.policy.methods.capitation[account.class];
        let key = |name: &str| Origin::Policy(format!("capitation[{}].{name}", account.class));
        let to_money = self.policy.rounding.to_money();
        let of_account = || rows.iter().map(|&at| (at, &self.capitations.rows[at]));
        let fen = |row: &Enrolment| FenSum(self.of_row(row, rules).unwrap_or(0)).to_string();
        for (at, row) in of_account() {
            tracer.step(|| {
                let table = |column| Origin::Enrolment(at, column);
                let mut inputs = vec![
                    input("heads", row.heads, table("heads")),
                    input("per_head", rules.per_head, key("per_head")),
                ];
                let mut expression = format!("{} × {}", row.heads, rules.per_head);
                if let Some((Some(band), age)) = rules.age_factor(&row.age_band) {
                    inputs.push(input("age", age, key(&format!("age_factors[{band}].factor"))));
                    expression += &format!(" × {age}");
                }
                inputs.push(input("risk", row.risk_factor, table("risk_factor")));
                expression += &format!(" × {}", row.risk_factor);
                Step {
                    rule: Rule::CapitationRow,
                    inputs,
                    expression,
                    rounding: to_money,
                    result: fen(row),
                }
            });
        }
        tracer.step(|| {
            let parts: Vec<String> = of_account().map(|(_, row)| fen(row)).collect();
            let part = |part: &String| input("a", part, Origin::Step(Rule::CapitationRow));
            Step {
                rule: Rule::Capitation,
                inputs: parts.iter().map(part).collect(),
                expression: parts.join(" + "),
                rounding: None,
                result: account.amount.to_string(),
            }
        });
        tracer.step(|| Step {
            rule: Rule::CapitationFirst,
            inputs: vec![
                input("A", account.amount, Origin::Step(Rule::Capitation)),
                input("first_payment", rules.first_payment, key("first_payment")),
            ],
            expression: format!("{} × {}", account.amount, rules.first_payment),
            rounding: to_money,
            result: account.first.to_string(),
        });
        tracer.step(|| {
            let of = self.policy.clearing_of(usize::from(account.pool.0));
            let hospital = &self.hospitals[account.hospital.0 as usize];
            let at = format!("{}.assessment", of.section);
            let (_, q) = self.assessed(account);
            Step {
                rule: Rule::CapitationReturned,
                inputs: vec![
                    input("A", account.amount, Origin::Step(Rule::Capitation)),
                    input("first", account.first, Origin::Step(Rule::CapitationFirst)),
                ]
                .into_iter()
                .chain(assessment_inputs(
                    &at,
                    &of.rules.assessment,
                    score_of(&of.rules.assessment, hospital),
                ))
                .collect(),
                expression: format!("({} − {}) × ({q})", account.amount, account.first),
                rounding: to_money,
                result: account.returned.to_string(),
            }
        });
    }
}

fn whole(fen: FenSum) -> BigRational {
    BigRational::from_integer(fen.0.into())
}

fn beyond_every_budget() -> Text {
    Text::new(
        "按人头的金额超过 999999999999.99 元",
        "what is paid by head passes 999999999999.99 yuan",
    )
}
