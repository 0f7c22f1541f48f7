//! What `cargo test` runs of a fuzz target: its corpus, and some mutations of every file in it.
//!
//! The tests beside the checks include this file. Every run tries the same inputs.

use std::panic::{UnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

/// Runs a target's check over its corpus and so many mutations of each file.
pub(crate) fn smoke(target: &str, mutations: usize, check: impl Fn(&[u8]) + Copy + UnwindSafe) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut paths: Vec<_> = std::fs::read_dir(&corpus)
        .unwrap_or_else(|e| panic!("{}: {e}", corpus.display()))
        .map(|entry| entry.expect("an entry of the corpus").path())
        .collect();
    paths.sort();
    let files: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| std::fs::read(path).expect("a file of the corpus"))
        .collect();
    assert!(!files.is_empty(), "{}: no files", corpus.display());
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    for (path, file) in paths.iter().zip(&files) {
        try_one(check, file, &path.display().to_string());
        for i in 0..mutations {
            let input = mutated(file, &files, &mut draw);
            try_one(check, &input, &format!("{}, mutation {i}", path.display()));
        }
    }
}

fn try_one(check: impl Fn(&[u8]) + Copy + UnwindSafe, input: &[u8], name: &str) {
    if let Err(panic) = catch_unwind(move || check(input)) {
        eprintln!("the input was \"{}\" ({name})", input.escape_ascii());
        resume_unwind(panic);
    }
}

/// A file with one to four places changed: a byte, a bit, a piece out, doubled, or from another file.
fn mutated(file: &[u8], files: &[Vec<u8>], draw: &mut Draw) -> Vec<u8> {
    let mut input = file.to_vec();
    for _ in 0..=draw.below(4) {
        let from = draw.below(input.len() + 1);
        let to = (from + draw.below(9)).min(input.len());
        match draw.below(6) {
            0 if from < input.len() => input[from] ^= 1 << draw.below(8),
            1 if from < input.len() => input[from] = b"\0\n\r\",.-09\x80\xff"[draw.below(11)],
            2 => drop(input.drain(from..to)),
            3 => {
                let piece = input[from..to].to_vec();
                input.splice(to..to, piece);
            }
            4 => {
                let other = &files[draw.below(files.len())];
                let start = draw.below(other.len() + 1);
                let end = (start + draw.below(65)).min(other.len());
                input.splice(from..to, other[start..end].iter().copied());
            }
            _ => input.truncate(from),
        }
    }
    input
}

/// xorshift64
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The high half: a remainder of it fits where `end` does.
        usize::try_from(self.0 >> 32).map_or(0, |word| word % end.max(1))
    }
}
