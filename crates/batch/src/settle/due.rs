//! The third step: what every claim is paid, written as it is found, and the clearing.

use super::adjust::AdjustmentCount;
use super::apart::{ApartAccount, ApartSums};
use super::cells::{Cells, Cuts};
use super::funds::{self, Funds};
use super::price::{FirstUnfit, Jumps, Priced, Sums, case};
use super::procurement::{self, ProcurementAccount};
use super::routes::{RouteAccount, RouteTotals, accounts};
use crate::claims::block::{Claim, ClaimBlock, DUPLICATE, EXTRA_FEN};
use crate::claims::notices::without_prepayment;
use crate::claims::read::Claims;
use crate::error::{Failure, not_cleared};
use crate::input::Inputs;
use crate::output::buffer::RowBuffer;
use crate::output::claims_csv::{Paid, Rows};
use crate::output::ordered::{GiveUpOnPanic, OrderedWriter};
use crate::progress::{Progress, Stage};
use crate::workers::workers;
use dianzhi_core::{
    ApartPart, BrokenIdentity, Case, CasePayment, ClearingError, CompiledPolicy, Fen, FenSum, HospitalId, HospitalYear,
    PoolAccount, PoolId, PoolPrice, Remainder, Silent, TooLarge, Totals, Tracer, Worth, trace_extra_fen,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A settled year: every pool's account, and the claims behind them.
pub struct Settled {
    /// The pools' accounts, in the order of the policy.
    pub accounts: Vec<PoolAccount>,
    /// Outliers whose pay jumps the wrong way at the threshold, by pool.
    pub jumps: Vec<Jumps>,
    /// Claims whose due is below zero, by pool, and their sum in fen.
    pub negative_dues: Vec<(u64, FenSum)>,
    /// What every route paid; empty without routes.
    pub routes: Vec<RouteAccount>,
    /// What was paid apart; empty without `[[apart]]`.
    pub apart: Vec<ApartAccount>,
    /// How often rules that change points found something; empty without such rules.
    pub adjustments: Vec<AdjustmentCount>,
    /// The cases by group, class and insurance type; empty unless asked for.
    pub cuts: Cuts,
    /// What hospitals keep of procured drugs; empty without `[procurement]`.
    pub procurement: Vec<ProcurementAccount>,
    /// What the year leaves of the funds; empty without `[[fund]]`.
    pub funds: Funds,
    pub(crate) priced: Priced,
    /// Sums by pool and hospital, dues included.
    pub(crate) sums: Sums,
    /// How much was said of the claims before they were settled.
    warnings_read: usize,
}

/// Pays one case: its standard under either way with the remainder, and its due.
// In line like the case itself: docs/RATIONALE.md, "Putting a case together".
#[inline(always)]
pub(crate) fn pay(
    policy: &CompiledPolicy,
    case: &Case,
    claim: &Claim,
    price: &PoolPrice,
    tracer: &mut impl Tracer,
) -> Result<CasePayment, TooLarge> {
    let points = match Worth::new(policy.pay_in(case.method), claim.worth) {
        Worth::Points(points) => points,
        Worth::Money(standard) => return policy.payment(case, standard, tracer),
    };
    let standard = match policy.policy().rounding.remainder {
        Remainder::Fund => policy.standard(points, price, tracer)?,
        Remainder::LargestRemainder => {
            let (cut, _) = policy.standard_cut(points, price, tracer)?;
            if claim.is(EXTRA_FEN) {
                trace_extra_fen(cut, tracer)?
            } else {
                cut
            }
        }
    };
    policy.payment(case, standard, tracer)
}

/// What one thread adds up.
pub(crate) struct Tally {
    /// Dues by pool and hospital.
    sums: Sums,
    /// The pools' sums, taken again from the claims as they are published.
    pools: Vec<Totals>,
    /// By payer, where there are routes.
    by_payer: Vec<RouteTotals>,
    apart: ApartSums,
    negative: Vec<(u64, FenSum)>,
    cells: Cells,
}

impl Tally {
    fn new(policy: &CompiledPolicy, with_cuts: bool) -> Tally {
        let pools = policy.policy().pools.len();
        Tally {
            sums: Sums::new(policy),
            pools: vec![Totals::default(); pools],
            by_payer: match policy.policy().routes.len() {
                0 => Vec::new(),
                _ => vec![RouteTotals::default(); policy.payers().len()],
            },
            apart: ApartSums::new(policy),
            negative: vec![(0, FenSum(0)); pools],
            cells: match with_cuts {
                true => Cells::new(policy),
                false => Cells::default(),
            },
        }
    }

    fn add_apart(&mut self, hospital: HospitalId, part: &ApartPart) {
        let of_hospital = self.sums.of(part.pool, hospital);
        for totals in [of_hospital, &mut self.pools[usize::from(part.pool.0)]] {
            totals.add_apart(part);
            totals.due += i128::from(part.due.0);
        }
        self.apart.add(hospital, part);
    }

    #[inline]
    fn add(&mut self, case: &Case, worth: Worth, due: Fen) {
        let pool = usize::from(case.pool.0);
        let (of_hospital, of_pool) = (self.sums.of(case.pool, case.hospital), &mut self.pools[pool]);
        match worth {
            Worth::Points(points) => {
                of_hospital.add(case, points);
                of_pool.add(case, points);
            }
            Worth::Money(_) => {
                of_hospital.add_money(case, due);
                of_pool.add_money(case, due);
            }
        }
        of_hospital.due += i128::from(due.0);
        of_pool.due += i128::from(due.0);
        if due.0 < 0 {
            let (count, sum) = &mut self.negative[pool];
            *count += 1;
            sum.0 += i128::from(due.0);
        }
    }

    fn merge(mut self, other: &Tally) -> Tally {
        self.sums = self.sums.merge(&other.sums);
        for (sum, more) in self.pools.iter_mut().zip(&other.pools) {
            sum.merge(more);
        }
        for (sum, more) in self.by_payer.iter_mut().zip(&other.by_payer) {
            sum.merge(more);
        }
        self.apart.merge(&other.apart);
        for (sum, more) in self.negative.iter_mut().zip(&other.negative) {
            sum.0 += more.0;
            sum.1.0 += more.1.0;
        }
        self.cells.merge(&other.cells);
        self
    }
}

impl Settled {
    /// On the worker threads that the caller is one of: pays every claim, hands the rows of
    /// claims.csv to `writer` where there is one, clears the hospitals and checks every identity.
    ///
    /// # Errors
    /// [`Failure::Refused`] where a figure does not fit or the output cannot be written;
    /// [`Failure::Broken`] where an identity does not hold.
    pub(crate) fn new(
        inputs: &Inputs,
        mut priced: Priced,
        writer: Option<&OrderedWriter>,
        progress: &Progress,
    ) -> Result<Settled, Failure> {
        progress.enter(Stage::Writing);
        let policy = &inputs.policy;
        let tally = pay_all(policy, &priced, writer, progress)?;
        let mut pool_accounts = Vec::new();
        let mut broken = Vec::new();
        for (pool, price) in (0u16..).map(PoolId).zip(&priced.prices) {
            let account = clear(inputs, pool, price.clone(), &tally.sums, &mut Silent)
                .map_err(|e| not_cleared(&e, inputs.region.files.caps.as_deref().unwrap_or_default()))?;
            #[cfg(test)]
            let account = tampering::apply(account);
            let cases = tally.pools[usize::from(pool.0)];
            broken.extend(policy.broken_identities(&account, &cases));
            broken.extend(points_moved(policy, &priced, pool, &cases));
            pool_accounts.push(account);
        }
        broken.extend(policy.broken_budgets(&policy.budget_rows(&pool_accounts), &pool_accounts));
        let procurement = procurement::accounts(inputs)?;
        let funds = funds::funds(policy, &pool_accounts, &procurement)?;
        broken.extend(policy.broken_funds(&funds.statements, &pool_accounts));
        broken.extend(lost_records(&priced.claims, &tally.pools));
        if !broken.is_empty() {
            return Err(Failure::Broken {
                identities: broken,
                kept: None,
            });
        }
        let warnings_read = priced.claims.warnings.len();
        priced
            .claims
            .warnings
            .extend(without_prepayment(inputs, &pool_accounts));
        let of_penalties = super::adjust::mostly_taken(inputs, &priced.claims, &pool_accounts);
        priced.claims.warnings.extend(of_penalties);
        priced.claims.warnings.extend(funds::warned(inputs, &funds));
        Ok(Settled {
            accounts: pool_accounts,
            jumps: priced.sums.jumps.clone(),
            negative_dues: tally.negative,
            routes: accounts(policy, &tally.by_payer),
            apart: tally.apart.accounts(policy),
            adjustments: super::adjust::counts(&priced.claims),
            cuts: Cuts::of(policy, &tally.cells),
            procurement,
            funds,
            priced,
            sums: tally.sums,
            warnings_read,
        })
    }

    /// Settles without writing anything: for explanations and for programs.
    ///
    /// # Errors
    /// As the settlement's.
    pub fn in_memory(
        inputs: &Inputs,
        claims: Claims,
        threads: Option<usize>,
        progress: &Progress,
    ) -> Result<Settled, Failure> {
        workers(threads)?.install(|| {
            let priced = Priced::new(inputs, claims, progress)?;
            Settled::new(inputs, priced, None, progress)
        })
    }

    /// Settles claims of one reading by a policy of the same [`Reading`](crate::Reading), without writing
    /// anything, and adds up by group, class and insurance type too.
    ///
    /// # Errors
    /// As the settlement's; T141 where a table names a claim that is not there.
    pub fn with_cuts(
        inputs: &Inputs,
        claims: Claims,
        threads: Option<usize>,
        progress: &Progress,
    ) -> Result<Settled, Failure> {
        workers(threads)?.install(|| {
            let mut priced = Priced::new(inputs, claims, progress)?;
            priced.with_cuts = true;
            Settled::new(inputs, priced, None, progress)
        })
    }

    /// The claims as they were when they were read, to be settled again.
    #[must_use]
    pub fn into_claims(self) -> Claims {
        let mut claims = self.priced.claims;
        claims.warnings.truncate(self.warnings_read);
        for block in &mut claims.blocks {
            block.unsettle();
        }
        claims
    }

    /// The claims behind the accounts.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.priced.claims
    }
}

