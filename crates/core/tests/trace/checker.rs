//! Holds steps against what was settled.

use crate::common::Year;
use crate::common::steps::{check, falsified};
use dianzhi_core::{
    CompiledPolicy, Fixed, HospitalStatement, HospitalTrace, HospitalYear, PoolAccount, PoolId, Remainder, Rule,
    SettledCase, Settlement, Silent, Step, Totals, Trace, trace_extra_fen,
};
use std::collections::BTreeSet;

/// Checks steps and keeps which rules they were of.
#[derive(Default)]
pub(crate) struct Checker {
    pub(crate) seed: u64,
    pub(crate) rules: BTreeSet<&'static str>,
    pub(crate) shown: BTreeSet<String>,
    pub(crate) steps: usize,
}

impl Checker {
    pub(crate) fn take(&mut self, steps: &[Step]) {
        for step in steps {
            self.steps += 1;
            self.rules.insert(step.rule.id());
            let name = step
                .rounding
                .map_or("none".to_owned(), |to| format!("{} {:?}", to.name, to.mode));
            self.shown.insert(name);
            if let Err(wrong) = check(step) {
                panic!("seed {}: {wrong}\n{step:#?}", self.seed);
            }
            let falsified = falsified(step);
            assert!(check(&falsified).is_err(), "a wrong result passes: {falsified:#?}");
        }
    }

    /// The last result of the steps of this rule is the figure paid.
    pub(crate) fn says(&self, steps: &[Step], rule: Rule, figure: impl std::fmt::Display) {
        let step = steps.iter().rev().find(|step| step.rule == rule);
        let step = step.unwrap_or_else(|| panic!("seed {}: no step {rule}", self.seed));
        assert_eq!(step.result, figure.to_string(), "seed {}: {rule}", self.seed);
    }

    pub(crate) fn case(&mut self, year: &Year, policy: &CompiledPolicy, settled: &Settlement, i: usize) {
        let case = year.case(policy, &year.claims[i]);
        let paid: &SettledCase = &settled.cases[i];
        let price = &settled.pools[year.claims[i].pool].price;
        if policy.cost_ratio_millionths(&case).is_err() {
            return; // it has no cost ratio to show, and no output either
        }

        let mut trace = Trace::default();
        let points = policy.points(&case, &mut trace).expect("the case was settled");
        assert_eq!((points.class, points.points), (paid.class, paid.points));
        self.take(&trace.steps);
        let last = trace.steps.last().expect("a step").rule;
        self.says(&trace.steps, last, points.points.display(year.policy.rounding.points));

        let mut trace = Trace::default();
        if year.policy.rounding.remainder == Remainder::Fund {
            let standard = policy
                .standard(points.points, price, &mut trace)
                .expect("it was settled");
            assert_eq!(standard, paid.payment.standard);
            self.says(&trace.steps, Rule::Standard, standard);
        } else if settled.pools[year.claims[i].pool].totals.points > 0 {
            let traced = policy
                .standard_cut(points.points, price, &mut trace)
                .expect("it was settled");
            let silent = policy.standard_cut(points.points, price, &mut Silent);
            assert_eq!(Ok(traced), silent);
            self.says(&trace.steps, Rule::StandardCut, traced.0);
            if traced.0 != paid.payment.standard {
                assert_eq!(trace_extra_fen(traced.0, &mut trace), Ok(paid.payment.standard));
                self.says(&trace.steps, Rule::StandardFen, paid.payment.standard);
            }
        }
        self.take(&trace.steps);

        let mut trace = Trace::default();
        let payment = policy
            .payment(&case, paid.payment.standard, &mut trace)
            .expect("it was settled");
        assert_eq!(payment, paid.payment);
        self.take(&trace.steps);
        self.says(&trace.steps, Rule::Others, payment.others);
        let last = trace.steps.last().expect("a step").rule;
        self.says(&trace.steps, last, payment.due);
    }

