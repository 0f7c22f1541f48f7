//! National field names (医保信息平台 interface names) and the Chinese headings understood for them.
//!
//! A heading belongs to one field only. Where the same words mean different columns in different
//! tables (医疗机构名称 is `fixmedins_name` of a claim, but the `name` of a hospital),
//! [`Table::field`] knows which table it is asked for.

mod list;

use std::collections::HashMap;
use std::sync::LazyLock;

/// A column that an input table may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name used in headers, in `[columns]` and in messages.
    pub name: &'static str,
    /// Headings understood without `[columns]`; the first is the standard Chinese name.
    pub zh: &'static [&'static str],
}

/// One of the input tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Claim files.
    Claims,
    /// Disease groups.
    Groups,
    /// Hospitals.
    Hospitals,
    /// Prepayments.
    Prepayments,
    /// Prices of diseases.
    Prices,
    /// Institution caps.
    Caps,
    /// People paid for by head.
    Enrolment,
    /// What was decided of special cases.
    Reviews,
    /// Readmissions for a good reason.
    Reasons,
    /// Points taken away.
    Penalties,
    /// Procured drugs.
    Procurement,
    /// Hospital coefficients.
    Coefficients,
    /// Bonuses of hospital coefficients.
    Bonuses,
    /// What experts and negotiations change of calibrated weights.
    Adjustments,
    /// Names of diagnoses and procedures.
    Names,
}

/// Every field: the columns of claims, then those that only groups, hospitals or prepayments have.
#[must_use]
pub fn all() -> &'static [Field] {
    list::FIELDS
}

/// A field by its national name.
///
/// ```
/// use dianzhi_policy::fields;
/// assert_eq!(fields::by_name("hifp_pay").unwrap().zh[0], "统筹基金支付");
/// assert!(fields::by_name("HIFP_PAY").is_none());
/// ```
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Field> {
    static NAMES: LazyLock<HashMap<&str, &Field>> =
        LazyLock::new(|| list::FIELDS.iter().map(|field| (field.name, field)).collect());
    NAMES.get(name).copied()
}

/// A field by a Chinese heading, as it stands, whatever the table.
///
/// ```
/// use dianzhi_policy::fields;
/// assert_eq!(fields::by_heading("结算流水号").unwrap().name, "setl_id");
/// assert!(fields::by_heading("备注").is_none());
/// ```
#[must_use]
pub fn by_heading(heading: &str) -> Option<&'static Field> {
    static HEADINGS: LazyLock<HashMap<&str, &Field>> = LazyLock::new(|| {
        let fields = list::FIELDS.iter();
        fields
            .flat_map(|field| field.zh.iter().map(move |&zh| (zh, field)))
            .collect()
    });
    HEADINGS.get(heading).copied()
}

/// Whether a field of claims holds an amount of money.
///
/// ```
/// use dianzhi_policy::fields;
/// assert!(fields::is_amount("hosp_part_amt") && !fields::is_amount("act_ipt_days"));
/// ```
#[must_use]
pub fn is_amount(field: &str) -> bool {
    list::AMOUNTS.contains(&field)
}

/// Whether a field of claims holds what one fund paid.
///
/// ```
/// use dianzhi_policy::fields;
/// assert!(fields::is_fund("hifmi_pay") && !fields::is_fund("fund_pay_sumamt"));
/// ```
#[must_use]
pub fn is_fund(field: &str) -> bool {
    list::FUNDS.contains(&field)
}

/// Whether a field of claims holds a number, an amount among them.
///
/// ```
/// use dianzhi_policy::fields;
/// assert!(fields::is_number("age") && !fields::is_number("group_code"));
/// ```
#[must_use]
pub fn is_number(field: &str) -> bool {
    is_amount(field) || list::NUMBERS.contains(&field)
}

impl Table {
    /// Whether a field can be a column of this table.
    #[must_use]
    pub fn has(self, field: &str) -> bool {
        match self {
            Table::Claims => by_name(field).is_some() && !list::TABLES_ONLY.contains(&field),
            Table::Groups => list::GROUPS.contains(&field),
            Table::Hospitals => list::HOSPITALS.contains(&field),
            Table::Prepayments => list::PREPAYMENTS.contains(&field),
            Table::Prices => list::PRICES.contains(&field),
            Table::Caps => list::CAPS.contains(&field),
            Table::Enrolment => list::ENROLMENT.contains(&field),
            Table::Reviews => list::REVIEWS.contains(&field),
            Table::Reasons => list::REASONS.contains(&field),
            Table::Penalties => list::PENALTIES.contains(&field),
            Table::Procurement => list::PROCUREMENT.contains(&field),
            Table::Coefficients => list::COEFFICIENTS.contains(&field),
            Table::Bonuses => list::BONUSES.contains(&field),
            Table::Adjustments => list::ADJUSTMENTS.contains(&field),
            Table::Names => list::NAMES.contains(&field),
        }
    }

