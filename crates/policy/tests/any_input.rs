//! Whatever the text, there is an answer: a region or a list of mistakes that can be shown.

use dianzhi_core::Lang;
use dianzhi_policy::Region;
use proptest::prelude::*;
use std::path::Path;

const VALID: &str = include_str!("valid.toml");

fn answers(text: &str) -> Result<(), TestCaseError> {
    match Region::parse(Path::new("region.toml"), text.to_owned()) {
        Ok(region) => {
            prop_assert!(region.policy.breaches().is_empty());
            prop_assert!(region.source("pool[0].budget").is_some());
            for key in [
                "clearing.overspend[0].up_to",
                "deviation.low",
                "region.code",
                "files.claims[0]",
                "columns",
            ] {
                let _ = (region.source(key), region.place(key));
            }
        }
        Err(mistakes) => {
            prop_assert!(!mistakes.0.is_empty());
            for lang in [Lang::Zh, Lang::En] {
                prop_assert!(!mistakes.render(lang).is_empty());
            }
            let lines: Vec<_> = mistakes
                .0
                .iter()
                .map(|m| m.place.as_ref().map(|place| place.line))
                .collect();
            prop_assert!(lines.is_sorted());
            let count = text.matches('\n').count() as u64 + 1;
            prop_assert!(
                lines
                    .iter()
                    .all(|line| line.is_some_and(|line| (1..=count).contains(&line)))
            );
        }
    }
    Ok(())
}

/// Pieces that the grammar minds.
const PIECES: [&str; 24] = [
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "{",
    "}",
    "=",
    ".",
    ",",
    "#",
    "\n",
    "\r\n",
    "\r",
    "总",
    "0.5",
    "-1",
    "2026-01-01",
    "[[pool]]",
    "pool = [1]\n",
    "\u{0}",
    "\u{feff}",
    "1e999",
];

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        answers(&text)?;
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        answers(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn pieces(at in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        answers(&at.iter().map(|&i| PIECES[i]).collect::<String>())?;
    }

    #[test]
    fn a_valid_file_cut_and_patched(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..30usize, 0..PIECES.len()), 1..6)
    ) {
        let mut text: Vec<char> = VALID.chars().collect();
        for (at, length, piece) in cuts {
            let from = at.index(text.len() + 1);
            let to = (from + length).min(text.len());
            text.splice(from..to, PIECES[piece].chars());
        }
        answers(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn a_valid_file_with_lines_dropped_swapped_and_doubled(
        moves in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3), 1..6)
    ) {
        let mut lines: Vec<&str> = VALID.lines().collect();
        for (a, b, what) in moves {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            match what {
                0 => lines.swap(a, b),
                1 => lines.insert(a, lines[b]),
                _ => _ = lines.remove(a),
            }
        }
        answers(&lines.join("\n"))?;
    }
}
