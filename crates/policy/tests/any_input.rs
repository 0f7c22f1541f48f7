//! Whatever the text, there is an answer: a region or a list of mistakes that can be shown.

#[path = "common/answers.rs"]
mod answers;

use answers::answers;
use proptest::prelude::*;
use std::sync::LazyLock;

const VALID: &str = include_str!("valid.toml");

/// The same with values by date.
static DATED: LazyLock<String> = LazyLock::new(|| {
    let share = "share = [ # first\n  { from = \"2025-01-01\", to = \"2026-04-30\", value = \"0.8\" },\n  { from = \"2026-05-01\", value = \"0.7\" },\n] # last\n";
    let high = "high = [{ from = \"2026-01-01\", value = { ratio = \"2.0\", inclusive = false } }]";
    VALID
        .replace("share = \"0.8\" #", share)
        .replace("high = { ratio = \"2.0\", inclusive = false }", high)
});

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
        answers(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        answers(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces(at in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        answers(&at.iter().map(|&i| PIECES[i]).collect::<String>());
    }

    #[test]
    fn a_dated_file_cut_and_patched(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..12usize, 0..PIECES.len()), 1..4)
    ) {
        // Cuts within the dated values; the rest stands.
        let (before, rest) = DATED.split_once("# first").unwrap();
        let (middle, after) = rest.split_once("# last").unwrap();
        let mut middle: Vec<char> = middle.chars().collect();
        for (at, length, piece) in cuts {
            let from = at.index(middle.len() + 1);
            let to = (from + length).min(middle.len());
            middle.splice(from..to, PIECES[piece].chars());
        }
        answers(&format!("{before}{}{after}", middle.into_iter().collect::<String>()));
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
        answers(&text.into_iter().collect::<String>());
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
        answers(&lines.join("\n"));
    }
}
