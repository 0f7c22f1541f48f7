//! What claims as they are kept depend on: two policies of one reading settle the same kept claims.
//!
//! Every struct that a policy is made of is taken apart without `..`, so that a new key does not
//! compile until somebody says here whether claims are read differently for it.

use crate::input::Inputs;
use crate::input::source::Role;
use dianzhi_core::{Adjust, CompiledPolicy, FundShare, Group, Hospital, Methods, PayerId, Policy, Pool, Rounding};
use dianzhi_policy::Files;
use std::fmt::Debug;

/// Whether there are routes at all.
const ROUTED: &str = "route";

/// What the reading of claims depends on, part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading(Vec<(&'static str, String)>);

impl Reading {
    /// Of some inputs.
    #[must_use]
    pub fn of(inputs: &Inputs) -> Reading {
        let Inputs {
            region,
            policy,
            groups: _,    // in `policy`
            hospitals: _, // in `policy`
            prepayments: _,
            prices,
            caps: _,
            enrolment,
            reviews: _,   // looked up by setl_id when all are priced
            reasons: _,   // likewise
            penalties: _, // likewise
            procurement: _,
            coefficients: _,
            bonuses: _,
            grouping: _, // in `tables`, by its bytes
            claims,
            tables,
            mappings: _,
            warnings: _,
            with_sha256,
            watched: _,
        } = inputs;
        let mut reading = Reading(Vec::new());
        let periods: Vec<&Policy> = region.periods.iter().map(|period| &period.policy).collect();
        let is_routed = !region.policy.routes.is_empty();
        let paths: Vec<_> = claims.iter().map(|file| file.path.canonicalize().ok()).collect();
        reading.part(ROUTED, &is_routed);
        reading.part("files.claims", &(paths, with_sha256));
        reading.files(&region.files);
        reading.part("columns", &region.columns);
        let days: Vec<_> = region.periods.iter().map(|period| period.from).collect();
        reading.part(
            "region.year",
            &(region.year_start, region.year_end, region.year_by, days),
        );
        let is_grouping = |role: Role| matches!(role, Role::Scheme | Role::Directory);
        let grouped_by = tables.iter().filter(|(input, _)| is_grouping(input.role));
        let grouped_by: Vec<_> = grouped_by.map(|(input, print)| (input.role, &print.blake3)).collect();
        reading.part("grouping", &(grouped_by, region.grouping));
        reading.tables(policy, is_routed);
        reading.payers(policy);
        // Which method a claim goes by decides what is kept of it; without routes there is but one.
        let priced = is_routed.then_some((&prices.values, &enrolment.values));
        reading.part("files.prices, files.enrolment", &priced);
        periods.into_iter().for_each(|policy| reading.policy(policy, is_routed));
        reading
    }

