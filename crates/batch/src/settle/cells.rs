//! Sums by group and class, and by payer, where somebody compares: kept by position while the claims
//! are paid, so that a claim costs two additions and no lookup; its class is kept from when it was priced.

use crate::claims::block::Claim;
use dianzhi_core::{Case, CaseClass, CompiledPolicy, Fen};
use std::collections::BTreeMap;

/// Sums over cases, without what is paid apart of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellTotals {
    /// Cases.
    pub cases: u64,
    /// Σ `medfee_sumamt` in fen.
    pub medical_cost: i128,
    /// Σ due in fen.
    pub due: i128,
}

impl CellTotals {
    #[inline]
    fn add(&mut self, case: &Case, due: Fen) {
        self.cases += 1;
        self.medical_cost += i128::from(case.medical_cost().0);
        self.due += i128::from(due.0);
    }

    /// Adds the sums of others.
    pub fn merge(&mut self, other: &CellTotals) {
        self.cases += other.cases;
        self.medical_cost += other.medical_cost;
        self.due += other.due;
    }
}

/// The sums of one thread, or of all of them; empty where nobody asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    /// By group, class by class; the last row is of cases without a group of the table.
    of_groups: Vec<CellTotals>,
    /// By payer.
    of_payers: Vec<CellTotals>,
    groups: usize,
}

const CLASSES: usize = CaseClass::ALL.len();

impl Cells {
    pub(crate) fn new(policy: &CompiledPolicy) -> Cells {
        let groups = policy.groups().len();
        Cells {
            of_groups: vec![CellTotals::default(); (groups + 1) * CLASSES],
            of_payers: vec![CellTotals::default(); policy.payers().len()],
            groups,
        }
    }

    pub(crate) fn is_asked_for(&self) -> bool {
        !self.of_payers.is_empty()
    }

    #[inline]
    pub(crate) fn add(&mut self, claim: &Claim, case: &Case, due: Fen) {
        // No group, and codes that the table does not have, come behind all positions.
        let group = (claim.group as usize).min(self.groups);
        let class = claim.class as usize;
        self.of_groups[group * CLASSES + class].add(case, due);
        // The payers of a later period follow those of the one before; a division only there.
        let mut payer = usize::from(claim.payer);
        if payer >= self.of_payers.len() {
            payer %= self.of_payers.len();
        }
        self.of_payers[payer].add(case, due);
    }

    pub(crate) fn merge(&mut self, other: &Cells) {
        let all = self.of_groups.iter_mut().chain(&mut self.of_payers);
        for (sum, more) in all.zip(other.of_groups.iter().chain(&other.of_payers)) {
            sum.merge(more);
        }
    }
}

/// What the cases of a year came to, cut by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cuts {
    /// By group code; under the empty code those without a group of the table.
    pub by_group: BTreeMap<String, CellTotals>,
    /// By the word of the class.
    pub by_class: BTreeMap<&'static str, CellTotals>,
    /// By insurance type.
    pub by_insutype: BTreeMap<String, CellTotals>,
}

impl Cuts {
    pub(crate) fn of(policy: &CompiledPolicy, cells: &Cells) -> Cuts {
        let mut cuts = Cuts::default();
        let codes = policy.groups().iter().map(|group| group.code.as_str()).chain([""]);
        for (code, of_classes) in codes.zip(cells.of_groups.chunks(CLASSES)) {
            for (class, totals) in CaseClass::ALL.iter().zip(of_classes).filter(|(_, t)| t.cases > 0) {
                cuts.by_group.entry(code.to_owned()).or_default().merge(totals);
                cuts.by_class.entry(class.as_str()).or_default().merge(totals);
            }
        }
        for (payer, totals) in policy
            .payers()
            .iter()
            .zip(&cells.of_payers)
            .filter(|(_, t)| t.cases > 0)
        {
            cuts.by_insutype
                .entry(payer.insutype.clone())
                .or_default()
                .merge(totals);
        }
        cuts
    }
}