/// Clears the hospitals of a pool that have cases or prepayments.
pub(crate) fn clear(
    inputs: &Inputs,
    pool: PoolId,
    price: PoolPrice,
    sums: &Sums,
    tracer: &mut impl Tracer,
) -> Result<PoolAccount, ClearingError> {
    let mut years: std::collections::BTreeMap<_, HospitalYear> = sums
        .hospitals(pool)
        .map(|(hospital, totals)| {
            let year = HospitalYear {
                hospital,
                totals: *totals,
                prepaid: FenSum(0),
            };
            (hospital, year)
        })
        .collect();
    for row in inputs
        .prepayments
        .values
        .iter()
        .filter(|row| row.pool == usize::from(pool.0))
    {
        let hospital = dianzhi_core::HospitalId(u32::try_from(row.hospital).unwrap_or(u32::MAX));
        let year = years.entry(hospital).or_insert(HospitalYear {
            hospital,
            totals: Totals::default(),
            prepaid: FenSum(0),
        });
        year.prepaid = row.prepaid;
    }
    let years: Vec<HospitalYear> = years.into_values().collect();
    let totals = sums.pool(pool);
    inputs.policy.clear(pool, price, totals, &years, tracer)
}

/// read = accepted + rejected, the claims counted one by one.
fn lost_records(claims: &Claims, pools: &[Totals]) -> Option<BrokenIdentity> {
    let paid: u64 = pools.iter().map(|totals| totals.cases).sum();
    let right = paid + claims.rejects.len() as u64;
    (claims.read != right).then(|| BrokenIdentity {
        pool: String::new(),
        identity: "read = accepted + rejected",
        left: claims.read.into(),
        right: right.into(),
    })
}

