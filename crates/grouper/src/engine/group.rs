//! Grouping one record.

use super::evaluate::{Coded, Untranslated};
use super::{Grouper, Grouping, Rule, Target, Test, UNKNOWN};
use crate::codes::is_blank;
use crate::grouping::{Reason, Status};
use crate::record::{Given, Record, Sex};
use crate::scheme::Figure;

/// An age above this is none.
const YEARS_MAX: i32 = 150;
/// Up to so many days a child is a newborn.
const NEWBORN_DAYS: i32 = 28;

/// Where the search through the rules ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// The rule whose branch it was.
    Branch(usize),
    /// A rule and, unless it is what the rule gives otherwise, a split.
    Group(usize, Option<usize>),
}

pub(super) fn group<'g>(grouper: &'g Grouper, record: &Record<'_>) -> Grouping<'g> {
    let mut coded = Coded::new(grouper, record);
    if let Err(untranslated) = coded.translate(grouper) {
        return refused_translation(grouper, record, &untranslated);
    }
    let failed = check(grouper, record);
    if let Some(reason) = failed {
        return check_failed(grouper, vec![reason], coded.mended);
    }
    let found = search_all(grouper, &coded);
    let mut grouping = outcome(grouper, found, coded.mended);
    if found == Found::Nothing {
        grouping.reasons.push(why_nothing(grouper, &coded));
    }
    remarks(grouper, &coded, found, &mut grouping.reasons);
    grouping
}

/// What a record must have before it is grouped.
pub(super) fn check(grouper: &Grouper, record: &Record<'_>) -> Option<Reason> {
    if let Some(day) = record.discharge_day
        && !(grouper.valid.0..=grouper.valid.1).contains(&day)
    {
        return Some(Reason::OutsideValidity(day.to_string()));
    }
    if !matches!(record.sex, Sex::Male | Sex::Female) {
        return Some(Reason::Sex);
    }
    let Given::Is(years) = record.age_years else {
        return Some(Reason::Age);
    };
    if years != 0 {
        return None;
    }
    let Given::Is(days) = record.age_days else {
        return Some(Reason::AgeInDays);
    };
    let weighed = matches!(record.weight_grams, Given::Is(_));
    (days <= NEWBORN_DAYS && !weighed).then_some(Reason::NewbornWeight)
}

/// The search, and where the scheme says so the searches with each other procedure alone.
pub(super) fn search_all(grouper: &Grouper, coded: &Coded<'_>) -> Found {
    let found = search(grouper, coded);
    if found != Found::Nothing || !grouper.scheme.header.retry_other_procedures {
        return found;
    }
    let others = coded.others_alone();
    let Some(&first) = others.first() else {
        return Found::Nothing;
    };
    // One copy for all of them: a record may have as many diagnoses as procedures.
    let mut alone = coded.with_procedure(first);
    for id in others {
        alone.replace_procedures(id);
        let found = search(grouper, &alone);
        if found != Found::Nothing {
            return found;
        }
    }
    Found::Nothing
}

/// The first rule, in the order in which they are tried, that gives a result.
fn search(grouper: &Grouper, coded: &Coded<'_>) -> Found {
    let words = grouper.words;
    let main = grouper.diagnoses.row(coded.main_diagnosis(), words);
    let procedure = coded.procedures.all().first().copied().unwrap_or(UNKNOWN);
    let procedure = grouper.procedures.row(procedure, words);
    for (word, (a, b)) in main.iter().zip(procedure).enumerate() {
        let mut left = a & b;
        while left != 0 {
            let number = word * 64 + left.trailing_zeros() as usize;
            let rule = &grouper.rules[number];
            if coded.holds_all(grouper, &rule.rest) {
                let found = split(grouper, coded, number, rule);
                if found != Found::Nothing {
                    return found;
                }
            }
            left &= left - 1;
        }
    }
    Found::Nothing
}

