//! How the amounts of a bill move with its cost.
//!
//! Every part keeps its share of the bill. The amounts of three lists are cut from the scaled whole one
//! behind the other, each from where the one before ended, so that a list that added up to the cost still
//! does, to the fen. Every other amount is rounded by itself. A deductible is owed once for a stay, whatever that costs, and the balance of an account is no
//! part of the bill: these stay.

use dianzhi_batch::ClaimRecord;
use dianzhi_core::{Fen, Text};
use dianzhi_policy::fields;

/// Who pays: with all of them the cost.
const PAYERS: &[&str] = &[
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "hifdm_pay",
    "maf_pay",
    "othfund_pay",
    "acct_pay",
    "psn_cash_pay",
    "hosp_part_amt",
];
/// What of the bill the rules let the fund share: with all of them the cost.
const SCOPE: &[&str] = &[
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
];
/// What may be paid apart: together no more than the cost.
const APART: &[&str] = &["implant_amt", "drug_apart_amt", "newtech_amt"];
/// What does not move.
const FIXED: &[&str] = &["act_pay_dedc", "dedc_std", "balc"];
const COST: &str = "medfee_sumamt";

/// `amount` × `by` ÷ `of`, rounded to whole fen half away from zero; `of` is above 0, and none is beyond
/// what a sum of money may be, 10¹⁸ or so.
pub(crate) fn scaled(amount: i128, by: i128, of: i128) -> i128 {
    let product = amount * by;
    let rounded = (product.abs() * 2 + of) / (of * 2);
    if product < 0 { -rounded } else { rounded }
}

/// An amount of so many fen.
///
/// # Errors
/// It is more than 64 bits hold.
pub(crate) fn fen(amount: i128) -> Result<Fen, Text> {
    let beyond = |_| {
        Text::new(
            format!("金额将为 {amount} 分，超出可表示的范围"),
            format!("an amount would be {amount} fen, more than can be held"),
        )
    };
    i64::try_from(amount).map(Fen).map_err(beyond)
}

/// Sets the cost of a record, and its other amounts in proportion.
///
/// # Errors
/// As [`fen`].
pub(crate) fn move_bill(record: &mut ClaimRecord<'_>, cost: Fen) -> Result<(), Text> {
    let (of, by) = (i128::from(record.medical_cost().0), i128::from(cost.0));
    let set = |record: &mut ClaimRecord<'_>, field: &str, amount: i128| -> Result<(), Text> {
        record.set(field, fen(amount)?.to_string());
        Ok(())
    };
    for whole in [PAYERS, SCOPE, APART] {
        let mut sum = 0;
        for field in whole {
            let Some(part) = record.money(field) else { continue };
            let before = scaled(sum, by, of);
            sum += i128::from(part.0);
            set(record, field, scaled(sum, by, of) - before)?;
        }
    }
    let is_alone = |field: &&String| {
        let name = field.as_str();
        let is_listed = [PAYERS, SCOPE, APART, FIXED].iter().any(|list| list.contains(&name));
        name != COST && !is_listed && fields::is_amount(name)
    };
    let header = record.header();
    for field in header.names.iter().filter(is_alone) {
        if let Some(amount) = record.money(field) {
            set(record, field, scaled(amount.0.into(), by, of))?;
        }
    }
    set(record, COST, by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!([1, 3, -1, -3].map(|amount| scaled(amount, 1, 2)), [1, 2, -1, -2]);
        assert_eq!(
            scaled(999_999_999_999, 999_999_999_999, 1),
            999_999_999_998_000_000_000_001
        );
        assert_eq!(scaled(1, 1, 3), 0);
    }

    #[test]
    fn an_amount_beyond_64_bits_is_refused() {
        assert_eq!(fen(i64::MAX.into()), Ok(Fen(i64::MAX)));
        assert!(fen(i128::from(i64::MAX) + 1).is_err() && fen(i128::MIN).is_err());
    }

    #[test]
    fn every_field_is_an_amount() {
        for field in [PAYERS, SCOPE, APART, FIXED, &[COST]].concat() {
            assert!(fields::is_amount(field), "{field}");
        }
    }
}