    /// The field that a heading of this table's header stands for without `[columns]`: its own name
    /// or a Chinese heading. `None` for a column that this table does not have.
    ///
    /// ```
    /// use dianzhi_policy::fields::Table;
    /// assert_eq!(Table::Claims.field("医疗机构名称").unwrap().name, "fixmedins_name");
    /// assert_eq!(Table::Hospitals.field("医疗机构名称").unwrap().name, "name");
    /// assert!(Table::Claims.field("coefficient").is_none());
    /// ```
    #[must_use]
    pub fn field(self, heading: &str) -> Option<&'static Field> {
        if let Some(field) = by_name(heading) {
            return self.has(field.name).then_some(field);
        }
        let field = by_heading(heading)?;
        let meant = match (self, field.name) {
            (Table::Hospitals, "fixmedins_name") => "name",
            (Table::Groups, "group_name" | "dise_name") => "name",
            (Table::Hospitals | Table::Prices | Table::Coefficients, "hosp_lv" | "hi_setl_lv") => "level",
            (Table::Prices, "group_code" | "dise_no") => "code",
            (Table::Prices, "hi_paymtd") => "method",
            (Table::Names, "maindiag_code" | "diag_codes" | "oprn_codes") => "code",
            (Table::Names, "maindiag_name") => "name",
            (_, name) => name,
        };
        by_name(meant).filter(|field| self.has(field.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_heading_belong_to_one_field() {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for field in all() {
            for text in field.zh.iter().chain([&field.name]) {
                if let Some(other) = seen.insert(text, field.name) {
                    panic!("{text} belongs to {other} and {}", field.name);
                }
            }
            assert!(!field.zh.is_empty(), "{}", field.name);
            assert!(
                field
                    .name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            );
        }
    }

    #[test]
    fn every_table_column_is_a_field() {
        let columns = [
            list::TABLES_ONLY,
            list::GROUPS,
            list::HOSPITALS,
            list::PREPAYMENTS,
            list::CAPS,
            list::PRICES,
            list::ENROLMENT,
            list::REVIEWS,
            list::REASONS,
            list::ADJUSTMENTS,
            list::NAMES,
            list::PENALTIES,
            list::PROCUREMENT,
            list::AMOUNTS,
            list::FUNDS,
            list::NUMBERS,
        ];
        for name in columns.concat() {
            assert!(by_name(name).is_some(), "{name}");
        }
        for required in [
            "setl_id",
            "fixmedins_code",
            "insutype",
            "dscg_time",
            "medfee_sumamt",
            "hifp_pay",
            "group_code",
        ] {
            assert!(Table::Claims.has(required), "{required}");
        }
    }

    #[test]
    fn headings_that_hospital_systems_export() {
        for (heading, name) in [
            ("结算流水号", "setl_id"),
            ("结算ID", "setl_id"),
            ("医疗机构编码", "fixmedins_code"),
            ("定点医药机构编号", "fixmedins_code"),
            ("险种类型", "insutype"),
            ("出院时间", "dscg_time"),
            ("出院日期", "dscg_time"),
            ("医疗总费用", "medfee_sumamt"),
            ("医疗费总额", "medfee_sumamt"),
            ("总费用", "medfee_sumamt"),
            ("统筹基金支付", "hifp_pay"),
            ("病组编码", "group_code"),
            ("DRG编码", "group_code"),
            ("病种编码", "group_code"),
            ("全自费", "fulamt_ownpay_amt"),
            ("全自费金额", "fulamt_ownpay_amt"),
            ("超限价", "overlmt_selfpay"),
            ("超限价自费", "overlmt_selfpay"),
            ("先行自付", "preselfpay_amt"),
            ("起付线", "act_pay_dedc"),
            ("实付起付线", "act_pay_dedc"),
            ("基本统筹支付比例", "pool_prop_selfpay"),
            ("报销比例", "pool_prop_selfpay"),
            ("人员编号", "psn_no"),
            ("入院时间", "adm_time"),
            ("病案号", "medcasno"),
            ("特例单议", "special_flag"),
        ] {
            assert_eq!(
                Table::Claims.field(heading).map(|field| field.name),
                Some(name),
                "{heading}"
            );
        }
        assert_eq!(Table::Groups.field("病组名称").map(|field| field.name), Some("name"));
        assert_eq!(
            Table::Hospitals.field("医院等级").map(|field| field.name),
            Some("level")
        );
    }
}