    pub(crate) fn pool(&mut self, year: &Year, policy: &CompiledPolicy, settled: &Settlement, account: &PoolAccount) {
        let mut trace = Trace::default();
        let unpaid = settled.pools.iter().map(|account| Totals {
            due: 0,
            ..account.totals
        });
        let unpaid: Vec<Totals> = unpaid.collect();
        let price = policy
            .pool_price_among(account.pool, &unpaid, &mut trace)
            .expect("it was settled");
        assert_eq!(price, account.price);
        self.take(&trace.steps);
        self.says(&trace.steps, Rule::Reserve, price.reserve);
        self.says(&trace.steps, Rule::Distributable, price.distributable);
        let value = Fixed {
            units: i128::try_from(price.point_value).expect("a point value"),
            places: year.policy.rounding.point_value,
        };
        if policy.is_rate() {
            self.says(&trace.steps, Rule::BaseRate, value);
        } else if account.totals.points > 0 {
            let of = &year.policy.pools[usize::from(account.pool.0)];
            let rule = of.point_value.map_or(Rule::PointValue, |_| Rule::PointValueBounded);
            let rule = of.point_value_of.as_ref().map_or(rule, |_| Rule::PointValueOf);
            self.says(&trace.steps, rule, value);
        }
        self.clearing(policy, account);
        let mut trace = Trace::default();
        account.trace_remainder(&mut trace);
        self.take(&trace.steps);
        self.says(&trace.steps, Rule::Remainder, account.remainder);
        let mut trace = Trace::default();
        let alliance = policy.trace_alliance(account, &mut trace);
        assert_eq!(alliance, Ok(account.alliance.clone()));
        self.take(&trace.steps);
        if let Some(of) = &account.alliance {
            self.says(&trace.steps, Rule::AllianceBalance, of.balance);
            let (rule, figure) = match of.balance.0 >= 0 {
                true => (Rule::AllianceLeft, of.left),
                false => (Rule::AllianceMembersBear, of.members_bear),
            };
            self.says(&trace.steps, rule, figure);
        }
    }

    pub(crate) fn clearing(&mut self, policy: &CompiledPolicy, account: &PoolAccount) {
        let years: Vec<HospitalYear> = account
            .statements
            .iter()
            .map(|s| HospitalYear {
                hospital: s.hospital,
                totals: s.totals,
                prepaid: s.prepaid,
            })
            .collect();
        let (pool, totals): (PoolId, Totals) = (account.pool, account.totals);
        let clear = |trace: &mut HospitalTrace| policy.clear(pool, account.price.clone(), totals, &years, trace);
        let mut all = Trace::default();
        let traced = policy.clear(pool, account.price.clone(), totals, &years, &mut all);
        assert_eq!(traced.as_ref(), Ok(account));
        let mut by_hospital = 0;
        for statement in &account.statements {
            let mut trace = HospitalTrace::new(statement.hospital);
            assert_eq!(clear(&mut trace).as_ref(), Ok(account));
            self.take(&trace.steps);
            self.statement(&trace.steps, statement);
            by_hospital += trace.steps.len();
        }
        // Every step of a clearing is of one hospital.
        assert_eq!(by_hospital, all.steps.len(), "seed {}", self.seed);
    }

    pub(crate) fn statement(&self, steps: &[Step], s: &HospitalStatement) {
        let cleared = match s.band.as_str() {
            "none" => Rule::ClearedNone,
            "under-floor" => Rule::ClearedUnderFloor,
            "surplus" => Rule::ClearedSurplus,
            "alliance" => Rule::ClearedMember,
            _ => Rule::ClearedOverspend,
        };
        self.says(steps, cleared, s.cleared);
        self.says(steps, Rule::Deposit, s.deposit);
        self.says(steps, Rule::DepositReturned, s.deposit_returned);
        self.says(steps, Rule::FinalPayment, s.final_payment);
        if let Some(units) = s.ratio_millionths {
            self.says(steps, Rule::ClearingRatio, Fixed { units, places: 6 });
        }
        let granted = steps.iter().rev().find(|step| {
            matches!(
                step.rule,
                Rule::Compensation
                    | Rule::CompensationWhole
                    | Rule::CompensationCapped
                    | Rule::CompensationShared
                    | Rule::CompensationFen
            )
        });
        let granted = granted.map_or("0.00", |step| step.result.as_str());
        assert_eq!(granted, s.compensation.to_string(), "seed {}", self.seed);
    }
}
