//! hospitals.csv, pools.csv and rejects.csv as bytes.

use super::format::push_record;
use crate::claims::reject::Reject;
use dianzhi_core::{BudgetRow, CompiledPolicy, Fixed, PoolAccount};

const HOSPITALS: &str = "pool,fixmedins_code,cases,points,medfee_sumamt,hifp_pay,due,ratio,band,compensation,cleared,deposit,deposit_returned,prepaid,final_payment\n";
const POOLS: &str =
    "pool,budget,reserve,distributable,cases,points,point_value,due,remainder,compensation,cleared,left_in_fund\n";
const BUDGETS: &str = "id,parent,budget,changes,cases,due,cleared,left_in_fund\n";
const REJECTS: &str = "file,line,setl_id,field,code,message,record\n";

fn money(fen: i128) -> String {
    Fixed { units: fen, places: 2 }.to_string()
}

/// A header with the columns behind its last one that the policy asks for.
fn header(first: &str, more: &[(bool, &str)]) -> Vec<u8> {
    let more = more
        .iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, columns)| *columns);
    let columns: String = std::iter::once(first.trim_end()).chain(more).collect();
    (columns + "\n").into_bytes()
}

/// hospitals.csv: by pool, then by hospital code.
pub(crate) fn hospitals(policy: &CompiledPolicy, accounts: &[PoolAccount]) -> Vec<u8> {
    let has_caps = policy.policy().has_caps();
    let has_capitation = !policy.policy().methods.capitation.is_empty();
    let has_alliances = !policy.policy().alliances.is_empty();
    let columns = [
        (has_caps, ",cap,compared"),
        (has_capitation, ",capitation"),
        (has_alliances, ",alliance_part"),
    ];
    let mut out = header(HOSPITALS, &columns);
    let places = policy.policy().rounding.points;
    for (account, pool) in accounts.iter().zip(&policy.policy().pools) {
        for statement in &account.statements {
            let totals = &statement.totals;
            let code = policy
                .hospitals()
                .get(statement.hospital.0 as usize)
                .map_or("", |h| &h.code);
            let ratio = statement
                .ratio_millionths
                .map_or_else(String::new, |units| Fixed { units, places: 6 }.to_string());
            let mut figures = vec![
                totals.cases.to_string(),
                Fixed {
                    units: totals.points,
                    places,
                }
                .to_string(),
                money(totals.medical_cost),
                money(totals.fund_billed),
                money(totals.due),
                ratio,
                statement.band.as_str().to_owned(),
                statement.compensation.to_string(),
                statement.cleared.to_string(),
                statement.deposit.to_string(),
                statement.deposit_returned.to_string(),
                statement.prepaid.to_string(),
                statement.final_payment.to_string(),
            ];
            if has_caps {
                figures.push(statement.cap.map_or_else(String::new, |cap| cap.to_string()));
                figures.push(statement.compared.to_string());
            }
            if has_capitation {
                figures.push(statement.capitation.to_string());
            }
            if has_alliances {
                figures.push(statement.alliance_part.to_string());
            }
            push_record(
                &mut out,
                [pool.id.as_str(), code]
                    .into_iter()
                    .chain(figures.iter().map(String::as_str)),
            );
        }
    }
    out
}

/// pools.csv: in the order of the policy.
pub(crate) fn pools(policy: &CompiledPolicy, accounts: &[PoolAccount]) -> Vec<u8> {
    let is_shared = policy.policy().pool_clearing.is_some();
    let has_capitation = !policy.policy().methods.capitation.is_empty();
    let columns = [
        (is_shared, ",to_hospitals,kept_by_fund"),
        (has_capitation, ",capitation_amount,capitation"),
    ];
    let mut out = header(POOLS, &columns);
    let rounding = &policy.policy().rounding;
    for (account, pool) in accounts.iter().zip(&policy.policy().pools) {
        let (price, totals) = (&account.price, &account.totals);
        let mut figures = vec![
            price.budget.to_string(),
            price.reserve.to_string(),
            price.distributable.to_string(),
            totals.cases.to_string(),
            Fixed {
                units: totals.points,
                places: rounding.points,
            }
            .to_string(),
            price.display(rounding.point_value).to_string(),
            money(totals.due),
            account.remainder.to_string(),
            account.compensation.to_string(),
            account.cleared.to_string(),
            account.left_in_fund.to_string(),
        ];
        if is_shared {
            figures.extend([price.to_hospitals.to_string(), price.kept_by_fund().to_string()]);
        }
        if has_capitation {
            figures.extend([price.capitation.to_string(), account.capitation.to_string()]);
        }
        push_record(
            &mut out,
            std::iter::once(pool.id.as_str()).chain(figures.iter().map(String::as_str)),
        );
    }
    out
}

/// budgets.csv: in tree order; only with `[[budget]]`.
pub(crate) fn budgets(rows: &[BudgetRow]) -> Vec<u8> {
    let mut out = BUDGETS.as_bytes().to_vec();
    for row in rows {
        let figures = [
            row.parent.clone().unwrap_or_default(),
            row.budget.to_string(),
            row.changes.to_string(),
            row.cases.to_string(),
            row.due.to_string(),
            row.cleared.to_string(),
            row.left_in_fund.to_string(),
        ];
        push_record(
            &mut out,
            std::iter::once(row.id.as_str()).chain(figures.iter().map(String::as_str)),
        );
    }
    out
}

/// rejects.csv: in input order.
pub(crate) fn rejects<'a>(rejects: &[Reject], file_name: impl Fn(usize) -> &'a str) -> Vec<u8> {
    let mut out = REJECTS.as_bytes().to_vec();
    for reject in rejects {
        let line = reject.line.to_string();
        // Both languages: the file goes back to hospitals, and its bytes follow no locale.
        let message = reject.code.text();
        let message = format!("{} | {}", message.zh, message.en);
        push_record(
            &mut out,
            [
                file_name(reject.file),
                &line,
                &reject.setl_id,
                reject.field,
                reject.code.as_str(),
                &message,
                &reject.record,
            ],
        );
    }
    out
}
