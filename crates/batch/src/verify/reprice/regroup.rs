//! Grouping by the second path: fields found by name, a scheme's tables interpreted. A DIP directory
//! has one engine, so its records are grouped by the same one again.

use crate::input::source::Role;
use crate::verify::find::Loaded;
use crate::verify::judge::{day, money};
use dianzhi_core::{Decimal, Text};
use dianzhi_grouper::dip::DipDirectory;
use dianzhi_grouper::model::Model;
use dianzhi_grouper::{DipGrouper, Given, GroupOptions, Record, Scheme, Sex, Status, same_code};
use dianzhi_policy::Region;

/// The scheme or the directory of a run.
pub(super) struct Regroup {
    by: By,
    verbatim: bool,
}

enum By {
    Scheme(Box<Model>),
    /// The engine, which a linear scan of the types holds in its tests.
    Directory(Box<DipGrouper>),
}

impl Regroup {
    /// The scheme among the inputs; `None` where the run had none.
    pub(super) fn of(inputs: &[Loaded], region: &Region) -> Result<Option<Regroup>, Text> {
        let verbatim = region.grouping.verbatim;
        let options = GroupOptions {
            verbatim,
            translate: region.grouping.translate,
        };
        let made = if let Some(input) = inputs.iter().find(|input| input.role == Role::Scheme) {
            Scheme::of_package(&input.name, &input.bytes)
                .map(|scheme| By::Scheme(Box::new(Model::new(&scheme, options))))
        } else {
            let files = inputs.iter().filter(|input| input.role == Role::Directory);
            let tables: Vec<_> = files.map(|input| (input.name.clone(), input.bytes.clone())).collect();
            if tables.is_empty() {
                return Ok(None);
            }
            DipDirectory::of_tables(tables)
                .map(|directory| By::Directory(Box::new(DipGrouper::new(directory, options))))
        };
        match made {
            Ok(by) => Ok(Some(Regroup { by, verbatim })),
            Err(mistakes) => Err(mistakes
                .0
                .into_iter()
                .next()
                .map_or_else(|| Text::new("", ""), |first| first.text)),
        }
    }

    /// The group code of a record by its fields, empty where none fits, and its factor. `own` is the
    /// code that it has already, or empty.
    pub(super) fn place<'f>(&self, own: &str, field: impl Fn(&str) -> &'f str) -> (Box<str>, Decimal) {
        let same = |a: &str, b: &str| a == b || (!self.verbatim && same_code(a, b));
        let list = |name: &str| -> Vec<&'f str> {
            let text = field(name);
            let mut separators = vec!['|', ','];
            if !self.verbatim {
                separators.extend([';', '；', '，', '、', '｜']);
            }
            match text {
                "" => Vec::new(),
                text => text.split(&separators[..]).collect(),
            }
        };
        let main = field("maindiag_code");
        let mut diagnoses = list("diag_codes");
        if !main.is_empty() && (self.verbatim || !main.trim().is_empty()) {
            if let Some(at) = diagnoses.iter().position(|code| same(code, main)) {
                diagnoses.remove(at);
            }
            diagnoses.insert(0, main);
        }
        let procedures = list("oprn_codes");
        let record = Record {
            sex: Sex::of(field("gend")),
            age_years: years(field("age"), field("brdy"), field("adm_time")),
            age_days: Given::whole(field("nwb_age")),
            weight_grams: Given::whole(field("nwb_adm_wt")),
            department: field("dscg_caty"),
            stay_days: Given::whole(field("act_ipt_days")),
            discharge_way: field("dscg_way"),
            icu_minutes: Given::hours_in_minutes(field("icu_hours")),
            medical_cost_fen: money(field("medfee_sumamt")),
            discharge_day: civil(field("dscg_time")),
            diagnoses: &diagnoses,
            procedures: &procedures,
        };
        match &self.by {
            By::Scheme(_) if !own.is_empty() => (own.into(), Decimal::ONE),
            By::Scheme(model) => {
                let grouping = model.group(&record);
                let has_code = matches!(grouping.status, Status::Grouped | Status::Ambiguous);
                let code = if has_code { grouping.group_code.as_str() } else { "" };
                (code.into(), Decimal::ONE)
            }
            By::Directory(grouper) if !own.is_empty() => {
                let found = grouper.of_type(own, &record);
                (own.into(), found.map_or(Decimal::ONE, |found| found.factor))
            }
            By::Directory(grouper) => {
                let found = grouper.group(&record);
                (found.group_code.into(), found.factor)
            }
        }
    }
}

/// A date as the number yyyymmdd.
fn civil(text: &str) -> Option<u32> {
    let date = day(text)?;
    let number = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
    u32::try_from(number).ok()
}

/// Completed years, where they are not stated from birth to admission.
fn years(stated: &str, born: &str, admitted: &str) -> Given {
    match (Given::whole(stated), civil(born), civil(admitted)) {
        (Given::Missing, Some(born), Some(admitted)) => {
            let (full, rest) = (
                i64::from(admitted / 10_000) - i64::from(born / 10_000),
                admitted % 10_000 < born % 10_000,
            );
            i32::try_from(full - i64::from(rest)).map_or(Given::Wrong, Given::Is)
        }
        (stated, ..) => stated,
    }
}
