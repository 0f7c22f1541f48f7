//! The checks of docs/SETTLEMENT.md §4 on one record, in their order.

use dianzhi_core::Decimal;
use dianzhi_policy::{Region, YearBy};
use jiff::civil::Date;
use num_bigint::BigInt;
use num_rational::BigRational;
use std::collections::HashMap;

/// 9,999,999,999.99 yuan.
const MONEY_FEN_MAX: i64 = 999_999_999_999;

/// An accepted record. Money in fen.
pub(super) struct Claim {
    /// Position in the hospitals table.
    pub(super) hospital: usize,
    pub(super) insutype: Box<str>,
    /// Position of the pool in the policy.
    pub(super) pool: usize,
    pub(super) group: Box<str>,
    /// Of its auxiliary catalogues.
    pub(super) factor: Decimal,
    pub(super) cost: i64,
    pub(super) billed: i64,
    pub(super) patient_items: i64,
    /// Only where the method needs it.
    pub(super) ratio: Option<Box<BigRational>>,
    /// Which period of the policy its day lies in.
    pub(super) period: usize,
    /// Only where there are routes.
    pub(super) routed: Option<Box<Routed>>,
    /// Only where the policy has rules that change points.
    pub(super) stay: Option<Box<Stay>>,
}

/// Whose stay a claim is, and when it was.
pub(super) struct Stay {
    pub(super) person: Box<str>,
    pub(super) diagnosis: Box<str>,
    pub(super) admitted: Option<Date>,
    pub(super) discharged: Date,
}

/// Which route takes a claim, and what its method needs.
pub(super) struct Routed {
    /// Position of the route.
    pub(super) route: usize,
    pub(super) days: u32,
    /// The code that prices are looked up by.
    pub(super) disease: Box<str>,
    /// In fen.
    pub(super) deducted: i64,
    /// What is paid apart, in the route's order.
    pub(super) items: Vec<Item>,
}

/// An item of a claim that is paid apart.
pub(super) struct Item {
    /// Position of its `[[apart]]`.
    pub(super) apart: usize,
    /// Position of the pool that pays it.
    pub(super) pool: usize,
    pub(super) fen: i64,
}

/// Why a record is rejected: its code and the field at fault.
pub(super) type Fault = (&'static str, &'static str);

/// What the checks compare with.
pub(super) struct Judge<'a> {
    region: &'a Region,
    hospitals: HashMap<&'a str, usize>,
    pools: HashMap<&'a str, usize>,
    needs_ratio: bool,
}

const REQUIRED: [&str; 6] = [
    "setl_id",
    "fixmedins_code",
    "insutype",
    "dscg_time",
    "medfee_sumamt",
    "hifp_pay",
];
const PATIENT_ITEMS: [&str; 4] = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "act_pay_dedc"];
const RATIO: &str = "pool_prop_selfpay";