/// The points that made the point value are the points that are paid.
fn points_moved(policy: &CompiledPolicy, priced: &Priced, pool: PoolId, cases: &Totals) -> Option<BrokenIdentity> {
    let left = priced.sums.pool(pool).points;
    (left != cases.points).then(|| BrokenIdentity {
        pool: policy
            .policy()
            .pools
            .get(usize::from(pool.0))
            .map_or_else(String::new, |p| p.id.clone()),
        identity: "points priced = points paid",
        left,
        right: cases.points,
    })
}

pub(crate) fn pay_all(
    policy: &CompiledPolicy,
    priced: &Priced,
    writer: Option<&OrderedWriter>,
    progress: &Progress,
) -> Result<Tally, Failure> {
    let rows = Rows::new(policy);
    let unfit = FirstUnfit::default();
    let next = AtomicUsize::new(0);
    let tallies = Mutex::new(Vec::new());
    let failure = Mutex::new(None);
    rayon::broadcast(|_| {
        let _guard = GiveUpOnPanic(writer);
        let mut tally = Tally::new(policy, priced.with_cuts);
        let mut buffer = RowBuffer::default();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(block) = priced.claims.blocks.get(index) else {
                break;
            };
            let done = progress.check().and_then(|()| {
                buffer.clear();
                let rows = writer.map(|_| (&rows, &mut buffer));
                match pay_block(policy, priced, block, &mut tally, rows) {
                    // The claim is named when all threads are back; the blocks before it still count.
                    Err((position, what)) => unfit.note(index, position, what),
                    Ok(paid) => progress.add_written(paid),
                }
                match writer {
                    Some(writer) => writer.submit(index, std::mem::take(&mut buffer)).map(|b| buffer = b),
                    None => Ok(()),
                }
            });
            if let Err(found) = done {
                failure
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get_or_insert(found);
                if let Some(writer) = writer {
                    writer.give_up();
                }
                break;
            }
        }
        tallies.lock().unwrap_or_else(PoisonError::into_inner).push(tally);
    });
    if let Some(failure) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(failure);
    }
    unfit.into_result(&priced.claims, &priced.checks)?;
    let tallies = tallies.into_inner().unwrap_or_else(PoisonError::into_inner);
    let none = Tally::new(policy, priced.with_cuts);
    Ok(tallies.iter().fold(none, Tally::merge))
}

