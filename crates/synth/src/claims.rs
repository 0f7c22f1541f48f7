//! The claims themselves, one after the other in order of discharge.

mod raw;

use crate::bill::Bill;
use crate::calendar::{Discharge, STAY_DAYS_MAX};
use crate::decimals::units;
use crate::groups::{Group, Groups};
use crate::hospitals::Hospital;
use crate::line::{Line, quoted};
use crate::people::{People, Person};
use crate::plan::Plan;
use crate::random::{Random, Weights};
use crate::records::{MEAN_COST_MAX, Records};
use crate::totals::Totals;
use std::io::Write;

/// Header of claims.csv.
const HEADER: &str = "setl_id,mdtrt_id,psn_no,insutype,insu_admdvs,fixmedins_code,hosp_lv,med_type,adm_time,dscg_time,\
    act_ipt_days,gend,age,dscg_way,maindiag_code,diag_codes,oprn_codes,group_code,medfee_sumamt,fulamt_ownpay_amt,\
    overlmt_selfpay,preselfpay_amt,act_pay_dedc,pool_prop_selfpay,hifp_pay,acct_pay,psn_cash_pay\n";

/// Of 1000 cases, those without a group code and those with one that no table knows.
const WITHOUT_GROUP: u64 = 13;
const UNKNOWN_GROUP: u64 = 5;
/// What groupers write for a case that fits nowhere (未入组、歧义组).
const UNKNOWN_CODES: [&str; 5] = ["0000", "EQY", "FQY", "GQY", "IQY"];
/// Chapters of accompanying diagnoses.
const CHAPTERS: &[u8] = b"DEGIJKMNR";
/// Numbers in identifiers have this many digits.
const ID_DIGITS: usize = 12;

/// Everything a claim is drawn from.
pub(crate) struct Maker<'a> {
    plan: &'a Plan,
    hospitals: &'a [Hospital],
    groups: &'a Groups,
    /// Where claims are raw records.
    records: Option<&'a Records>,
    people: People<'a>,
    sizes: Weights,
    claims: u64,
    random: Random,
    /// A region of small bills has small deductibles.
    deductible_max: u64,
    insured_place: String,
    insutypes: Vec<String>,
}

/// A stay, before it is written.
struct Stay {
    med_type: &'static str,
    days: u64,
    /// Minutes after midnight.
    admitted: u64,
    /// `dscg_way`
    way: &'static str,
}