impl<'a> Judge<'a> {
    pub(super) fn new(region: &'a Region, hospitals: impl Iterator<Item = &'a str>) -> Judge<'a> {
        let pools = region.policy.pools.iter().enumerate();
        Judge {
            region,
            hospitals: hospitals.enumerate().map(|(i, code)| (code, i)).collect(),
            pools: pools
                .flat_map(|(i, pool)| pool.insutype.iter().map(move |code| (code.as_str(), i)))
                .collect(),
            needs_ratio: region.policy.fund_share.method.has_benefit(),
        }
    }

    /// Judges a record by its fields; one that the file has no column for is empty.
    pub(super) fn judge<'f>(&self, field: impl Fn(&str) -> &'f str) -> Result<Claim, Fault> {
        for name in REQUIRED {
            require(!field(name).is_empty(), "E102", name)?;
        }
        require(!self.needs_ratio || !field(RATIO).is_empty(), "E102", RATIO)?;
        let by_settlement = self.region.year_by == YearBy::Settlement;
        require(!by_settlement || !field("setl_time").is_empty(), "E102", "setl_time")?;

        require(field("refd_setl_flag") != "1", "E111", "refd_setl_flag")?;
        require(field("vali_flag") != "0", "E111", "vali_flag")?;

        let amount = |name| money(field(name)).ok_or(("E103", name));
        let or_zero = |name| if field(name).is_empty() { Ok(0) } else { amount(name) };
        let cost = amount("medfee_sumamt")?;
        let billed = amount("hifp_pay")?;
        let mut items = [0; 4];
        for (item, name) in items.iter_mut().zip(PATIENT_ITEMS) {
            *item = or_zero(name)?;
        }
        let ratio = match field(RATIO) {
            "" => None,
            text => Some(Number::read(text).ok_or(("E103", RATIO))?),
        };

        require(cost > 0, "E104", "medfee_sumamt")?;
        require(billed >= 0, "E104", "hifp_pay")?;
        for (item, name) in items.iter().zip(PATIENT_ITEMS) {
            require(*item >= 0, "E104", name)?;
        }
        let in_range = ratio.as_ref().is_none_or(Number::is_share);
        require(in_range, "E104", RATIO)?;

        let discharged = day(field("dscg_time")).ok_or(("E105", "dscg_time"))?;
        let admitted = match field("adm_time") {
            "" => None,
            text => Some(day(text).ok_or(("E105", "adm_time"))?),
        };
        let in_order = admitted.is_none_or(|admitted| admitted <= discharged);
        require(in_order, "E106", "dscg_time")?;
        let (decisive, name) = match self.region.year_by {
            YearBy::Discharge => (discharged, "dscg_time"),
            YearBy::Settlement => (day(field("setl_time")).ok_or(("E105", "setl_time"))?, "setl_time"),
        };
        let in_year = decisive >= self.region.year_start && decisive <= self.region.year_end;
        require(in_year, "E107", name)?;
        let stay = (!self.region.policy.adjust.is_empty()).then(|| {
            Box::new(Stay {
                person: field("psn_no").into(),
                diagnosis: field("maindiag_code").into(),
                admitted,
                discharged,
            })
        });
        let hospital = self.hospitals.get(field("fixmedins_code")).copied();
        let hospital = hospital.ok_or(("E108", "fixmedins_code"))?;
        let pool = self.pools.get(field("insutype")).copied().ok_or(("E109", "insutype"))?;
        require(billed <= cost, "E110", "hifp_pay")?;
        Ok(Claim {
            hospital,
            insutype: field("insutype").into(),
            pool,
            group: field("group_code").into(),
            factor: Decimal::ONE,
            cost,
            billed,
            patient_items: items.iter().sum(),
            ratio: ratio
                .filter(|_| self.needs_ratio)
                .map(|number| Box::new(number.exact())),
            period: (self.region.periods.iter())
                .position(|period| (period.from..=period.to).contains(&decisive))
                .unwrap_or(0),
            routed: None,
            stay,
        })
    }
}

impl Judge<'_> {
    /// What the funds of the claim's pool booked, all of them.
    pub(super) fn book<'f>(&self, claim: &mut Claim, field: impl Fn(&str) -> &'f str) -> Result<(), Fault> {
        for column in &self.region.policy.pools[claim.pool].funds {
            let name = dianzhi_policy::fields::by_name(column).map_or("", |field| field.name);
            if name == "hifp_pay" || field(name).is_empty() {
                continue;
            }
            let fen = money(field(name)).ok_or(("E103", name))?;
            require(fen >= 0, "E104", name)?;
            claim.billed += fen;
            require(claim.billed <= claim.cost, "E110", name)?;
        }
        Ok(())
    }
}

fn require(holds: bool, code: &'static str, field: &'static str) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err((code, field)) }
}

/// `-?[0-9]+(\.[0-9]+)?`
struct Number<'a> {
    negative: bool,
    /// Digits before the point, leading zeros dropped.
    whole: &'a str,
    /// Digits behind the point, zeros at the end dropped.
    decimals: &'a str,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Number<'a>> {
        let digits = text.strip_prefix('-');
        let (whole, decimals) = match digits.unwrap_or(text).split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits.unwrap_or(text), ""),
        };
        let is_number = !whole.is_empty() && whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit());
        is_number.then(|| Number {
            negative: digits.is_some(),
            whole: whole.trim_start_matches('0'),
            decimals: decimals.trim_end_matches('0'),
        })
    }

    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.decimals.is_empty()
    }

    /// From 0 to 1.
    fn is_share(&self) -> bool {
        match (self.whole, self.decimals) {
            ("", "") => true,
            ("", _) | ("1", "") => !self.negative,
            _ => false,
        }
    }

    fn exact(&self) -> BigRational {
        let digits: BigInt = format!("0{}{}", self.whole, self.decimals).parse().unwrap_or_default();
        let places = u32::try_from(self.decimals.len()).unwrap_or(u32::MAX);
        let magnitude = BigRational::new(digits, BigInt::from(10).pow(places));
        if self.negative { -magnitude } else { magnitude }
    }
}