fn pay_block(
    policy: &CompiledPolicy,
    priced: &Priced,
    block: &ClaimBlock,
    tally: &mut Tally,
    mut rows: Option<(&Rows, &mut RowBuffer)>,
) -> Result<u64, (usize, TooLarge)> {
    let mut paid = 0;
    for (i, claim) in block.claims.iter().enumerate() {
        if claim.is(DUPLICATE) {
            continue;
        }
        let (policy, case) = case(policy, block, i, claim).map_err(|e| (i, e))?;
        let price = &priced.prices[usize::from(case.pool.0)];
        let payment = pay(policy, &case, claim, price, &mut Silent).map_err(|e| (i, e))?;
        let worth = Worth::new(policy.pay_in(case.method), claim.worth);
        tally.add(&case, worth, payment.due);
        for part in block.apart(i) {
            tally.add_apart(case.hospital, part);
        }
        paid += 1;
        if tally.cells.is_asked_for() {
            tally.cells.add(claim, &case, payment.due);
        }
        let mut over = None;
        let payer = usize::from(claim.payer);
        let payer = payer.checked_rem(tally.by_payer.len()).unwrap_or(payer);
        if let Some(totals) = tally.by_payer.get_mut(payer) {
            over = policy.patient_over(&case, &payment).map_err(|e| (i, e))?;
            totals.add(&case, worth.points(), &payment, over);
        }
        if let Some((rows, buffer)) = &mut rows {
            push_row(policy, block, i, &case, payment, over, rows, buffer).map_err(|e| (i, e))?;
        }
    }
    Ok(paid)
}

/// Appends a paid claim's row.
// In line like the case itself.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "all that a row is made of")]
fn push_row(
    policy: &CompiledPolicy,
    block: &ClaimBlock,
    i: usize,
    case: &Case,
    payment: CasePayment,
    patient_over: Option<Fen>,
    rows: &Rows,
    out: &mut RowBuffer,
) -> Result<(), TooLarge> {
    let claim = &block.claims[i];
    let ratio = policy.cost_ratio_millionths(case)?;
    let figures = Paid {
        class: claim.class,
        points: Worth::new(policy.pay_in(case.method), claim.worth).points(),
        patient_over,
        payment,
    };
    rows.push(out, block, i, claim, &figures, ratio);
    Ok(())
}

/// The row of one claim, paid once more.
pub(crate) fn pay_row(
    policy: &CompiledPolicy,
    block: &ClaimBlock,
    i: usize,
    case: &Case,
    price: &PoolPrice,
    rows: &Rows,
    out: &mut RowBuffer,
) -> Result<(), TooLarge> {
    let payment = pay(policy, case, &block.claims[i], price, &mut Silent)?;
    let over = policy.patient_over(case, &payment)?;
    push_row(policy, block, i, case, payment, over, rows, out)
}

/// A fen that comes from nowhere, so that the tests see the identities stop a run.
#[cfg(test)]
pub(crate) mod tampering {
    use dianzhi_core::{FenSum, PoolAccount};
    use std::cell::Cell;

    thread_local! {
        pub(crate) static FEN: Cell<i128> = const { Cell::new(0) };
    }

    pub(super) fn apply(mut account: PoolAccount) -> PoolAccount {
        account.left_in_fund = FenSum(account.left_in_fund.0 + FEN.get());
        account
    }
}
