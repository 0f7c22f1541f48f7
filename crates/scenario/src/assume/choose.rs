//! Which cases an assumption picks: by a hash of the seed, the assumption and the case alone, so that
//! neither other cases nor files, blocks and threads have a say in it, and a case that is picked at one
//! share is picked at every larger one.

use dianzhi_core::Decimal;

/// What chance says of a case: two numbers, each anywhere among 2⁶⁴.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draw {
    picked_below: u64,
    place: u64,
}

impl Draw {
    /// The first and the second eight bytes, least first, of the BLAKE3 of the seed (eight bytes, least
    /// first), the assumption's id, a zero byte and the `setl_id`.
    pub(crate) fn of(seed: u64, assumption: &str, setl_id: &str) -> Draw {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(assumption.as_bytes());
        hasher.update(&[0]);
        hasher.update(setl_id.as_bytes());
        let hash = *hasher.finalize().as_bytes();
        let number = |at: usize| {
            let bytes = hash.get(at..at + 8).unwrap_or_default();
            bytes
                .iter()
                .rev()
                .fold(0, |number, byte| number << 8 | u64::from(*byte))
        };
        Draw {
            picked_below: number(0),
            place: number(8),
        }
    }

    /// Whether the case is picked at a share: the number < share × 2⁶⁴, without its sign.
    pub(crate) fn is_picked(self, share: Decimal) -> bool {
        // At most 10¹² × 2⁶⁴ on either side: shares are at most 1 and have at most 12 decimals.
        let scale = 10u128.pow(share.scale());
        u128::from(self.picked_below) * scale < share.mantissa().unsigned_abs() << 64
    }

    /// One of so many places, each as likely as another; 0 where there is none.
    pub(crate) fn place_among(self, places: usize) -> usize {
        let place = (u128::from(self.place) * places as u128) >> 64;
        usize::try_from(place).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// The bytes that docs/SCENARIOS.md §5 tells, hashed here.
    #[test]
    fn a_draw_is_what_the_documentation_says() {
        let draw = Draw::of(1, "more-cases", "S001");
        let hash = blake3::hash(b"\x01\0\0\0\0\0\0\0more-cases\0S001");
        let first = u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap());
        assert_eq!(draw.picked_below, first);
        assert_ne!(draw, Draw::of(2, "more-cases", "S001"));
        assert_ne!(draw, Draw::of(1, "other", "S001"));
    }

    /// Seen to fail with `<=`.
    #[test]
    fn the_ends_and_the_middle() {
        let draw = |picked_below| Draw { picked_below, place: 0 };
        assert!(!draw(0).is_picked(share("0")) && draw(0).is_picked(share("0.000000000001")));
        assert!(draw(u64::MAX).is_picked(share("1")) && !draw(u64::MAX).is_picked(share("0.999999999999")));
        assert!(draw(u64::MAX).is_picked(share("-1.000000000000")));
        let half = 1u64 << 63;
        assert!(draw(half - 1).is_picked(share("0.50")) && !draw(half).is_picked(share("0.50")));
    }

    #[test]
    fn places_are_all_reached() {
        let draw = |place| Draw { picked_below: 0, place };
        assert_eq!(draw(0).place_among(3), 0);
        assert_eq!(draw(u64::MAX).place_among(3), 2);
        assert_eq!(draw(1 << 63).place_among(3), 1);
    }
}