/// An amount in fen; `None` where it is no number, has more than 2 decimals or is above the limit.
/// Below zero only the sign matters.
pub(super) fn money(text: &str) -> Option<i64> {
    let number = Number::read(text)?;
    if number.decimals.len() > 2 {
        return None;
    }
    if number.negative && !number.is_zero() {
        return Some(-1);
    }
    if number.whole.len() > 10 {
        return None;
    }
    // At most 12 digits.
    let fen: i64 = format!("0{}{:0<2}", number.whole, number.decimals).parse().ok()?;
    (fen <= MONEY_FEN_MAX).then_some(fen)
}

/// `YYYY-MM-DD`, `YYYY/MM/DD` or `YYYYMMDD`, then nothing, or a blank or `T` and a time.
pub(super) fn day(text: &str) -> Option<Date> {
    let date_length = match text.as_bytes().get(4)? {
        b'-' | b'/' => 10,
        _ => 8,
    };
    let (date, time) = text.split_at_checked(date_length)?;
    let (year, month, day) = if date_length == 10 {
        let separator = &date[4..5];
        let mut parts = date.split(separator);
        let parts = (parts.next()?, parts.next()?, parts.next()?, parts.next());
        match parts {
            (year, month, day, None) => (year, month, day),
            _ => return None,
        }
    } else {
        (date.get(..4)?, date.get(4..6)?, date.get(6..)?)
    };
    let year = i16::try_from(digits(year, 4)?).ok().filter(|year| *year > 0)?;
    let month = i8::try_from(digits(month, 2)?).ok()?;
    let date = Date::new(year, month, i8::try_from(digits(day, 2)?).ok()?).ok()?;
    match time.strip_prefix([' ', 'T']) {
        None => time.is_empty().then_some(date),
        Some(time) => is_time(time).then_some(date),
    }
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f…`
fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let below = |text: &str, limit: u32| digits(text, 2).is_some_and(|number| number < limit);
    match parts[..] {
        [hour, minute] => below(hour, 24) && below(minute, 60),
        [hour, minute, second] => {
            let (whole, sound) = match second.split_once('.') {
                Some((whole, f)) => (whole, !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit())),
                None => (second, true),
            };
            below(hour, 24) && below(minute, 60) && below(whole, 60) && sound
        }
        _ => false,
    }
}

/// A number of exactly so many ASCII digits.
fn digits(text: &str, length: usize) -> Option<u32> {
    let sound = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::values;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_engine_reads_amounts_alike(text in "-?[0-9.]{0,16}|-?0{0,3}[0-9]{1,11}(\\.[0-9]{1,3}0{0,2})?|[-+ 0-9.e]{0,6}") {
            let theirs = values::money(text.as_bytes());
            prop_assert_eq!(money(&text).map(|fen| fen.max(-1)), theirs.map(|fen| fen.max(-1)), "{}", text);
            let number = Number::read(&text);
            let theirs = values::ratio(text.as_bytes());
            prop_assert_eq!(number.is_some(), theirs.is_some());
            if let (Some(number), Some(theirs)) = (number, theirs) {
                prop_assert_eq!(number.is_share(), theirs != values::Ratio::OutOfRange);
            }
        }

        #[test]
        fn the_engine_reads_days_alike(text in "(2026|2024|1900|0000|0001|9999)[-/]?[01][0-9][-/]?[0-3][0-9]([ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{0,2})?)?)?.{0,1}") {
            let mine = day(&text).map(|date| {
                let number = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
                u32::try_from(number).unwrap()
            });
            prop_assert_eq!(mine, values::day(text.as_bytes()), "{}", text);
        }
    }
}
