//! The reference tables, read by the second reader. A settled run had sound ones, so a mistake here
//! only says that something is wrong.

use super::funds::Procured;
use crate::input::source::Role;
use crate::verify::find::Loaded;
use crate::verify::reader::Table;
use dianzhi_core::model::{ModelDrug, ModelEnrolment, exact};
use dianzhi_core::{Bonus, Coefficient, Decimal, Group, GroupKind, Hospital, Price, Text, parse_decimal};
use dianzhi_policy::Region;
use dianzhi_policy::fields::Table as Kind;
use num_rational::BigRational;
use num_traits::One;
use std::collections::{BTreeMap, BTreeSet};

type Amounts = BTreeMap<(usize, String), BigRational>;

/// Groups, hospitals, prices, and yuan by pool position and hospital code: prepaid, and caps.
pub(super) struct Tables {
    pub(super) groups: Vec<Group>,
    pub(super) hospitals: Vec<Hospital>,
    pub(super) prices: Vec<Price>,
    pub(super) prepaid: Amounts,
    pub(super) caps: Amounts,
    pub(super) enrolment: Vec<ModelEnrolment>,
    pub(super) procurement: Vec<Procured>,
    /// By `setl_id`: whether a case was approved, the effect and its value.
    pub(super) reviews: BTreeMap<String, (bool, &'static str, BigRational)>,
    /// `setl_id` of readmissions for a good reason.
    pub(super) reasons: BTreeSet<String>,
    /// Multiples of penalties by `setl_id`.
    pub(super) penalties: BTreeMap<String, BigRational>,
    pub(super) coefficients: Vec<Coefficient>,
    pub(super) bonuses: Vec<Bonus>,
}

pub(super) fn read(inputs: &[Loaded], region: &Region) -> Result<Tables, Text> {
    let groups = rows(inputs, Role::Groups, Kind::Groups, region, |row| {
        Some(Group {
            code: row.text("group_code")?,
            name: String::new(),
            kind: match row.text("kind")?.as_str() {
                "core" => GroupKind::Core,
                "basic" => GroupKind::Basic,
                "tcm" => GroupKind::Tcm,
                _ => return None,
            },
            base_points: row.decimal("base_points")?,
            mean_cost: row.decimal("mean_cost")?,
            stability: row.text("stability").unwrap_or_default(),
        })
    })?;
    let hospitals = rows(inputs, Role::Hospitals, Kind::Hospitals, region, |row| {
        Some(Hospital {
            code: row.text("fixmedins_code")?,
            name: String::new(),
            level: row.text("level").unwrap_or_default(),
            coefficient: row.decimal("coefficient")?,
            assessment_score: row.decimal("assessment_score")?,
            credit_score: match row.text("credit_score") {
                None => None,
                Some(text) => Some(parse_decimal(&text).ok()?),
            },
            alliance: row.text("alliance").unwrap_or_default(),
        })
    })?;
    let prices = if region.files.prices.is_some() {
        rows(inputs, Role::Prices, Kind::Prices, region, |row| {
            let share = row.text("fund_share").map(|text| parse_decimal(&text).ok());
            Some(Price {
                method: row.text("method")?,
                code: row.text("code")?,
                level: row.text("level"),
                price: row.decimal("price")?,
                fund_share: share.map_or(Some(None), |share| share.map(Some))?,
            })
        })?
    } else {
        Vec::new()
    };
    let amounts = |role, kind, column: &str| {
        let rows = rows(inputs, role, kind, region, |row| {
            let pool = row.text("pool")?;
            let pool = region.policy.pools.iter().position(|known| known.id == pool)?;
            let code = row.text("fixmedins_code")?;
            hospitals.iter().find(|hospital| hospital.code == code)?;
            Some(((pool, code), exact(row.decimal(column)?)))
        })?;
        Ok::<Amounts, Text>(rows.into_iter().collect())
    };
    let prepaid = match region.files.prepayments {
        Some(_) => amounts(Role::Prepayments, Kind::Prepayments, "prepaid")?,
        None => Amounts::new(),
    };
    let caps = match region.files.caps {
        Some(_) => amounts(Role::Caps, Kind::Caps, "cap")?,
        None => Amounts::new(),
    };
    let enrolment = match region.files.enrolment {
        Some(_) => rows(inputs, Role::Enrolment, Kind::Enrolment, region, |row| {
            let pool = row.text("pool")?;
            let code = row.text("fixmedins_code")?;
            hospitals.iter().find(|hospital| hospital.code == code)?;
            Some(ModelEnrolment {
                pool: region.policy.pools.iter().position(|known| known.id == pool)?,
                hospital: code,
                class: row.text("class")?,
                age_band: row.text("age_band").unwrap_or_default(),
                heads: exact(row.decimal("heads")?),
                risk_factor: match row.text("risk_factor") {
                    None => BigRational::one(),
                    Some(text) => exact(parse_decimal(&text).ok()?),
                },
            })
        })?,
        None => Vec::new(),
    };
    let procurement = match region.files.procurement {
        Some(_) => rows(inputs, Role::Procurement, Kind::Procurement, region, |row| {
            let pool = row.text("pool")?;
            let code = row.text("fixmedins_code")?;
            hospitals.iter().find(|hospital| hospital.code == code)?;
            let figure = |name: &str| row.decimal(name).map(exact);
            Some(Procured {
                pool: region.policy.pools.iter().position(|known| known.id == pool)?,
                hospital: code,
                batch: row.text("batch")?,
                score: figure("procurement_score")?,
                drug: ModelDrug {
                    agreed_volume: figure("agreed_volume")?,
                    used_volume: figure("used_volume")?,
                    price_before: figure("price_before")?,
                    price_after: figure("price_after")?,
                    not_selected: figure("not_selected")?,
                    fund_ratio: figure("fund_ratio")?,
                    insured_share: figure("insured_share")?,
                },
            })
        })?,
        None => Vec::new(),
    };
    let reviews = match region.files.reviews {
        Some(_) => rows(inputs, Role::Reviews, Kind::Reviews, region, |row| {
            let approved = match row.text("outcome")?.as_str() {
                "approved" | "通过" => true,
                "refused" | "不通过" => false,
                _ => return None,
            };
            let effect = match row.text("effect").unwrap_or_default().as_str() {
                "amount" | "核定金额" => "amount",
                "factor" | "系数" => "factor",
                _ => "by-item",
            };
            let value = row.decimal("value").unwrap_or_default();
            Some((row.text("setl_id")?, (approved, effect, exact(value))))
        })?,
        None => Vec::new(),
    };
    let reasons = match region.files.readmission_reasons {
        Some(_) => rows(inputs, Role::Reasons, Kind::Reasons, region, |row| row.text("setl_id"))?,
        None => Vec::new(),
    };
    let penalties = match region.files.penalties {
        Some(_) => rows(inputs, Role::Penalties, Kind::Penalties, region, |row| {
            Some((row.text("setl_id")?, exact(row.decimal("multiple")?)))
        })?,
        None => Vec::new(),
    };
    let coefficients = match region.files.coefficients {
        Some(_) => rows(inputs, Role::Coefficients, Kind::Coefficients, region, |row| {
            Some(Coefficient {
                hospital: row.text("fixmedins_code"),
                level: row.text("level"),
                group: row.text("group_code"),
                coefficient: row.decimal("coefficient")?,
            })
        })?,
        None => Vec::new(),
    };
    let bonuses = match region.files.bonuses {
        Some(_) => rows(inputs, Role::Bonuses, Kind::Bonuses, region, |row| {
            Some(Bonus {
                hospital: row.text("fixmedins_code")?,
                kind: row.text("bonus_kind")?,
                bonus: row.decimal("bonus")?,
            })
        })?,
        None => Vec::new(),
    };
    Ok(Tables {
        reviews: reviews.into_iter().collect(),
        reasons: reasons.into_iter().collect(),
        penalties: penalties.into_iter().collect(),
        groups,
        hospitals,
        prices,
        prepaid,
        caps,
        enrolment,
        procurement,
        coefficients,
        bonuses,
    })
}

struct Row<'t> {
    table: &'t Table<'t>,
    fields: Vec<String>,
}

impl Row<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let text = self.table.field(&self.fields, name);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn decimal(&self, name: &str) -> Option<Decimal> {
        parse_decimal(self.table.field(&self.fields, name)).ok()
    }
}

/// The rows of the one input of a role.
fn rows<T>(
    inputs: &[Loaded],
    role: Role,
    kind: Kind,
    region: &Region,
    value: impl Fn(&Row<'_>) -> Option<T>,
) -> Result<Vec<T>, Text> {
    let mut of_role = inputs.iter().filter(|input| input.role == role);
    let (Some(input), None) = (of_role.next(), of_role.next()) else {
        return Err(Text::new(
            format!("run.json 应列出一个 {role:?} 输入"),
            format!("run.json should list one input {role:?}"),
        ));
    };
    let table = Table::open(&input.name, &input.bytes, kind, region)?;
    let mut values = Vec::new();
    for record in &table.records {
        let row = table.fields(record).map(|fields| Row { table: &table, fields });
        let value = row.as_ref().and_then(&value).ok_or_else(|| {
            let (name, line) = (table.name, record.line);
            Text::new(
                format!("{name} 第 {line} 行不合要求"),
                format!("{name}:{line} is no sound row"),
            )
        })?;
        values.push(value);
    }
    Ok(values)
}