/// What a rule that fits makes of a record.
pub(super) fn split(grouper: &Grouper, coded: &Coded<'_>, number: usize, rule: &Rule) -> Found {
    if rule.adrg.is_none() {
        return Found::Branch(number);
    }
    let splits = rule.first_split..rule.end_split;
    let fits = |split: &usize| coded.holds_all(grouper, &grouper.splits[*split].tests);
    match splits.into_iter().find(fits) {
        Some(split) => Found::Group(number, Some(split)),
        None if rule.otherwise.is_some() => Found::Group(number, None),
        None => Found::Nothing,
    }
}

impl Grouper {
    /// What a record gets that ended there.
    pub(super) fn target(&self, rule: usize, split: Option<usize>) -> Option<&Target> {
        match split {
            Some(split) => Some(&self.splits[split].target),
            None => self.rules[rule].otherwise.as_ref(),
        }
    }

    pub(super) fn mdc_code(&self, mdc: usize) -> &str {
        &self.scheme.mdcs[self.mdcs[mdc].mdc].code
    }
}

pub(super) fn outcome(grouper: &Grouper, found: Found, mended: u32) -> Grouping<'_> {
    let header = &grouper.scheme.header;
    let (status, mdc, adrg, group_code) = match found {
        Found::Nothing => {
            let none = &header.ungrouped;
            (
                Status::Ungrouped,
                none.mdc.as_str(),
                none.adrg.as_str(),
                none.group_code.as_str(),
            )
        }
        Found::Branch(rule) => {
            let mdc = grouper.rules[rule].mdc;
            (
                Status::Ambiguous,
                grouper.mdc_code(mdc),
                header.ambiguous.adrg.as_str(),
                grouper.mdcs[mdc].ambiguous_code.as_str(),
            )
        }
        Found::Group(rule, split) => {
            let target = grouper.target(rule, split);
            let mdc = grouper.mdc_code(grouper.rules[rule].mdc);
            let (adrg, code) = target.map_or(("", ""), |target| (target.adrg.as_str(), target.group_code.as_str()));
            (Status::Grouped, mdc, adrg, code)
        }
    };
    Grouping {
        status,
        mdc,
        adrg,
        group_code,
        reasons: Vec::new(),
        mended,
    }
}

fn check_failed(grouper: &Grouper, reasons: Vec<Reason>, mended: u32) -> Grouping<'_> {
    refused(grouper, Status::CheckFailed, reasons, mended)
}

/// A record that did not come to be grouped.
fn refused(grouper: &Grouper, status: Status, reasons: Vec<Reason>, mended: u32) -> Grouping<'_> {
    let none = &grouper.scheme.header.ungrouped;
    let (mdc, adrg, group_code) = match &none.check_failed {
        Some(all) => (all.as_str(), all.as_str(), all.as_str()),
        None => (none.mdc.as_str(), none.adrg.as_str(), none.group_code.as_str()),
    };
    Grouping {
        status,
        mdc,
        adrg,
        group_code,
        reasons,
        mended,
    }
}

pub(super) fn refused_translation<'g>(
    grouper: &'g Grouper,
    record: &Record<'_>,
    untranslated: &Untranslated,
) -> Grouping<'g> {
    let (status, codes) = if untranslated.is_diagnosis {
        (Status::DiagnosisUntranslated, record.diagnoses)
    } else {
        (Status::ProcedureUntranslated, record.procedures)
    };
    let failed: Vec<&str> = untranslated.positions.iter().map(|&at| codes[at]).collect();
    let reason = if failed.iter().all(|code| is_blank(code)) {
        Reason::NoMainDiagnosis
    } else {
        Reason::Untranslated(failed.join("|"))
    };
    refused(grouper, status, vec![reason], 0)
}

