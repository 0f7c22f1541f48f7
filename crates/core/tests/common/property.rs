//! A property with the defective engines that it must catch.

use super::Year;
use super::defective::{Defect, assembled};
use super::tried::SEEDS;
use dianzhi_core::Settlement;

/// `None` where the year has no settlement: κ is zero, or a figure does not fit.
pub(crate) type Engine<'a> = &'a dyn Fn(&Year) -> Option<Settlement>;
/// Whether the property had something to say of the year, or how it is broken.
pub(crate) type Verdict = Result<bool, String>;

/// A property, the years it speaks of, and the defects it must catch.
pub(crate) struct Property {
    pub(crate) year: fn(u64) -> Year,
    pub(crate) holds: fn(&Year, Engine<'_>) -> Verdict,
    pub(crate) caught: &'static [Defect],
}

impl Property {
    /// Holds of the engine on every year; fails for every defect on at least one.
    pub(crate) fn check(&self) {
        let mut said = 0u64;
        for seed in SEEDS {
            let year = (self.year)(seed);
            match (self.holds)(&year, &|year| year.settle().ok()) {
                Ok(something) => said += u64::from(something),
                Err(broken) => panic!("seed {seed}: {broken}\n{year:#?}"),
            }
        }
        assert!(
            said * 4 > SEEDS.end,
            "the property speaks of {said} of {} years only",
            SEEDS.end
        );
        for &defect in self.caught {
            let mutant = move |year: &Year| assembled(year, defect);
            let caught = SEEDS.map(self.year).any(|year| (self.holds)(&year, &mutant).is_err());
            assert!(caught, "the defective engine {defect:?} passes");
        }
    }
}

pub(crate) fn broken(what: impl Into<String>) -> Verdict {
    Err(what.into())
}
