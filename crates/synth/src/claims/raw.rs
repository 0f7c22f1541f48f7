//! Claims without a group code, for a region that groups them.

use super::{Maker, WITHOUT_GROUP, money};
use crate::line::Line;
use crate::records::{Records, Shape};
use crate::totals::Totals;

/// Columns behind those of every synthetic claim.
pub(super) const MORE: &str = ",nwb_age,nwb_adm_wt";

impl Maker<'_> {
    pub(super) fn raw_claim(&mut self, records: &Records, number: u64, line: &mut Line, totals: &mut Totals) {
        let person_number = self.random.below(self.claims - self.claims / 5);
        let person = self.people.person(person_number);
        let at = self.sizes.draw(&mut self.random);
        let hospital = &self.hospitals[at];
        let (plain, group) = match records.shape(&person, hospital.level, &mut self.random) {
            Some(both) => both,
            None => (Shape::default(), records.any(&mut self.random)),
        };
        // The stay of the group that is aimed at: the grouper is asked with it.
        let spread = self.random.cost_spread();
        let stay = self.stay(group, spread);
        let discharge = self.plan.calendar.discharge(number, self.claims);
        let day = self.plan.calendar.number(discharge.day);
        let mut drawn = records.draw(plain, &person, (day, stay.days, stay.way), &mut self.random);
        if self.random.below(1000) < WITHOUT_GROUP {
            // Without a diagnosis nothing groups it.
            drawn.group = None;
            drawn.shape = Shape {
                newborn: drawn.shape.newborn,
                ..Shape::default()
            };
        }
        let group = drawn.group.unwrap_or_else(|| records.any(&mut self.random));
        let bill = self.bill(group, spread, hospital, &person);
        let known = records.priced(&drawn, bill.cost);
        totals.add(self.plan.insutypes[person.insutype].pool, (at, hospital), known, &bill);
        self.identity(number, person_number, &person, hospital, line);
        self.stayed(discharge, &stay, &person, line);
        let Shape {
            diagnosis,
            secondary,
            procedures,
            newborn,
            ..
        } = &drawn.shape;
        line.text(diagnosis);
        let all = std::iter::once(diagnosis).chain(secondary);
        listed(all.filter(|code| !code.is_empty()), line);
        listed(procedures.iter(), line);
        // The scheme or directory gives the group.
        line.text("");
        money(&bill, line);
        match newborn {
            Some((days, grams)) => {
                line.number(*days);
                line.number(*grams);
            }
            None => {
                line.comma();
                line.comma();
            }
        }
    }
}

/// Codes in one field.
fn listed<'c>(codes: impl Iterator<Item = &'c String>, line: &mut Line) {
    for (at, code) in codes.enumerate() {
        if at > 0 {
            line.byte(b'|');
        }
        line.part(code);
    }
    line.comma();
}