/// How the case is coded.
enum Coded<'a> {
    Group(&'a Group),
    Not,
    Unknown(&'static str),
}

impl<'a> Maker<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        hospitals: &'a [Hospital],
        (groups, records): (&'a Groups, Option<&'a Records>),
        people: People<'a>,
        claims: u64,
        random: Random,
    ) -> Maker<'a> {
        let mean = units(plan.mean_cost_all, 2).and_then(|mean| u64::try_from(mean).ok());
        Maker {
            plan,
            hospitals,
            groups,
            records,
            people,
            sizes: Weights::new(hospitals.iter().map(|hospital| hospital.volume)),
            claims,
            random,
            deductible_max: mean.unwrap_or(0) / 5,
            insured_place: quoted(&plan.code),
            insutypes: plan.insutypes.iter().map(|insutype| quoted(&insutype.code)).collect(),
        }
    }

    /// Writes claims.csv and adds every claim up.
    pub(crate) fn write(mut self, out: &mut impl Write) -> std::io::Result<Totals> {
        match self.records {
            None => out.write_all(HEADER.as_bytes())?,
            Some(_) => writeln!(out, "{}{}", HEADER.trim_end(), raw::MORE)?,
        }
        let mut totals = Totals::new(self.plan, self.hospitals.len());
        let mut line = Line::default();
        for number in 0..self.claims {
            line.clear();
            match self.records {
                None => self.claim(number, &mut line, &mut totals),
                Some(records) => self.raw_claim(records, number, &mut line, &mut totals),
            }
            out.write_all(line.finish())?;
        }
        Ok(totals)
    }

    fn claim(&mut self, number: u64, line: &mut Line, totals: &mut Totals) {
        // Five stays for four people.
        let person_number = self.random.below(self.claims - self.claims / 5);
        let person = self.people.person(person_number);
        let at = self.sizes.draw(&mut self.random);
        let hospital = &self.hospitals[at];
        let group = self.group(&person, hospital);
        let spread = self.random.cost_spread();
        let bill = self.bill(group, spread, hospital, &person);
        let coded = match self.random.below(1000) {
            0..WITHOUT_GROUP => Coded::Not,
            roll if roll < WITHOUT_GROUP + UNKNOWN_GROUP => Coded::Unknown(self.random.choose(&UNKNOWN_CODES)),
            _ => Coded::Group(group),
        };
        let known = if let Coded::Group(group) = coded {
            Some(group)
        } else {
            None
        };
        totals.add(self.plan.insutypes[person.insutype].pool, (at, hospital), known, &bill);

        self.identity(number, person_number, &person, hospital, line);
        let stay = self.stay(group, spread);
        self.stayed(self.plan.calendar.discharge(number, self.claims), &stay, &person, line);
        self.codes(group, line);
        line.text(match coded {
            Coded::Group(group) => &group.code,
            Coded::Not => "",
            Coded::Unknown(code) => code,
        });
        money(&bill, line);
    }

    /// What a case of a group costs here, at `spread` per mille of the group's mean, and who pays it.
    fn bill(&mut self, group: &Group, spread: u64, hospital: &Hospital, person: &Person) -> Bill {
        let random = &mut self.random;
        let cost = cost(group, hospital, spread, random);
        Bill::split(
            cost,
            hospital.level,
            person.resident,
            person.age,
            self.deductible_max,
            random,
        )
    }

    /// A group that this person can have in a hospital of this level.
    fn group(&mut self, person: &Person, hospital: &Hospital) -> &'a Group {
        let seen = &self.groups.by_level[usize::from(hospital.level) - 1];
        let mut group = &self.groups.list[seen.draw(&mut self.random)];
        // Most groups fit anybody, so this ends soon; the bound is there for a table where none does.
        for _ in 0..100 {
            if person.can_have(group) {
                break;
            }
            group = &self.groups.list[seen.draw(&mut self.random)];
        }
        group
    }

    fn identity(&self, number: u64, person_number: u64, person: &Person, hospital: &Hospital, line: &mut Line) {
        line.part("SYN");
        line.part(&self.plan.year);
        line.digits(scatter(number, 161_803_398_879), ID_DIGITS);
        line.comma();
        line.part("V");
        line.digits(scatter(number, 141_421_356_237), ID_DIGITS);
        line.comma();
        line.part("P");
        line.digits(scatter(person_number, 57_721_566_491), ID_DIGITS);
        line.comma();
        line.text(&self.insutypes[person.insutype]);
        line.text(&self.insured_place);
        line.text(&hospital.code);
        line.number(hospital.level.into());
    }

    /// How a case of a group stays that costs `spread` per mille of the group's mean.
    fn stay(&mut self, group: &Group, spread: u64) -> Stay {
        let random = &mut self.random;
        let day_surgery = group.surgical && group.stay_days <= 8 && random.chance(120);
        let days = if day_surgery {
            1
        } else {
            // Dear cases stay longer, but not in proportion.
            let days = group.stay_days * (450 + spread * 55 / 100) / 1000 + random.below(3);
            days.clamp(1, STAY_DAYS_MAX)
        };
        Stay {
            med_type: match (day_surgery, group.mdc.letter) {
                (true, _) => "28",
                (_, 'O') => "52",
                _ => "21",
            },
            days,
            admitted: random.between(6 * 60, 22 * 60),
            way: match random.below(1000) {
                0..8 => "5",
                8..36 => "4",
                36..50 => "2",
                50..62 => "3",
                62..66 => "9",
                _ => "1",
            },
        }
    }

    /// Writes from `med_type` to `dscg_way`.
    fn stayed(&self, discharge: Discharge, stay: &Stay, person: &Person, line: &mut Line) {
        let calendar = &self.plan.calendar;
        line.text(stay.med_type);
        // Below the calendar's lead before the year, so it does not pass its start.
        let admitted = discharge.day - usize::try_from(stay.days).unwrap_or(0);
        moment(calendar.day(admitted), stay.admitted, line);
        moment(calendar.day(discharge.day), discharge.minute, line);
        line.number(stay.days);
        line.text(if person.female { "2" } else { "1" });
        line.number(person.age);
        line.text(stay.way);
    }

    /// Diagnoses and operations.
    fn codes(&mut self, group: &Group, line: &mut Line) {
        let random = &mut self.random;
        line.text(&group.diagnosis);
        line.part(&group.diagnosis);
        for _ in 0..random.below(9) {
            line.byte(b'|');
            line.byte(random.choose(CHAPTERS));
            line.digits(random.below(100), 2);
            line.byte(b'.');
            line.digits(random.below(10), 1);
            line.part("00");
            // The national extension of a code.
            if random.chance(250) {
                line.byte(b'x');
                line.digits(random.between(1, 30), 3);
            }
        }
        line.comma();
        if let Some(procedure) = &group.procedure {
            line.part(procedure);
        }
        if random.chance(250) {
            if group.procedure.is_some() {
                line.byte(b'|');
            }
            line.digits(random.between(87, 99), 2);
            line.byte(b'.');
            line.digits(random.below(10_000), 4);
        }
        line.comma();
    }
}

/// Cost of a case in fen, from a yuan to what a claims file holds.
fn cost(group: &Group, hospital: &Hospital, spread: u64, random: &mut Random) -> u64 {
    // The table steps by thousandths; bills do not.
    let fine = random.below(group.mean_cost / 1000 + 1);
    let cost = (group.mean_cost * spread / 1000 + fine) * hospital.cost_level / 1000;
    cost.clamp(100, MEAN_COST_MAX)
}

fn moment(day: &str, minute: u64, line: &mut Line) {
    line.part(day);
    line.byte(b' ');
    line.digits(minute / 60, 2);
    line.byte(b':');
    line.digits(minute % 60, 2);
    line.text(":00");
}

fn money(bill: &Bill, line: &mut Line) {
    line.money(bill.cost);
    line.money(bill.outside_catalogue);
    line.money(bill.above_limit);
    line.money(bill.paid_first);
    line.money(bill.deductible);
    line.hundredths(bill.ratio);
    line.money(bill.fund);
    line.money(bill.account);
    line.money(bill.cash);
}

/// Numbers that do not rise with their row and never meet: the step has no factor in common with
/// the power of ten. Real identifiers are not in order either, and a reader that sorts or hashes
/// them should have to work.
fn scatter(number: u64, step: u64) -> u64 {
    (number + 1) * step % 1_000_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn scattered_numbers_never_meet() {
        let all: BTreeSet<u64> = (0..100_000).map(|number| scatter(number, 161_803_398_879)).collect();
        assert_eq!(all.len(), 100_000);
    }
}