    /// The parts in which another reading differs; empty where both are one.
    #[must_use]
    pub fn differs_in(&self, other: &Reading) -> Vec<&'static str> {
        let mut parts: Vec<&'static str> = Vec::new();
        for ((name, ours), (_, theirs)) in self.0.iter().zip(&other.0) {
            if ours != theirs && *name == ROUTED {
                // What is asked for a route alone follows from it.
                return vec![ROUTED];
            }
            if ours != theirs && !parts.contains(name) {
                parts.push(name);
            }
        }
        if parts.is_empty() && self.0.len() != other.0.len() {
            parts.push("region.year");
        }
        parts
    }

    fn part(&mut self, name: &'static str, what: &impl Debug) {
        self.0.push((name, format!("{what:?}")));
    }

    fn files(&mut self, files: &Files) {
        let Files {
            claims: _, // the files that are found
            encoding,
            // The tables, by what they hold.
            groups: _,
            hospitals: _,
            prepayments: _,
            prices: _,
            caps: _,
            coefficients: _,
            bonuses: _,
            enrolment: _,
            reviews: _,
            readmission_reasons: _,
            penalties: _,
            procurement: _,
            scheme: _,
            dip_directory: _,
        } = files;
        self.part("files.encoding", encoding);
    }

    /// Codes in their order, for claims hold positions; and what routes ask of a hospital or a group.
    fn tables(&mut self, policy: &CompiledPolicy, is_routed: bool) {
        let of_hospital = |hospital: &Hospital| {
            let Hospital {
                code,
                name: _,
                level,
                coefficient: _,
                assessment_score: _,
                credit_score: _,
                alliance,
            } = hospital;
            (code.clone(), is_routed.then(|| (level.clone(), alliance.clone())))
        };
        let of_group = |group: &Group| {
            let Group {
                code,
                name: _,
                kind,
                base_points: _,
                mean_cost: _,
                stability,
            } = group;
            (code.clone(), is_routed.then(|| (*kind, stability.clone())))
        };
        let hospitals: Vec<_> = policy.hospitals().iter().map(of_hospital).collect();
        let groups: Vec<_> = policy.groups().iter().map(of_group).collect();
        self.part("files.hospitals", &hospitals);
        self.part("files.groups", &groups);
    }

    /// Claims hold the position of their payer.
    fn payers(&mut self, policy: &CompiledPolicy) {
        let pay_in = |at: u16| {
            let (policy, payer) = policy.payer(PayerId(at))?;
            Some(policy.pay_in(payer.method))
        };
        let count = u16::try_from(policy.payers().len()).unwrap_or(u16::MAX);
        let paid: Vec<_> = (0..count).map(pay_in).collect();
        self.part("route.pools, pool.insutype", &(policy.payers(), paid));
    }

    fn policy(&mut self, policy: &Policy, is_routed: bool) {
        let Policy {
            rounding,
            budgets: _,
            pools,
            routes,
            apart,
            methods,
            pricing: _,
            coefficients: _,
            support: _,
            deviation: _,
            auxiliary,
            adjust,
            ungrouped_share: _,
            fund_share,
            pool_clearing: _,
            clearing: _,
            clearing_for: _,
            monthly: _,
            alliances: _,
            procurement: _,
            funds: _,
        } = policy;
        let of_pool = |pool: &Pool| {
            let Pool {
                id: _, // positions count
                insutype,
                funds,
                budget: _,
                grown: _,
                insured: _,
                public_health: _,
                of: _,
                share: _,
                changes: _,
                reserve: _,
                base_rate: _,
                point_value: _,
                point_value_of: _,
            } = pool;
            (insutype.clone(), funds.clone())
        };
        let pools: Vec<_> = pools.iter().map(of_pool).collect();
        self.part("pool.insutype, pool.funds", &pools);
        self.part("route.when, route.method", routes);
        self.methods(methods, is_routed);
        // What is paid apart is paid when the claim is read, and rounded as money is.
        let Rounding {
            points: _,
            point_value: _,
            mode,
            remainder: _,
        } = rounding;
        self.part("apart", &(apart, (!apart.is_empty()).then_some(mode)));
        // The comparison of an auxiliary factor is made when the claim is priced.
        self.part("auxiliary", &auxiliary.is_some());
        let FundShare {
            method,
            pool_ratio: _,
            floor_at_zero: _,
        } = fund_share;
        self.part("fund_share.method", &method.has_benefit());
        let Adjust {
            readmission,
            special_review: _, // its cases are counted when all are priced; by month: `needs_stays`
            high_cap: _,       // likewise, by number and by points
            penalties: _,
        } = adjust;
        self.part("readmission", &(readmission, adjust.needs_stays()));
    }

    /// Of every method, for each keeps something else of a claim.
    fn methods(&mut self, methods: &Methods, is_routed: bool) {
        let Methods {
            by_group,
            per_diem,
            by_disease,
            by_item,
            capitation,
        } = methods;
        self.part(
            "by_group, per_diem, by_disease, by_item, capitation",
            &is_routed.then_some((by_group, per_diem, by_disease, by_item, capitation)),
        );
    }
}
