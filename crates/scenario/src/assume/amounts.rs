//! How the amounts of a bill move with its cost.
//!
//! Every part keeps its share of the bill. Parts that make up a whole are cut from the scaled whole one
//! behind the other, each from where the one before ended, so that what added up still adds up to the
//! fen. A deductible is owed once for a stay, whatever that costs, and the balance of an account is no
//! part of the bill: these stay.

use dianzhi_batch::ClaimRecord;
use dianzhi_core::Fen;
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

/// Sets the cost of a record, and its other amounts in proportion.
pub(crate) fn move_bill(record: &mut ClaimRecord<'_>, cost: Fen) {
    let (of, by) = (i128::from(record.medical_cost().0), i128::from(cost.0));
    let set = |record: &mut ClaimRecord<'_>, field: &str, fen: i128| {
        // No part of an amount below 10¹² passes 64 bits; one that did would be refused as an amount.
        let fen = i64::try_from(fen).unwrap_or(i64::MAX);
        record.set(field, Fen(fen).to_string());
    };
    for whole in [PAYERS, SCOPE, APART] {
        let mut sum = 0;
        for field in whole {
            let Some(part) = record.money(field) else { continue };
            let before = scaled(sum, by, of);
            sum += i128::from(part.0);
            set(record, field, scaled(sum, by, of) - before);
        }
    }
    let is_alone = |field: &&String| {
        let known = [PAYERS, SCOPE, APART, FIXED].concat();
        fields::is_amount(field) && field.as_str() != COST && !known.contains(&field.as_str())
    };
    let header = record.header();
    for field in header.names.iter().filter(is_alone) {
        if let Some(amount) = record.money(field) {
            set(record, field, scaled(amount.0.into(), by, of));
        }
    }
    set(record, COST, by);
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
    fn every_field_is_an_amount() {
        for field in [PAYERS, SCOPE, APART, FIXED, &[COST]].concat() {
            assert!(fields::is_amount(field), "{field}");
        }
    }
}