/// Why no rule took a record.
#[cold]
fn why_nothing(grouper: &Grouper, coded: &Coded<'_>) -> Reason {
    let main = coded.record.main_diagnosis();
    if is_blank(main) {
        return Reason::NoMainDiagnosis;
    }
    if !grouper.diagnoses.known.has(coded.main_diagnosis()) && grouper.diagnoses.has_names {
        return Reason::UnknownMainDiagnosis(main.to_owned());
    }
    let held = grouper
        .mdcs
        .iter()
        .enumerate()
        .filter(|(_, gate)| coded.holds_all(grouper, &gate.tests));
    let held: Vec<&str> = held.map(|(mdc, _)| grouper.mdc_code(mdc)).collect();
    if !held.is_empty() {
        return Reason::NoAdrg(held.join("|"));
    }
    Reason::NoMdc(main.to_owned())
}

/// What is worth a look whatever the result.
#[inline]
fn remarks(grouper: &Grouper, coded: &Coded<'_>, found: Found, reasons: &mut Vec<Reason>) {
    let record = coded.record;
    if let Found::Branch(_) = found {
        let all = record.procedures.join("|");
        reasons.push(Reason::ProcedureMismatch(all));
    }
    if let Given::Is(years) = record.age_years
        && !(0..=YEARS_MAX).contains(&years)
    {
        reasons.push(Reason::ImpossibleAge(years));
    }
    let figures = [
        (record.age_days, "nwb_age"),
        (record.weight_grams, "nwb_adm_wt"),
        (record.stay_days, "act_ipt_days"),
        (record.icu_minutes, "icu_hours"),
    ];
    for (given, field) in figures {
        if given == Given::Wrong {
            reasons.push(Reason::NotANumber(field));
        }
    }
    reasons.extend(sex_conflict(grouper, coded));
    reasons.extend(unknown_codes(grouper, coded));
}

/// A gate that takes the main diagnosis and asks for the other sex.
fn sex_conflict(grouper: &Grouper, coded: &Coded<'_>) -> Option<Reason> {
    let main = coded.main_diagnosis();
    if grouper.sexed_diagnoses.as_ref().is_some_and(|asked| !asked.has(main)) {
        return None;
    }
    let is_sex = |test: &Test| {
        matches!(
            test,
            Test::Figure {
                figure: Figure::Sex,
                ..
            }
        )
    };
    let by_sex = grouper.sexed.iter().map(|&mdc| (mdc, &grouper.mdcs[mdc]));
    for (mdc, gate) in by_sex {
        let mut others = gate.tests.iter().filter(|test| !is_sex(test)).peekable();
        let is_taken = others.peek().is_some() && others.all(|test| coded.holds(grouper, test));
        let mut sexed = gate.tests.iter().filter(|test| is_sex(test));
        if is_taken && !sexed.all(|test| coded.holds(grouper, test)) {
            return Some(Reason::SexConflict(grouper.mdc_code(mdc).to_owned()));
        }
    }
    None
}

/// Codes behind the main diagnosis that the scheme's code version does not have.
#[inline]
fn unknown_codes(grouper: &Grouper, coded: &Coded<'_>) -> Option<Reason> {
    let diagnoses = &grouper.diagnoses;
    let procedures = &grouper.procedures;
    let others = coded.diagnoses.all().get(1..).unwrap_or(&[]);
    let all_known = (!diagnoses.has_names || others.iter().all(|&id| diagnoses.known.has(id)))
        && (!procedures.has_names || coded.procedures.all().iter().all(|&id| procedures.known.has(id)));
    if all_known {
        return None;
    }
    name_unknown(grouper, coded)
}

#[cold]
fn name_unknown(grouper: &Grouper, coded: &Coded<'_>) -> Option<Reason> {
    let unknown = |coding: &super::Coding, code: &str| {
        let (id, _) = coding.find(code, grouper.options.verbatim);
        coding.has_names && !is_blank(code) && !coding.known.has(id) && !coding.translations.has(id)
    };
    let record = coded.record;
    let others = record.diagnoses.get(1..).unwrap_or(&[]);
    let diagnoses = others.iter().filter(|code| unknown(&grouper.diagnoses, code));
    let procedures = record
        .procedures
        .iter()
        .filter(|code| unknown(&grouper.procedures, code));
    Reason::unknown_codes(diagnoses.chain(procedures).copied())
}
